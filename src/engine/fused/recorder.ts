import { type Bound, bindingsOf, elementBytes, type Kernel, type ShaderText, shaderText, spread } from './shader.ts';

/** A dispatch with everything bound, ready to be encoded any number of times. */
export interface Dispatch {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly bindings: GPUBindGroup;
  /** Reads the step's values, whose place is given when it is encoded. */
  readonly usesStep: boolean;
  readonly workgroups: readonly [number, number];
}

/** Bytes from one step's values to the next, as the alignment of uniform buffers wants it. */
export const stepStride = 256;
/** Steps whose values are kept apart, so that several may be on their way. */
export const stepSlots = 64;
/** Numbers of a step, see `stepStruct`. */
const stepValues = 16;
const slotOffsets = Uint32Array.from({ length: stepSlots }, (_, slot) => slot * stepStride);

interface StepView {
  readonly integers: Uint32Array;
  readonly floats: Float32Array;
}

interface Pipeline {
  readonly layout: GPUBindGroupLayout;
  readonly pipeline: Promise<GPUComputePipeline>;
  isReady: boolean;
}

/** Says how many of the pipelines are there that had to be compiled for a list of kernels. */
export type OnCompiled = (done: number, total: number) => void;

const known = new WeakMap<GPUDevice, Map<string, Pipeline>>();

/** Makes buffers and dispatches on a device. Owns its buffers; pipelines are shared by all recorders of a device. */
export class Recorder {
  readonly device: GPUDevice;
  private readonly buffers: GPUBuffer[] = [];
  private readonly steps: GPUBuffer;
  private readonly values = new ArrayBuffer(stepStride * stepSlots);
  private readonly slots = Array.from({ length: stepSlots }, (_, slot) => ({
    integers: new Uint32Array(this.values, slot * stepStride, stepValues),
    floats: new Float32Array(this.values, slot * stepStride, stepValues),
  }));

  constructor(device: GPUDevice) {
    this.device = device;
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.steps = device.createBuffer({ label: 'steps', size: stepStride * stepSlots, usage });
    this.buffers.push(this.steps);
  }

  /** A buffer of zeros. */
  allocate(label: string, type: Bound['type'], length: number): Bound {
    // What is bound is a multiple of four bytes long.
    const bytes = Math.ceil((Math.max(1, length) * elementBytes({ type })) / 4) * 4;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = this.device.createBuffer({ label, size: bytes, usage });
    this.buffers.push(buffer);
    return { buffer, type, length: Math.max(1, length) };
  }

  write({ buffer }: Bound, data: Float32Array | Uint32Array, elementOffset = 0): void {
    this.device.queue.writeBuffer(buffer, elementOffset * 4, data as Float32Array<ArrayBuffer>);
  }

  /** What the kernels of a step read as `step`. */
  writeStep(slot: number, fill: (integers: Uint32Array, floats: Float32Array) => void): void {
    const { integers, floats } = this.stepAt(slot);
    fill(integers, floats);
    this.sendSteps(slot, 1);
  }

  /** Where the values of a step are put together before `sendSteps`. */
  stepAt(slot: number): StepView {
    return this.slots[slot]!;
  }

  /** Sends the values of some slots in one go. */
  sendSteps(first: number, count: number): void {
    const from = first * stepStride;
    const size = (count - 1) * stepStride + stepValues * 4;
    this.device.queue.writeBuffer(this.steps, from, this.values, from, size);
  }

