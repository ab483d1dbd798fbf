// The page of fused.spec.ts: a training step of random networks as fused kernels, and by TensorFlow.js in plain JavaScript.
import * as tf from '@tensorflow/tfjs-core';
import { networkGraph } from '../src/core/network-graph.ts';
import { isConvolution, kernelShape, type Layer, type Network, networkParameters } from '../src/core/network.ts';
import { createRandom, type Random } from '../src/core/random.ts';
import { useCpuBackend } from '../src/engine/backend-cpu.ts';
import { DeviceParameters, initialValues } from '../src/engine/device-parameters.ts';
import { backwardKernels } from '../src/engine/fused/backward.ts';
import { allocateBackward, type BackwardMemory, gradientSums } from '../src/engine/fused/backward-memory.ts';
import { loadDepthwise } from '../src/engine/fused/depthwise-kernels.ts';
import { allocateForward, forwardKernels } from '../src/engine/fused/forward.ts';
import type { ForwardMemory } from '../src/engine/fused/forward-memory.ts';
import { packParameter, type ParameterPlace, unpackParameter } from '../src/engine/fused/parameter-layout.ts';
import { type Plan, planNetwork } from '../src/engine/fused/plan.ts';
import { scaleOfHalves } from '../src/engine/fused/precision.ts';
import { Recorder } from '../src/engine/fused/recorder.ts';
import { packStatistics, unpackStatistics } from '../src/engine/fused/statistics.ts';
import { loadPrograms } from '../src/engine/fused/symbolic-programs.ts';
import { allocateRanges, planRanges, unpackScalars } from '../src/engine/fused/tracked-ranges.ts';
import type { Tuning } from '../src/engine/fused/tuning.ts';
import { earlyExitLoss } from '../src/engine/early-exit-loss.ts';
import { softmaxCrossEntropy } from '../src/engine/operations.ts';
import { TrainedNetwork } from '../src/engine/train-step.ts';
import type { ActivationQuantizer, Quantizer } from '../src/methods/quantizer.ts';
import { createInstance } from '../src/methods/create-instance.ts';
import type { Precision } from '../src/schedule/schedule.ts';

export interface FusedReport {
  readonly cases: readonly { readonly what: string; readonly error: number; readonly worst: string }[];
  /** Networks that have no fused form, and why. */
  readonly refused: readonly string[];
  readonly failures: readonly string[];
}

type Values = ReadonlyMap<string, Float32Array>;
/** Losses, gradients by parameter and what batch normalizations have seen. */
type Outcome = ReadonlyMap<string, ArrayLike<number>>;

interface Case {
  readonly what: string;
  readonly network: Network;
  readonly batch: number;
  /** Samples that count. */
  readonly count: number;
  readonly inputs: Float32Array;
  readonly labels: Uint32Array;
  readonly values: Values;
  readonly quantizer: Quantizer | null;
  readonly tuning: Tuning;
  readonly precision: Precision;
}

const classes = 7;
const pick = <T>(random: Random, values: readonly T[]): T => values[random.integer(values.length)]!;

class Sketch {
  readonly layers: Layer[] = [];
  private readonly random: Random;
  private readonly inputShape: readonly number[];

  constructor(random: Random, inputShape: readonly number[]) {
    this.random = random;
    this.inputShape = inputShape;
  }

  get network(): Network {
    return { name: 'drawn', inputShape: this.inputShape, layers: this.layers };
  }

  get shape(): readonly number[] {
    const last = this.layers.at(-1);
    return last === undefined ? this.inputShape : networkGraph(this.network).get(last.name)!.outputShape;
  }

  private name(kind: string): string {
    return `${kind}${String(this.layers.length)}`;
  }

  private channels(): number {
    return this.shape.at(-1)!;
  }

  convolve(outChannels: number, isSame = false, hasBias?: boolean): void {
    const { random } = this;
    const [height = 1, width = 1] = this.shape;
    const sizes = [1, 2, 3, 5].filter((side) => side <= Math.min(height, width) && (!isSame || side % 2 === 1));
    const size = pick(random, sizes);
    const padding = isSame ? (size - 1) / 2 : random.integer(size);
    const stride = isSame ? 1 : pick(random, [1, 1, 2]);
    this.layers.push({
      ...{ name: this.name('conv'), kind: 'conv2d', inChannels: this.channels(), outChannels },
      ...{ kernelSize: [size, size], stride, padding, bias: hasBias ?? random.next() < 0.6 },
    });
  }

