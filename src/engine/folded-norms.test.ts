import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { batchNormValues, foldBatchNorm, foldNetwork } from '../core/batch-norm-folding.ts';
import { foldedTrainingForward, type FoldedTrainingState } from '../core/batch-norm-folding-training.ts';
import { convolution, dense, depthwise, norm, randomBatch, randomValues } from '../core/network-fixtures.ts';
import { type ArrayTensor, linearForward } from '../core/network-reference-convolution.ts';
import { type LinearLayer, type Network, networkParameters } from '../core/network.ts';
import { createRandom } from '../core/random.ts';
import { arrayMath, arrayTensor } from '../methods/array-math.ts';
import { createInstance } from '../methods/create-instance.ts';
import type { Quantizer } from '../methods/quantizer.ts';
import type { Environment, TrainingEvent } from '../protocol/training-event.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import { findDataset, type PointDatasetDefinition } from '../zoo/datasets.ts';
import { createPointDataset } from '../zoo/toy-datasets.ts';
import { zoo } from '../zoo/zoo.ts';
import { useCpuBackend } from './backend-cpu.ts';
import { describeKernels } from './describe-quantization.ts';
import { DeviceParameters } from './device-parameters.ts';
import { TrainedNetwork } from './train-step.ts';
import { TrainingSession } from './training-session.ts';

beforeAll(useCpuBackend);

const float = { bits_activations: null, bits_weights: 24, bits_bias: null, fold_batch_norm: true };
/** In other symmetric modes the largest value lies halfway between two steps. */
const low = { ...float, bits_weights: 4, bits_bias: 5, mode: 'SYMMETRIC_RESTRICTED' };
const momentum = 0.1;
const epsilon = 1e-5;

/** A layer and its normalization. */
function pairOf(inputShape: readonly number[], layer: LinearLayer, features: number): Network {
  return { name: 'pair', inputShape, layers: [layer, { ...norm('bn', features), momentum, epsilon }] };
}

const pairs: readonly (readonly [string, Network])[] = [
  ['a convolution', pairOf([4, 4, 2], convolution('layer', 2, 3), 3)],
  ['a convolution with a bias', pairOf([4, 4, 2], convolution('layer', 2, 3, { bias: true }), 3)],
  ['a depthwise convolution', pairOf([5, 5, 3], depthwise('layer', 3, { bias: true }), 3)],
  ['a dense layer', pairOf([4], dense('layer', 4, 3), 3)],
];

const quantizerOf = (args: object): Quantizer =>
  createInstance('quantizer', 'QuantAwareTrainRangeLinearQuantizer', { quantize_inputs: false, ...args });

function open(network: Network, args: object) {
  const values = randomValues(network, 3);
  const parameters = new DeviceParameters(networkParameters(network), ({ name }) => values.get(name)!.slice());
  const model = new TrainedNetwork(network, parameters, values);
  model.startQuantization(quantizerOf(args));
  return { model, values, input: randomBatch(network, 6, 4) };
}

function stateOf(values: ReadonlyMap<string, Float32Array>): FoldedTrainingState {
  return {
    kernel: values.get('layer.weight')!,
    bias: values.get('layer.bias') ?? null,
    scale: values.get('bn.weight')!,
    shift: values.get('bn.bias')!,
    runningMean: values.get('bn.running_mean')!,
    runningVariance: values.get('bn.running_var')!,
    batchesSeen: 0,
    frozen: false,
  };
}

/** Output, and gradients of Σ weight · output in the parameters. */
function differentiate(model: TrainedNetwork, input: ArrayTensor, training: boolean, weightOf: (at: number) => number) {
  const outputs: number[][] = [];
  const { grads } = tf.tidy(() =>
    tf.variableGrads(() => {
      const output = model.forward(tf.tensor([...input.values], [...input.shape]), training);
      outputs.push([...output.dataSync()]);
      const weights = Array.from({ length: output.size }, (_, at) => weightOf(at));
      return tf.sum(tf.mul(output, tf.tensor(weights, output.shape)));
    }, [...model.trainable()]),
  );
  const gradient = (name: string): number[] | undefined => {
    const found = grads[model.parameters.variable(name).name];
    return found && [...found.dataSync()];
  };
  return { output: outputs[0]!, gradient };
}

function expectClose(got: ArrayLike<number> | undefined, wanted: ArrayLike<number>, tolerance: number): void {
  expect(got).toHaveLength(wanted.length);
  const largest = Math.max(1, ...Array.from(wanted, Math.abs));
  const differences = Array.from(wanted, (value, at) => Math.abs(value - got![at]!));
  expect(Math.max(...differences) / largest).toBeLessThan(tolerance);
}

const weightOf = (at: number): number => Math.sin(1.3 * at + 0.4);