  /** Submits dispatches in order, for steps whose values are in the slots from `first` on. */
  submit(dispatches: readonly Dispatch[], first = 0, steps = 1): void {
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let step = 0; step < steps; step++) encode(pass, dispatches, (first + step) % stepSlots);
    pass.end();
    this.device.queue.submit([encoder.finish()]);
  }

  /** Contents of buffers after everything that was submitted, all in one go. */
  async read(bounds: readonly Bound[]): Promise<readonly Float32Array[]> {
    const { device } = this;
    const sizes = bounds.map(({ buffer }) => buffer.size);
    // What is mapped begins at multiples of eight bytes.
    const places = sizes.map((size) => Math.ceil(size / 8) * 8);
    const offsets = places.map((_, at) => places.slice(0, at).reduce((sum, size) => sum + size, 0));
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const staging = device.createBuffer({ label: 'staging', size: places.reduce((sum, size) => sum + size, 0), usage });
    const encoder = device.createCommandEncoder();
    bounds.forEach(({ buffer }, at) => {
      encoder.copyBufferToBuffer(buffer, 0, staging, offsets[at]!, sizes[at]);
    });
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const values = sizes.map((size, at) => new Float32Array(staging.getMappedRange(offsets[at], size).slice(0)));
    staging.destroy();
    return values;
  }

  /** Dispatches of kernels. Those that differ only by `hoisted` numbers share a pipeline. */
  async compile(kernels: readonly Kernel[], onCompiled?: OnCompiled): Promise<readonly Dispatch[]> {
    const own = kernels.map((kernel) => this.prepare(kernel));
    const awaited = new Set(own.flatMap(({ shared: { isReady, pipeline } }) => (isReady ? [] : [pipeline])));
    let done = 0;
    for (const pipeline of onCompiled ? awaited : []) {
      pipeline.then(
        () => onCompiled?.(++done, awaited.size),
        // Whoever awaits all of them says so.
        () => undefined,
      );
    }
    return Promise.all(own.map(async ({ dispatch, shared }) => ({ ...dispatch, pipeline: await shared.pipeline })));
  }

  dispose(): void {
    for (const buffer of this.buffers.splice(0)) buffer.destroy();
  }

  /** Everything but the pipeline, which takes its time. */
  private prepare(kernel: Kernel): {
    readonly dispatch: Omit<Dispatch, 'pipeline'>;
    readonly shared: Pipeline;
  } {
    const { label, usesStep = false, workgroups } = kernel;
    const text = shaderText(kernel);
    const shared = pipelineOf(this.device, kernel, text);
    const resources: GPUBufferBinding[] = bindingsOf(kernel).map(({ bound: { buffer } }) => ({ buffer }));
    if (text.numbers.length > 0) resources.push({ buffer: this.numbers(label, text.numbers) });
    if (usesStep) resources.push({ buffer: this.steps, size: 64 });
    const entries = resources.map((resource, binding) => ({ binding, resource }));
    const bindings = this.device.createBindGroup({ label, layout: shared.layout, entries });
    return { dispatch: { label, bindings, usesStep, workgroups: spread(workgroups) }, shared };
  }

  private numbers(label: string, values: readonly number[]): GPUBuffer {
    const size = Math.ceil(values.length / 4) * 16;
    const usage = GPUBufferUsage.UNIFORM;
    const buffer = this.device.createBuffer({ label, size, usage, mappedAtCreation: true });
    new Uint32Array(buffer.getMappedRange()).set(values);
    buffer.unmap();
    this.buffers.push(buffer);
    return buffer;
  }
}

/** Appends dispatches in order. `slot`: whose step's values they read. */
export function encode(pass: GPUComputePassEncoder, dispatches: readonly Dispatch[], slot: number): void {
  for (const { pipeline, bindings, usesStep, workgroups } of dispatches) {
    pass.setPipeline(pipeline);
    if (usesStep) pass.setBindGroup(0, bindings, slotOffsets, slot, 1);
    else pass.setBindGroup(0, bindings);
    if (workgroups[1] === 1) pass.dispatchWorkgroups(workgroups[0]);
    else pass.dispatchWorkgroups(workgroups[0], workgroups[1]);
  }
}

function pipelineOf(device: GPUDevice, kernel: Kernel, text: ShaderText): Pipeline {
  const pipelines = known.get(device) ?? new Map<string, Pipeline>();
  known.set(device, pipelines);
  const found = pipelines.get(text.code) ?? createPipeline(device, kernel, text);
  pipelines.set(text.code, found);
  return found;
}

function createPipeline(device: GPUDevice, kernel: Kernel, { code, numbers }: ShaderText): Pipeline {
  const { label, usesStep = false } = kernel;
  const entries: GPUBindGroupLayoutEntry[] = bindingsOf(kernel).map(({ access, bound }, binding) => {
    const isRead = access === 'read' && bound.type !== 'atomic<u32>';
    const type: GPUBufferBindingType = isRead ? 'read-only-storage' : 'storage';
    return { binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } };
  });
  const addUniform = (hasDynamicOffset: boolean): void => {
    const buffer = { type: 'uniform', hasDynamicOffset } as const;
    entries.push({ binding: entries.length, visibility: GPUShaderStage.COMPUTE, buffer });
  };
  if (numbers.length > 0) addUniform(false);
  if (usesStep) addUniform(true);
  const layout = device.createBindGroupLayout({ label, entries });
  const module = device.createShaderModule({ label, code });
  const pipeline = device.createComputePipelineAsync({
    label,
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module, entryPoint: 'main' },
  });
  const made: Pipeline = { layout, pipeline, isReady: false };
  pipeline.then(
    () => {
      made.isReady = true;
    },
    // Whoever awaits it sees a failure; nobody may be left to.
    () => undefined,
  );
  return made;
}