  /** Each channel by itself. */
  filter(hasBias: boolean): void {
    const { random } = this;
    const [height = 1, width = 1] = this.shape;
    const size = pick(
      random,
      [1, 2, 3, 3, 5].filter((side) => side <= Math.min(height, width)),
    );
    this.layers.push({
      ...{ name: this.name('filter'), kind: 'depthwise-conv2d', channels: this.channels() },
      ...{ kernelSize: [size, size], stride: pick(random, [1, 2]), padding: random.integer(size) },
      bias: hasBias,
    });
  }

  normalize(): void {
    this.layers.push({
      name: this.name('norm'),
      kind: 'batch-norm',
      features: this.channels(),
      epsilon: 1e-5,
      momentum: 0.1,
    });
  }

  activate(kinds: readonly ('relu' | 'tanh' | 'sigmoid')[] = ['relu', 'relu', 'tanh', 'sigmoid']): void {
    const kind = pick(this.random, kinds);
    this.layers.push({ name: this.name(kind), kind });
  }

  pool(): void {
    const least = Math.min(...this.shape.slice(0, 2));
    const size = pick(
      this.random,
      [2, 2, 3, least].filter((side) => side <= least),
    );
    this.layers.push({ name: this.name('pool'), kind: pick(this.random, ['max-pool', 'avg-pool'] as const), size });
  }

  /** A shortcut around a convolution that keeps the shape. */
  around(hasNorm: boolean): void {
    const from = this.layers.at(-1)!.name;
    this.convolve(this.channels(), true);
    if (hasNorm) this.normalize();
    const inputs = [this.layers.at(-1)!.name, from];
    this.layers.push({ name: this.name('add'), kind: 'add', inputs });
  }

  dense(outFeatures: number): void {
    const inFeatures = this.shape.reduce((size, length) => size * length, 1);
    if (this.shape.length > 1) this.layers.push({ name: this.name('flatten'), kind: 'flatten' });
    this.layers.push({ name: this.name('dense'), kind: 'dense', inFeatures, outFeatures, bias: true });
  }
}

/** Pairs of a depthwise and a pointwise convolution behind a first one. */
function drawSeparable(random: Random, hasNorms: boolean): Network {
  const side = (): number => 5 + random.integer(10);
  const sketch = new Sketch(random, [side(), side(), pick(random, [1, 2, 3])]);
  const drawNorm = (): boolean => hasNorms && random.next() < 0.8;
  const follow = (isNormed: boolean): void => {
    if (isNormed) sketch.normalize();
    if (random.next() < 0.8) sketch.activate();
  };
  // The gradient of a bias before a normalization is zero: what either finds is the rounding of long sums.
  const convolve = (): void => {
    const isNormed = drawNorm();
    sketch.convolve(pick(random, channelCounts), true, !isNormed);
    follow(isNormed);
  };
  convolve();
  for (let pair = 0; pair < 2; pair++) {
    const isNormed = drawNorm();
    sketch.filter(!isNormed && random.next() < 0.7);
    follow(isNormed);
    if (random.next() < 0.3) sketch.around(hasNorms && random.next() < 0.5);
    if (random.next() < 0.4) sketch.pool();
    convolve();
  }
  sketch.dense(classes);
  return sketch.network;
}

const channelCounts = [1, 2, 3, 4, 5, 8, 12, 17];

function drawNetwork(random: Random, hasNorms: boolean): Network {
  const isFlat = random.next() < 0.2;
  const side = (): number => 5 + random.integer(10);
  const sketch = new Sketch(random, isFlat ? [pick(random, channelCounts)] : [side(), side(), pick(random, [1, 2, 3])]);
  for (let block = isFlat ? 2 : 0; block < 2; block++) {
    sketch.convolve(pick(random, channelCounts));
    if (hasNorms && random.next() < 0.8) sketch.normalize();
    sketch.activate();
    if (random.next() < 0.4) sketch.around(hasNorms && random.next() < 0.5);
    if (random.next() < 0.6) sketch.pool();
  }
  if (random.next() < 0.7) {
    sketch.dense(pick(random, channelCounts));
    sketch.activate();
  }
  sketch.dense(classes);
  return sketch.network;
}