describe.each(pairs)('%s, with so many bits that nothing is rounded', (_, network) => {
  const layer = network.layers[0] as LinearLayer;
  const rule = { layer, epsilon, momentum, freezeDelay: 100 };

  test.each([true, false])('agrees with the formulas of the core (training: %s)', async (training) => {
    const { model, values, input } = open(network, float);
    const { output, gradient } = differentiate(model, input, training, weightOf);
    const wanted = foldedTrainingForward(rule, stateOf(values), input, training);
    expectClose(output, wanted.output.values, 1e-5);
    const gradients = wanted.backward(output.map((_, at) => weightOf(at)));
    expectClose(gradient('layer.weight'), gradients.kernel, 1e-4);
    expectClose(gradient('bn.weight'), gradients.scale!, 1e-4);
    expectClose(gradient('bn.bias'), gradients.shift!, 1e-4);
    if (layer.bias && training) expect(gradient('layer.bias')).toBeUndefined();
    if (layer.bias && !training) expectClose(gradient('layer.bias'), gradients.bias!, 1e-4);
    model.commitState();
    const statistics = await model.statistics.read();
    expectClose(statistics.get('bn.running_mean'), wanted.state.runningMean, 1e-6);
    expectClose(statistics.get('bn.running_var'), wanted.state.runningVariance, 1e-6);
    model.dispose();
  });
});

/** The quantizer in plain numbers. */
function quantizePlain(network: Network, name: string, values: ArrayLike<number>, bits: number): readonly number[] {
  const spec = networkParameters(network).find((candidate) => candidate.name === name)!;
  const tensor = arrayTensor([...spec.shape], [...Array.from(values)]);
  return [...quantizerOf(low).quantizeParameter(arrayMath, tensor, spec, bits).values.data];
}

/**
 * Training with rounding as reference 8.9 has it, and a straight-through estimator: what rounding changed at the start stays
 * as it was, and so does σ of the running variance, so that differences of this are the gradients.
 */
function writtenOut(network: Network, start: FoldedTrainingState, input: ArrayTensor) {
  const layer = network.layers[0] as LinearLayer;
  const channels = start.scale!.length;
  const statistics = (kernel: Float32Array) => {
    const raw = linearForward(layer, input, kernel, null).values;
    const count = raw.length / channels;
    const mean = new Float64Array(channels);
    const variance = new Float64Array(channels);
    raw.forEach((value, at) => (mean[at % channels]! += value / count));
    raw.forEach((value, at) => (variance[at % channels]! += (value - mean[at % channels]!) ** 2 / count));
    return { mean, deviation: variance.map((own) => Math.sqrt(own + epsilon)) };
  };
  const { runningVariance } = foldedTrainingForward(
    { layer, epsilon, momentum, freezeDelay: 100 },
    start,
    input,
    true,
  ).state;
  const sigma = Float64Array.from(runningVariance, (own) => Math.sqrt(own + epsilon));
  const folded = ({ kernel, scale }: FoldedTrainingState) =>
    kernel.map((own, at) => (own * scale![at % channels]!) / sigma[at % channels]!);
  const offset = ({ kernel, scale, shift }: FoldedTrainingState) => {
    const { mean, deviation } = statistics(kernel);
    return shift!.map((own, c) => own - (scale![c]! * mean[c]!) / deviation[c]!);
  };
  const changed = (name: string, values: Float32Array, bits: number) =>
    quantizePlain(network, name, values, bits).map((own, at) => own - values[at]!);
  const kernelChange = changed('layer.weight', folded(start), low.bits_weights);
  const offsetChange = changed('bn.bias', offset(start), low.bits_bias);
  return (state: FoldedTrainingState): number[] => {
    const kernel = folded(state).map((own, at) => own + kernelChange[at]!);
    const { deviation } = statistics(state.kernel);
    const shifts = offset(state).map((own, c) => own + offsetChange[c]!);
    return Array.from(linearForward(layer, input, kernel, null).values, (own, at) => {
      const c = at % channels;
      return (own * sigma[c]!) / deviation[c]! + shifts[c]!;
    });
  };
}

