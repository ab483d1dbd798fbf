// The page of symbolic.spec.ts: runs the shaders that formulas of methods become, and compares them with TensorFlow.js.
import { linearModes } from '../src/core/linear-quantization.ts';
import { createRandom } from '../src/core/random.ts';
import { useCpuBackend } from '../src/engine/backend-cpu.ts';
import { type ActivationGiven, activationReference } from '../src/engine/fused/symbolic/activation-reference.ts';
import { traceActivation } from '../src/engine/fused/symbolic/activation-program.ts';
import { type ParameterCase, parameterCases } from '../src/engine/fused/symbolic/parameter-cases.ts';
import {
  type ParameterProgram,
  tracePenalty,
  traceParameterQuantizer,
  traceThreshold,
} from '../src/engine/fused/symbolic/parameter-program.ts';
import { referenceOf } from '../src/engine/fused/symbolic/parameter-reference.ts';
import {
  wrapActivationForTest,
  wrapParameterForTest,
  type WrappedShader,
} from '../src/engine/fused/symbolic/wrap-for-test.ts';
import type { ActivationQuantizer } from '../src/methods/quantizer.ts';
import { clippedActivation, learnedClipActivation } from '../src/methods/low-bit.ts';
import { trackedQuantizer } from '../src/methods/range-tracker.ts';

export interface SymbolicReport {
  /** What runs, or why nothing does. */
  readonly device: string;
  readonly cases: number;
  readonly shaders: number;
  /** What went wrong, one line each. */
  readonly problems: readonly string[];
}

class Runner {
  readonly problems: string[] = [];
  readonly device: GPUDevice;
  /** Spelled out, since an automatic one leaves out what a shader does not read. */
  private readonly layout: GPUBindGroupLayout;
  private readonly pipelines = new Map<string, GPUComputePipeline>();