/** With a second answer that branches off somewhere before the last layer. */
function drawWithExit(random: Random, hasNorms: boolean): Network {
  const { layers, ...network } = drawNetwork(random, hasNorms);
  const last = layers.at(-1)!;
  const shapeOf = (layer: Layer): readonly number[] =>
    networkGraph({ layers, ...network }).get(layer.name)!.outputShape;
  const places = layers.filter((layer) => layer !== last && layer.kind !== 'flatten');
  if (places.length === 0) return { layers, ...network };
  const from = pick(random, places);
  const [height, width, channels] = shapeOf(from);
  const size = Math.min(2, height ?? 1, width ?? 1);
  const head: readonly Layer[] =
    width === undefined
      ? []
      : [
          { name: 'exit-pool', kind: 'avg-pool', size, inputs: [from.name] },
          { name: 'exit-flatten', kind: 'flatten' },
        ];
  const inFeatures =
    width === undefined ? height! : Math.floor(height! / size) * Math.floor(width / size) * (channels ?? 1);
  const answer: Layer = {
    ...{ name: 'exit', kind: 'dense', inFeatures, outFeatures: classes, bias: true },
    ...(head.length === 0 && { inputs: [from.name] }),
  };
  const before = layers.slice(0, -1);
  const linked = { ...last, inputs: [before.at(-1)!.name] };
  return { ...network, layers: [...before, ...head, answer, linked], exits: [{ name: 'exit0', layer: 'exit' }] };
}

/** What the losses of the early and of the last answer count. */
const lossWeights = [0.3, 0.7];

function drawCase(seed: number, draw: typeof drawNetwork, precision: Precision): Case {
  const random = createRandom(seed);
  const kind = pick(random, ['plain', 'norms', 'norms', 'ranges', 'clips'] as const);
  const network = draw(random, kind === 'norms');
  const batch = kind === 'norms' ? 2 + random.integer(5) : 1 + random.integer(6);
  const count = random.next() < 0.3 ? Math.max(Math.min(batch, 2), batch - 1) : batch;
  const size = network.inputShape.reduce((product, length) => product * length, 1);
  const inputs = Float32Array.from({ length: batch * size }, () => random.uniform(-1, 1));
  // A batch that is not full repeats its last sample.
  for (let row = count; row < batch; row++) inputs.copyWithin(row * size, (count - 1) * size, count * size);
  const values = networkParameters(network).map((spec) => [spec.name, initialValues(spec, random)] as const);
  const bits = { bits_activations: 3, bits_weights: null };
  // The symmetric modes put the largest value on a tie of the rounding, where the last bit of a sum decides.
  const ranges = { ...bits, mode: 'ASYMMETRIC_UNSIGNED', quantize_inputs: false };
  const quantizers = {
    plain: null,
    norms: null,
    ranges: () => createInstance('quantizer', 'QuantAwareTrainRangeLinearQuantizer', ranges),
    clips: () => createInstance('quantizer', 'PACTQuantizer', { ...bits, act_clip_init_val: 0.4 }),
  };
  const tuning = pick(random, [
    { registers: 32, invocations: 256, positionsPerWorkgroup: 65_536, statisticsLanes: 16, parameterLanes: 4 },
    { registers: 8, invocations: 8192, positionsPerWorkgroup: 64, statisticsLanes: 256, parameterLanes: 32 },
  ]);
  const kinds = network.layers.map((layer) =>
    isConvolution(layer)
      ? `${layer.kind}${layer.kernelSize[0]}/${layer.stride}+${layer.padding}×${kernelShape(layer).at(-1)!}`
      : layer.kind,
  );
  return {
    what: `${String(seed)} ${kind} ${network.inputShape.join('×')} batch ${String(count)} of ${String(batch)}: ${kinds.join(' ')}`,
    ...{ network, batch, count, inputs, tuning, precision },
    labels: Uint32Array.from({ length: batch }, () => random.integer(classes)),
    values: new Map(values),
    quantizer: quantizers[kind]?.() ?? null,
  };
}

/** Of rows of two values. */
function meanOfFirst(rows: Float32Array | Int32Array | Uint8Array): readonly number[] {
  let sum = 0;
  for (let at = 0; at < rows.length; at += 2) sum += rows[at]!;
  return [(2 * sum) / rows.length];
}