describe.each(pairs)('%s, rounded to four bits', (_, network) => {
  test('in training the kernel is scaled by the running σ and rounded, and the output corrected by that of the batch', () => {
    const { model, values, input } = open(network, low);
    const { output, gradient } = differentiate(model, input, true, weightOf);
    const start = stateOf(values);
    const forward = writtenOut(network, start, input);
    expectClose(output, forward(start), 1e-5);
    const unrounded = foldedTrainingForward(
      { layer: network.layers[0] as LinearLayer, epsilon, momentum, freezeDelay: 100 },
      start,
      input,
      true,
    );
    expect(() => expectClose(output, unrounded.output.values, 1e-3)).toThrow();
    const loss = (state: FoldedTrainingState): number =>
      forward(state).reduce((sum, own, at) => sum + own * weightOf(at), 0);
    const numeric = (key: 'kernel' | 'scale' | 'shift'): number[] =>
      Array.from(start[key]!, (own, at) => {
        const moved = (by: number) => loss({ ...start, [key]: start[key]!.with(at, own + by) });
        return (moved(2 ** -8) - moved(-(2 ** -8))) / 2 ** -7;
      });
    expectClose(gradient('layer.weight'), numeric('kernel'), 2e-3);
    expectClose(gradient('bn.weight'), numeric('scale'), 2e-3);
    expectClose(gradient('bn.bias'), numeric('shift'), 2e-3);
    model.commitState();
    model.dispose();
  });

  test('in evaluation it is the folded and rounded layer, which folding the exported values gives too', async () => {
    const { model, values, input } = open(network, low);
    const { linear, normalization } = { linear: stateOf(values), normalization: network.layers[1]! };
    if (normalization.kind !== 'batch-norm') throw new Error('no normalization');
    const folded = foldBatchNorm(linear, batchNormValues(normalization, values));
    const kernel = Float32Array.from(quantizePlain(network, 'layer.weight', folded.kernel, low.bits_weights));
    const bias = Float32Array.from(quantizePlain(network, 'bn.bias', folded.bias, low.bits_bias));
    const wanted = linearForward(network.layers[0] as LinearLayer, input, kernel, bias).values;
    const output = tf.tidy(() => [...model.forward(tf.tensor([...input.values], [...input.shape]), false).dataSync()]);
    expectClose(output, wanted, 1e-5);
    const names = networkParameters(network).map(({ name }) => name);
    const read = new Map([...values, ...(await model.readEffectiveWeights(names))]);
    const exported = foldNetwork(network, read).values;
    expectClose(exported.get('layer.weight'), kernel, 1e-6);
    expectClose(exported.get('layer.bias'), bias, 1e-6);
    const { scale } = (await describeKernels(model)).get('layer.weight')!;
    for (const own of exported.get('layer.weight')!) expect(own * scale).toBeCloseTo(Math.round(own * scale), 4);
    model.dispose();
  });
});

test('a channel with γ = 0 gives its shift, and no value is lost', () => {
  const { model } = open(pairs[1]![1], { ...low, bits_bias: null });
  const variable = model.parameters.variable('bn.weight');
  variable.assign(tf.tensor1d([0, 1, 1]));
  const input = randomBatch(model.network, 2, 8);
  const output = tf.tidy(() => [...model.forward(tf.tensor([...input.values], [...input.shape]), false).dataSync()]);
  const shift = model.parameters.variable('bn.bias').dataSync()[0]!;
  expect(output.every(Number.isFinite)).toBe(true);
  for (let at = 0; at < output.length; at += 3) expect(output[at]).toBeCloseTo(shift, 6);
  model.dispose();
});

test('layers without bits for weights, and networks without the argument, are not folded', () => {
  const [, network] = pairs[0]!;
  const isFolded = (args: object): boolean => {
    const { model } = open(network, args);
    const folds = model.quantization!.foldsBatchNorm;
    model.dispose();
    return folds;
  };
  expect(isFolded(low)).toBe(true);
  expect(isFolded({ ...low, fold_batch_norm: false })).toBe(false);
  expect(isFolded({ ...low, overrides: { layer: { bits_weights: null } } })).toBe(false);
});

const text = `version: 1
training: {model: mlp_2d, dataset: moons, train_size: 128, epochs: 16, batch_size: 16, seed: 2, optimizer: {class: SGD, lr: 0.2, momentum: 0.9}}
quantizers:
  low: {class: QuantAwareTrainRangeLinearQuantizer, bits_activations: 8, bits_weights: 4, mode: ASYMMETRIC_UNSIGNED, fold_batch_norm: true}
policies:
  - quantizer: {instance_name: low}
    starting_epoch: 1
    ending_epoch: 16
    frequency: 1
`;

test('a run with folded normalizations learns, ends with values on the grid, and leaks nothing', async () => {
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) throw new Error('no schedule');
  const layers: Network['layers'] = [
    dense('fc1', 2, 12),
    norm('bn1', 12),
    { name: 'relu1', kind: 'relu' },
    dense('fc2', 12, 2),
  ];
  const schedule = { ...parsed.value, network: { name: 'normalized', inputShape: [2], layers } };
  const { dataset, trainSize } = schedule.training;
  const data = createPointDataset(findDataset(dataset) as PointDatasetDefinition, trainSize, createRandom(2));
  const environment: Environment = { backend: 'cpu', adapter: 'test', software: true, versions: {} };
  const events: TrainingEvent[] = [];
  const before = tf.memory().numTensors;
  const session = new TrainingSession({
    ...{ runId: 'run', schedule, data, environment, keepsEpochs: true },
    emit: (event) => events.push(event),
  });
  await session.run();
  expect(events.at(-1)).toMatchObject({ type: 'finished' });
  const last = events.findLast((event) => event.type === 'epoch-end')!.metrics;
  expect(last.train.top1).toBeGreaterThan(0.85);
  expect(last.validation.top1).toBeGreaterThan(0.85);
  const read = new Map((await session.readWeights()).map(({ name, values }) => [name, values]));
  const { scale } = last.parameters['fc1.weight']!.quantization!;
  const exported = foldNetwork(schedule.network, read).values.get('fc1.weight')!;
  for (const own of exported) expect(own * scale).toBeCloseTo(Math.round(own * scale), 3);
  expect(new Set(exported.map((own) => Math.round(own * scale))).size).toBeGreaterThan(2);
  session.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