  constructor(device: GPUDevice) {
    this.device = device;
    this.layout = device.createBindGroupLayout({
      entries: (['read-only-storage', 'read-only-storage', 'storage', 'storage'] as const).map((type, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type },
      })),
    });
    device.addEventListener('uncapturederror', ({ error }) => this.problems.push(error.message));
  }

  get shaders(): number {
    return this.pipelines.size;
  }

  /** Stats and results after one run. */
  async run(
    { text, statsLength, resultLength }: WrappedShader,
    weights: Float32Array,
    gradient: Float32Array,
    stats: Float32Array,
  ): Promise<{ readonly stats: Float32Array; readonly results: Float32Array }> {
    const { device } = this;
    const buffers = [weights, gradient, stats].map((values, at) =>
      this.upload(values, at === 2 ? statsLength : values.length),
    );
    buffers.push(this.upload(new Float32Array(), resultLength));
    const pipeline = this.pipelineOf(text);
    const bindings = device.createBindGroup({
      layout: this.layout,
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindings);
    pass.dispatchWorkgroups(1);
    pass.end();
    const copies = [buffers[2]!, buffers[3]!].map((source) => {
      const copy = device.createBuffer({ size: source.size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
      encoder.copyBufferToBuffer(source, 0, copy, 0, source.size);
      return copy;
    });
    device.queue.submit([encoder.finish()]);
    const [read, results] = await Promise.all(
      copies.map(async (copy) => {
        await copy.mapAsync(GPUMapMode.READ);
        return new Float32Array(copy.getMappedRange().slice(0));
      }),
    );
    for (const buffer of [...buffers, ...copies]) buffer.destroy();
    return { stats: read!, results: results! };
  }

  private pipelineOf(code: string): GPUComputePipeline {
    const known = this.pipelines.get(code);
    if (known) return known;
    const module = this.device.createShaderModule({ code });
    const layout = this.device.createPipelineLayout({ bindGroupLayouts: [this.layout] });
    const pipeline = this.device.createComputePipeline({ layout, compute: { module, entryPoint: 'main' } });
    this.pipelines.set(code, pipeline);
    return pipeline;
  }

  private upload(values: Float32Array, length: number): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = this.device.createBuffer({ size: 4 * length, usage, mappedAtCreation: true });
    new Float32Array(buffer.getMappedRange()).set(values);
    buffer.unmap();
    return buffer;
  }
}

/** Rows filled up with zeros to vectors of four, and back. */
function padded(values: Float32Array, columns: number): Float32Array {
  const width = 4 * Math.ceil(columns / 4);
  const result = new Float32Array((values.length / columns) * width);
  values.forEach((value, at) => (result[Math.floor(at / columns) * width + (at % columns)] = value));
  return result;
}

function differences(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): string | null {
  for (let at = 0; at < expected.length; at++) {
    const [own, other] = [actual[at]!, expected[at]!];
    if (Object.is(own, other) || own === other) continue;
    if (!(Math.abs(own - other) <= tolerance * (1 + Math.abs(other))))
      return `${String(own)} for ${String(other)} at ${String(at)}`;
  }
  return null;
}

function trace({ method, spec }: ParameterCase, refused: (reason: string) => void): ParameterProgram | null {
  if (method.kind === 'quantizer') return traceParameterQuantizer(method.quantizer, spec, method.bits, refused);
  return (method.kind === 'penalty' ? tracePenalty : traceThreshold)(method.regularizer, spec, refused);
}

async function checkParameter(runner: Runner, own: ParameterCase): Promise<void> {
  const complain = (what: string): void => void runner.problems.push(`${own.name}: ${what}`);
  const expected = referenceOf(own);
  const program = trace(own, complain);
  if (program === null || expected === null) {
    if ((program === null) !== (expected === null)) complain('traced or not');
    return;
  }
  const columns = own.spec.shape.at(-1)!;
  const wrapped = wrapParameterForTest(program, own.spec.size / columns, columns);
  const { stats, results } = await runner.run(
    wrapped,
    padded(own.weights, columns),
    padded(own.gradient, columns),
    new Float32Array(),
  );
  const length = results.length / 3;
  const compare = (what: string, actual: ArrayLike<number>, other: ArrayLike<number>): void => {
    const difference = differences(actual, other, 1e-5);
    if (difference !== null) complain(`${what} ${difference}`);
  };
  if (expected.value !== null) compare('value', results.subarray(0, length), padded(expected.value, columns));
  if (expected.mask !== null) compare('mask', results.subarray(length, 2 * length), padded(expected.mask, columns));
  compare('gradient', results.subarray(2 * length), padded(expected.gradient, columns));
  if (expected.penalty !== null) compare('penalty', [stats[3 + program.penaltySlot!]!], [expected.penalty]);
  if (stats.slice(0, 3).some((slot) => slot !== 0) || stats.at(-1) !== 0) complain('foreign slots are written');
}

/**
 * In a mode that is symmetric without restriction what is cut to the range lies between two integers (7.5 of 4 bits), and the
 * last bit of what was tracked, which a device may round otherwise, decides: there either level is right.
 */
function settleTies(actual: Float32Array, expected: ArrayLike<number>, input: Float32Array): Float32Array {
  return actual.map((own, at) => {
    const other = expected[at]!;
    const [step, edge] = [Math.abs(own - other), Math.abs(own + other) / 2];
    const isEdge = step > 0 && Math.abs(edge / step - 7.5) < 1e-4;
    return isEdge && Math.abs(input[at]!) > (1 - 1e-5) * edge ? other : own;
  });
}

async function checkActivation(runner: Runner, name: string, quantizer: ActivationQuantizer): Promise<void> {
  const complain = (what: string): void => void runner.problems.push(`${name}: ${what}`);
  const random = createRandom(5);
  const draw = (extent: number): Float32Array =>
    Float32Array.from({ length: 100 }, () => random.uniform(-extent, extent));
  const names = { state: Object.keys(quantizer.state), learned: quantizer.learned.map((scalar) => scalar.name) };
  const learned = Object.fromEntries(quantizer.learned.map((scalar) => [scalar.name, scalar.initial]));
  let given: ActivationGiven = { x: draw(3), dy: draw(1), state: quantizer.state, learned };
  for (const training of [true, true, true, false]) {
    const expected = activationReference(quantizer, training, given);
    const program = traceActivation(quantizer, training, complain);
    if (program === null) return;
    const wrapped = wrapActivationForTest(program, given.x.length / 4, names);
    const scalars = [...names.state.map((own) => given.state[own]!), ...names.learned.map((own) => learned[own]!)];
    const { stats, results } = await runner.run(wrapped, given.x, given.dy, Float32Array.from(scalars));
    const part = (at: number): Float32Array => results.subarray(at * given.x.length, (at + 1) * given.x.length);
    const next = names.state.map((_, at) => stats[scalars.length + at]!);
    const sums = names.learned.map((_, at) => part(2 + at).reduce((sum, value) => sum + value, 0));
    const stateAfter = names.state.map((own) => expected.state[own] ?? 0);
    const output = settleTies(part(0), expected.output, given.x);
    const compared: [string, ArrayLike<number>, ArrayLike<number>, number][] = [
      ['output', output, expected.output, 1e-5],
      ['gradient', part(1), expected.gradient, 1e-6],
      ['learned', sums, names.learned.map((own) => expected.learned[own]!), 1e-5],
      ['state', next, stateAfter, 1e-6],
    ];
    for (const [what, actual, other, tolerance] of compared) {
      const difference = differences(actual, other, tolerance);
      if (difference !== null) complain(`${what} ${difference}`);
    }
    given = { ...given, x: draw(4), dy: draw(1), state: { ...given.state, ...expected.state } };
  }
}

const activations: Record<string, ActivationQuantizer> = {
  ...Object.fromEntries(
    linearModes.flatMap((mode) =>
      [true, false].map((relu): [string, ActivationQuantizer] => [
        `${mode}${relu ? ' behind a ReLU' : ''}`,
        trackedQuantizer({ mode, bits: 4, emaDecay: 0.9, relu }),
      ]),
    ),
  ),
  'DoReFa and WRPN': clippedActivation(3, 1),
  PACT: learnedClipActivation(4, { initial: 2, weightDecay: null }),
};

async function check(): Promise<SymbolicReport> {
  const nothing = (device: string): SymbolicReport => ({ device, cases: 0, shaders: 0, problems: [] });
  const gpu = navigator.gpu as GPU | undefined;
  const adapter = (await gpu?.requestAdapter()) ?? null;
  if (adapter === null) return nothing('none');
  const runner = new Runner(await adapter.requestDevice());
  await useCpuBackend();
  const cases = parameterCases().filter(({ isRare }) => !isRare);
  await Promise.all(cases.map((own) => checkParameter(runner, own)));
  for (const [name, quantizer] of Object.entries(activations)) await checkActivation(runner, name, quantizer);
  const { problems, shaders } = runner;
  return { device: adapter.info.architecture, cases: cases.length, shaders, problems };
}

(globalThis as unknown as { checkSymbolic: typeof check }).checkSymbolic = check;
