import type { OptimizerSettings } from '../../schedule/schedule.ts';
import type { Normalization, SampleSet } from '../batches.ts';
import { allocateBackward, backwardKernels, type BackwardMemory, gradientSums } from './backward.ts';
import { allocateForward, forwardKernels, type ForwardMemory } from './forward.ts';
import { gather, type ResidentSamples } from './kernels/gather.ts';
import { update, updateTable } from './kernels/update.ts';
import { packParameter, unpackParameter } from './parameter-layout.ts';
import type { Plan } from './plan.ts';
import { type Dispatch, encode, Recorder, stepSlots } from './recorder.ts';
import type { Bound, Kernel } from './shader.ts';
import type { Tuning } from './tuning.ts';

export interface StepValues {
  /** Number of the first sample in the order of the epoch, and of samples. */
  readonly first: number;
  readonly count: number;
  readonly rates: readonly number[];
  readonly momentum: number;
  /** Adam: √(1 − β₂ᵗ). */
  readonly correction: number;
}

export interface FusedTrainingOptions {
  readonly device: GPUDevice;
  readonly plan: Plan;
  readonly batch: number;
  readonly tuning: Tuning;
  readonly optimizer: OptimizerSettings;
  readonly samples: SampleSet;
  readonly normalization: Normalization;
}

const logWidth = 4;

/** Training of one network as a recorded list of dispatches over buffers of its own. */
export class FusedTraining {
  private readonly recorder: Recorder;
  private readonly options: FusedTrainingOptions;
  private readonly arena: { readonly weights: Bound; readonly masks: Bound; readonly state: readonly Bound[] };
  private readonly order: Bound;
  private readonly log: Bound;
  private dispatches: readonly Dispatch[] = [];
  private steps = 0;

  constructor(options: FusedTrainingOptions) {
    const { device, plan, optimizer, samples } = options;
    this.options = options;
    this.recorder = new Recorder(device);
    const arena = (label: string): Bound => this.recorder.allocate(label, 'vec4f', plan.layout.length);
    const state = optimizer.class === 'Adam' ? [arena('mean'), arena('variance')] : [arena('velocity')];
    this.arena = { weights: arena('weights'), masks: arena('masks'), state };
    this.order = this.recorder.allocate('order', 'u32', samples.count);
    this.log = this.recorder.allocate('log', 'f32', stepSlots * logWidth);
  }

  async record(): Promise<void> {
    const { plan, batch, samples, normalization, tuning } = this.options;
    const { recorder } = this;
    const resident = uploadSamples(recorder, samples);
    const forward = allocateForward(recorder, plan, batch);
    const backward = allocateBackward(recorder, plan, forward, tuning);
    const { weights } = this.arena;
    const kernels: Kernel[] = [
      gather({
        batch,
        samples: resident,
        order: this.order,
        scale: (resident.isBytes ? 1 / 255 : 1) / normalization.std,
        shift: normalization.mean / normalization.std,
        output: forward.input,
        labels: forward.labels,
      }),
      ...forwardKernels(plan, forward, { tuning, weights, gradient: backward.gradients.at(-1)! }),
      ...backwardKernels({ plan, forward, memory: backward, weights, tuning }),
      this.updateKernel(forward, backward),
    ];
    this.dispatches = await recorder.compile(kernels);
  }

  get labels(): readonly string[] {
    return this.dispatches.map(({ label }) => label);
  }

  write(values: ReadonlyMap<string, Float32Array>): void {
    const { plan } = this.options;
    const packed = new Float32Array(plan.layout.length * 4);
    const masks = new Float32Array(plan.layout.length * 4);
    for (const place of plan.layout.places) {
      packParameter(place, values.get(place.spec.name)!, packed);
      packParameter(place, new Float32Array(place.spec.size).fill(1), masks);
    }
    this.recorder.write(this.arena.weights, packed);
    this.recorder.write(this.arena.masks, masks);
  }

  async read(): Promise<ReadonlyMap<string, Float32Array>> {
    const values = await this.readBuffer(this.arena.weights);
    return new Map(this.options.plan.layout.places.map((place) => [place.spec.name, unpackParameter(place, values)]));
  }

  setOrder(order: Uint32Array): void {
    this.recorder.write(this.order, order);
  }

  step(values: StepValues): void {
    const { device } = this.options;
    const slot = this.steps++ % stepSlots;
    this.recorder.writeStep(slot, (integers, floats) => {
      integers[0] = values.first;
      integers[1] = values.count;
      integers[2] = slot;
      floats[3] = 1 / values.count;
      values.rates.forEach((rate, at) => (floats[4 + at] = rate));
      floats[8] = values.momentum;
      floats[9] = values.correction;
    });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encode(pass, this.dispatches, slot);
    pass.end();
    device.queue.submit([encoder.finish()]);
  }

  /** Runs one dispatch several times. */
  async only(at: number, repeats: number): Promise<void> {
    const { device } = this.options;
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let time = 0; time < repeats; time++) encode(pass, [this.dispatches[at]!], 0);
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
  }

  readLog(): Promise<Float32Array> {
    return this.readBuffer(this.log);
  }

  dispose(): void {
    this.recorder.dispose();
  }

  private updateKernel(forward: ForwardMemory, backward: BackwardMemory): Kernel {
    const { plan, optimizer, batch } = this.options;
    const parameters = plan.layout.places.map((place) => ({
      place,
      sums: gradientSums(plan, backward, place.spec),
      chain: '',
    }));
    const rows = updateTable(parameters, plan.layout.length);
    const table = this.recorder.allocate('table', 'vec4u', rows.length / 4);
    this.recorder.write(table, rows);
    const { weights, masks, state } = this.arena;
    const { log } = this;
    const { measured } = forward;
    return update({
      optimizer,
      batch,
      parameters,
      weights,
      masks,
      state,
      sums: backward.sums,
      table,
      measured,
      log,
      logWidth,
    });
  }

  private async readBuffer({ buffer }: Bound): Promise<Float32Array> {
    const { device } = this.options;
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const staging = device.createBuffer({ size: buffer.size, usage });
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const values = new Float32Array(staging.getMappedRange().slice(0));
    staging.destroy();
    return values;
  }
}

function uploadSamples(recorder: Recorder, samples: SampleSet): ResidentSamples {
  const { inputs, count } = samples;
  const isBytes = inputs instanceof Uint8Array;
  const length = isBytes ? Math.ceil(inputs.length / 4) : inputs.length;
  const values = recorder.allocate('samples', isBytes ? 'u32' : 'f32', length);
  recorder.write(values, isBytes ? packBytes(inputs, length) : inputs);
  const labels = recorder.allocate('all labels', 'u32', count);
  recorder.write(labels, Uint32Array.from(samples.labels));
  return { values, isBytes, valuesPerSample: inputs.length / count, labels };
}

function packBytes(bytes: Uint8Array, length: number): Uint32Array {
  const padded = new Uint8Array(length * 4);
  padded.set(bytes);
  return new Uint32Array(padded.buffer);
}