/** By TensorFlow.js. */
function reference(drawn: Case): Outcome {
  const { network, count, inputs, labels, values, quantizer } = drawn;
  const specs = networkParameters(network);
  const parameters = new DeviceParameters(specs, ({ name }) => values.get(name)!);
  const model = new TrainedNetwork(network, parameters);
  if (quantizer) model.startQuantization(quantizer);
  const size = network.inputShape.reduce((product, length) => product * length, 1);
  const images = tf.tensor(inputs.slice(0, count * size), [count, ...network.inputShape]);
  const answers = tf.tensor1d(Int32Array.from(labels.subarray(0, count)), 'int32');
  let lastLoss: ArrayLike<number> | undefined;
  const { value, grads } = tf.variableGrads(() => {
    const outputs = model.answers(images, true);
    const [only, second] = outputs;
    if (second === undefined) return softmaxCrossEntropy(only!, answers).loss;
    const { loss, perSample } = earlyExitLoss(outputs, answers, lossWeights);
    lastLoss = meanOfFirst(perSample.at(-1)!.dataSync());
    return loss;
  }, model.trainable() as tf.Variable[]);
  model.commitState();
  const outcome = new Map<string, ArrayLike<number>>([['loss', lastLoss ?? value.dataSync()]]);
  for (const { name } of specs) outcome.set(name, grads[parameters.variable(name).name]!.dataSync());
  for (const [name, variable] of model.statistics.variables()) outcome.set(name, variable.dataSync());
  for (const { members } of model.quantization?.learnedGroups() ?? []) {
    for (const member of members) outcome.set(`learned ${nameOf(model, member)}`, grads[member.name]!.dataSync());
  }
  return outcome;
}

function nameOf(model: TrainedNetwork, variable: tf.Variable): string {
  return [...model.quantization!.scalars()].find(([, other]) => other === variable)![0];
}

/** By fused kernels; a reason if the network has no such form. */
async function fused(device: GPUDevice, drawn: Case): Promise<Outcome | string> {
  const { network, batch, count, values, tuning, precision } = drawn;
  const replaced = replacedModules(drawn);
  const plan = planNetwork(network, (layer) => replaced.has(layer));
  if ('reason' in plan) return plan.reason;
  await loadDepthwise(plan);
  const recorder = new Recorder(device);
  await loadPrograms();
  const planned = planRanges(replaced);
  if (planned === null) return 'activations';
  const ranges = allocateRanges(recorder, planned);
  const forward = allocateForward(recorder, plan, batch, { ranges, precision });
  const backward = allocateBackward(recorder, plan, forward, tuning);
  const weights = recorder.allocate('weights', 'vec4f', plan.layout.length);
  const packed = new Float32Array(plan.layout.length * 4);
  for (const place of plan.layout.places) packParameter(place, values.get(place.spec.name)!, packed);
  recorder.write(weights, packed);
  const numbers = packStatistics(plan, new Map());
  if (numbers.length > 0) recorder.write(forward.statistics, numbers);
  writeInput(recorder, forward, drawn);
  recorder.writeStep(0, (integers, floats) => {
    integers.set([0, count, 0]);
    floats[3] = 1 / count;
  });
  const { gradients } = backward;
  const kernels = [
    ...forwardKernels(plan, forward, {
      ...{ tuning, weights, gradient: gradients.at(-1)! },
      exits: network.exits ? { gradients, lossWeights } : null,
    }),
    ...backwardKernels({ plan, forward, memory: backward, weights, tuning }),
  ];
  recorder.submit(await recorder.compile(kernels));
  const [measured, sums, seen, learned] = await recorder.read([
    ...[forward.measured, backward.sums, forward.statistics, ranges.learnedGradients],
  ]);
  recorder.dispose();
  const loss = measured!.filter((_, at) => at % 4 === 0).reduce((sum, value) => sum + value, 0) / count;
  const outcome = new Map<string, ArrayLike<number>>([['loss', [loss]]]);
  const scale = scaleBack(drawn);
  for (const place of plan.layout.places)
    outcome.set(
      place.spec.name,
      addPieces(plan, backward, place, sums!).map((value) => value * scale),
    );
  for (const [name, own] of unpackStatistics(plan, seen!)) outcome.set(name, own);
  const scalars = unpackScalars(planned, learned!);
  for (const [module, { learned: names }] of planned.modules) {
    for (const name of names.keys()) outcome.set(`learned ${module}.${name}`, [scalars.get(`${module}.${name}`)!]);
  }
  return outcome;
}

/** The update makes the gradient of the mean from that of a scaled sum. */
const scaleBack = ({ precision, count }: Case): number => (precision === 'f16' ? 1 / (scaleOfHalves * count) : 1);

function replacedModules({ network, quantizer }: Case): ReadonlyMap<string, ActivationQuantizer> {
  const replaced = new Map<string, ActivationQuantizer>();
  for (const { name } of quantizer ? network.layers : []) {
    const replacement = quantizer!.replaceModule(network, name);
    if (replacement) replaced.set(name, replacement);
  }
  return replaced;
}

/** The gradient of a parameter, whose pieces the update would add up. */
function addPieces(plan: Plan, backward: BackwardMemory, place: ParameterPlace, sums: Float32Array): Float32Array {
  const { first, pieces, length } = gradientSums(plan, backward, place.spec);
  const part = place.rows * place.vectors * 4;
  const total = new Float32Array(part);
  for (let piece = 0; piece < pieces; piece++) {
    for (let at = 0; at < part; at++) total[at]! += sums[(first + piece * length) * 4 + at]!;
  }
  return unpackParameter({ ...place, offset: 0 }, total);
}

function writeInput(recorder: Recorder, { input, labels }: ForwardMemory, drawn: Case): void {
  const { inputs, batch } = drawn;
  recorder.write(labels, drawn.labels);
  const size = inputs.length / batch;
  if (input.kind === 'vectors') {
    const filled = new Float32Array(batch * input.place.vectors * 4);
    for (let row = 0; row < batch; row++) {
      filled.set(inputs.subarray(row * size, (row + 1) * size), row * input.place.vectors * 4);
    }
    recorder.write(input.bound, input.bound.type === 'vec4h' ? halvesOf(filled) : filled);
    return;
  }
  const { height, width, channels, border, rows, columns } = input;
  const placed = new Float32Array(batch * rows * columns * channels);
  for (let row = 0; row < batch * height; row++) {
    const [sample, y] = [Math.floor(row / height), row % height];
    const to = ((sample * rows + y + border) * columns + border) * channels;
    placed.set(inputs.subarray(row * width * channels, (row + 1) * width * channels), to);
  }
  recorder.write(input.bound, placed);
}

/** Values between 1e-4 and 6e4 as halves, two to a number. */
function halvesOf(values: Float32Array): Uint32Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = Uint16Array.from(bits, (word) => {
    const magnitude = word & 0x7fff_ffff;
    // Rounds to the nearest, ties to even, and moves the exponent; what is too small is zero.
    const rounded = ((magnitude + 0xfff + ((magnitude >>> 13) & 1)) >>> 13) - (112 << 10);
    return ((word >>> 16) & 0x8000) | (rounded < 1024 ? 0 : rounded);
  });
  return new Uint32Array(halves.buffer);
}

/** Largest difference against the largest value of the same parameter. */
function compare(own: Outcome, other: Outcome): { readonly error: number; readonly worst: string } {
  let result = { error: 0, worst: '' };
  for (const [name, expected] of other) {
    const values = Array.from(expected);
    const extent = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-2);
    const found = own.get(name);
    const error = values.reduce((most, value, at) => {
      const difference = Math.abs(value - (found?.[at] ?? NaN)) / extent;
      return difference <= most ? most : difference;
    }, 0);
    if (!(error <= result.error)) result = { error: Number.isNaN(error) ? Infinity : error, worst: name };
  }
  return result;
}

const draws = { any: drawNetwork, separable: drawSeparable, exits: drawWithExit };

/** Why there is none, if there is none. */
async function openDevice(precision: Precision): Promise<GPUDevice | string> {
  const adapter = await (navigator as { gpu?: GPU }).gpu?.requestAdapter();
  if (!adapter) return 'No WebGPU adapter was found';
  if (precision === 'f32') return adapter.requestDevice();
  if (!adapter.features.has('shader-f16')) return 'The adapter has no halves';
  return adapter.requestDevice({ requiredFeatures: ['shader-f16'] });
}

/** @param family What kind of networks. */
async function check(
  caseCount: number,
  family: keyof typeof draws = 'any',
  precision: Precision = 'f32',
): Promise<FusedReport | string> {
  const device = await openDevice(precision);
  if (typeof device === 'string') return device;
  const failures: string[] = [];
  device.addEventListener('uncapturederror', ({ error }) => failures.push(error.message));
  await useCpuBackend();
  const cases: FusedReport['cases'][number][] = [];
  const refused: string[] = [];
  for (let seed = 1; seed <= caseCount; seed++) {
    const drawn = drawCase(seed, draws[family], precision);
    try {
      const own = await fused(device, drawn);
      if (typeof own === 'string') refused.push(`${drawn.what}: ${own}`);
      else cases.push({ what: drawn.what, ...compare(own, reference(drawn)) });
    } catch (error) {
      failures.push(`${drawn.what}: ${String(error)}`);
    }
  }
  return { cases, refused, failures };
}

(globalThis as unknown as { checkFused: typeof check }).checkFused = check;
