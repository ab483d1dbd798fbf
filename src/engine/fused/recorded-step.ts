import type { OptimizerSettings } from '../../schedule/schedule.ts';
import type { Normalization } from '../batches.ts';
import { allocateBackward, backwardKernels, type BackwardMemory, gradientSums } from './backward.ts';
import { allocateForward, forwardKernels, type ForwardMemory } from './forward.ts';
import { gather, type ResidentSamples } from './kernels/gather.ts';
import type { Teaching } from './kernels/loss-head.ts';
import { applyThresholds } from './kernels/apply-thresholds.ts';
import { gradientStatistics, parameterStatistics, thresholdStatistics } from './kernels/parameter-statistics.ts';
import { prepareWeights } from './kernels/prepare-weights.ts';
import { update, updateTable } from './kernels/update.ts';
import { packParameter, unpackParameter } from './parameter-layout.ts';
import type { MethodWork } from './parameter-work.ts';
import type { Plan } from './plan.ts';
import { type Dispatch, Recorder, stepSlots } from './recorder.ts';
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

export interface RecordedStepOptions {
  readonly device: GPUDevice;
  readonly plan: Plan;
  readonly batch: number;
  readonly tuning: Tuning;
  readonly optimizer: OptimizerSettings;
  readonly samples: ResidentSamples;
  readonly sampleCount: number;
  readonly normalization: Normalization;
  readonly work: MethodWork;
  /** Parts of the loss. */
  readonly parts: number;
  /** Who teaches, if somebody does. */
  readonly teacher: RecordedTeacher | null;
}

export interface RecordedTeacher extends Omit<Teaching, 'logits'> {
  readonly plan: Plan;
  /** What inference uses, and running statistics. */
  readonly values: ReadonlyMap<string, Float32Array>;
}

/** Everything that a step reads and leaves, by parameter. */
export interface StepContents {
  readonly values: ReadonlyMap<string, Float32Array>;
  /** State of the optimizer: velocity, or moving mean and variance. */
  readonly state: readonly ReadonlyMap<string, Float32Array>[];
}

/** Steps whose measurements are kept. */
export const logSlots = 1024;
/** Losses, right answers, distances to the teacher; then the parts of the loss. */
const logWidth = 3;

/** A training step of one network as a list of dispatches over buffers of its own, recorded once and played back. */
export class RecordedStep {
  private readonly recorder: Recorder;
  private readonly options: RecordedStepOptions;
  private readonly arena: { readonly weights: Bound; readonly masks: Bound; readonly state: readonly Bound[] };
  private readonly order: Bound;
  private readonly log: Bound;
  private dispatches: readonly Dispatch[] = [];
  private refreshing: readonly Dispatch[] = [];
  private used: Bound | null = null;
  private steps = 0;

  /** @throws whatever the device says of a kernel that it does not take. */
  static async record(options: RecordedStepOptions): Promise<RecordedStep> {
    const step = new RecordedStep(options);
    try {
      const { kernels, refreshing } = step.kernels();
      step.dispatches = await step.recorder.compile(kernels);
      step.refreshing = await step.recorder.compile(refreshing);
    } catch (error) {
      step.dispose();
      throw error;
    }
    return step;
  }

  private constructor(options: RecordedStepOptions) {
    const { device, plan, optimizer, sampleCount, parts } = options;
    this.options = options;
    this.recorder = new Recorder(device);
    const arena = (label: string): Bound => this.recorder.allocate(label, 'vec4f', plan.layout.length);
    const state = optimizer.class === 'Adam' ? [arena('mean'), arena('variance')] : [arena('velocity')];
    this.arena = { weights: arena('weights'), masks: arena('masks'), state };
    this.order = this.recorder.allocate('order', 'u32', sampleCount);
    this.log = this.recorder.allocate('log', 'f32', logSlots * (logWidth + parts));
  }

  /** What inference uses instead of the weights; it is up to date after `refresh`. */
  get effectiveWeights(): Bound {
    return this.used ?? this.arena.weights;
  }

  /** Makes the weights that inference uses from those that the last step left. */
  refresh(): void {
    if (this.refreshing.length === 0) return;
    this.recorder.submit(this.refreshing);
  }

  get labels(): readonly string[] {
    return this.dispatches.map(({ label }) => label);
  }

  /** @param masks Of those parameters that have one. */
  write({ values, state }: StepContents, masks: ReadonlyMap<string, Float32Array>): void {
    const { plan } = this.options;
    this.writeArena(plan, this.arena.weights, (name) => values.get(name)!);
    this.writeArena(plan, this.arena.masks, (name, size) => masks.get(name) ?? new Float32Array(size).fill(1));
    this.arena.state.forEach((bound, at) => this.writeArena(plan, bound, (name) => state[at]!.get(name)!));
  }

  async read(): Promise<StepContents> {
    const [values, ...state] = await this.recorder.read([this.arena.weights, ...this.arena.state]);
    const unpack = (arena: Float32Array): ReadonlyMap<string, Float32Array> =>
      new Map(this.options.plan.layout.places.map((place) => [place.spec.name, unpackParameter(place, arena)]));
    return { values: unpack(values!), state: state.map(unpack) };
  }

  setOrder(order: Uint32Array): void {
    this.recorder.write(this.order, order);
  }

  /**
   * Submits one step.
   *
   * @returns Number of its line in the log.
   */
  submit(values: StepValues): number {
    const line = this.steps++ % logSlots;
    const slot = line % stepSlots;
    this.recorder.writeStep(slot, (integers, floats) => {
      integers[0] = values.first;
      integers[1] = values.count;
      integers[2] = line;
      floats[3] = 1 / values.count;
      floats.set(values.rates.slice(0, 4), 4);
      floats[8] = values.momentum;
      floats[9] = values.correction;
    });
    this.recorder.submit(this.dispatches, slot);
    return line;
  }

  /** Runs one of the dispatches several times, to measure it. */
  async repeat(at: number, times: number): Promise<void> {
    this.recorder.submit(Array.from({ length: times }, () => this.dispatches[at]!));
    await this.options.device.queue.onSubmittedWorkDone();
  }

  /** The lines of the log: sums of losses, right answers and distances to the teacher, then the parts of the loss. */
  async readLog(): Promise<readonly Float32Array[]> {
    const [log] = await this.recorder.read([this.log]);
    const width = logWidth + this.options.parts;
    return Array.from({ length: logSlots }, (_, line) => log!.subarray(line * width, (line + 1) * width));
  }

  dispose(): void {
    this.recorder.dispose();
  }

  private kernels(): { readonly kernels: readonly Kernel[]; readonly refreshing: readonly Kernel[] } {
    const { plan, batch, tuning, work } = this.options;
    const { recorder } = this;
    const forward = allocateForward(recorder, plan, batch);
    const backward = allocateBackward(recorder, plan, forward, tuning);
    const { weights } = this.arena;
    const stats = recorder.allocate('statistics', 'f32', work.slotCount);
    const effective = recorder.allocate('effective weights', 'vec4f', plan.layout.length);
    const { parameters } = work;
    const sums = parameters.map((own) => ({ work: own, sums: gradientSums(plan, backward, own.place.spec) }));
    const prepare = prepareWeights({ parameters, weights, stats, effective });
    const used = prepare === null ? weights : effective;
    this.used = used;
    const statistics = parameterStatistics(parameters, { weights, stats });
    const lesson = this.teacherKernels();
    const gradient = backward.gradients.at(-1)!;
    const kernels = [
      this.gatherKernel(forward),
      statistics,
      prepare,
      ...lesson.kernels,
      ...forwardKernels(plan, forward, { tuning, weights: used, gradient, ...lesson }),
      ...backwardKernels({ plan, forward, memory: backward, weights: used, tuning }),
      gradientStatistics(sums, { weights, sums: backward.sums, stats }),
      this.updateKernel(forward, backward, sums, stats),
      thresholdStatistics(parameters, { weights, stats }),
      applyThresholds(parameters, { weights, stats }),
    ];
    const isThere = (kernel: Kernel | null): kernel is Kernel => kernel !== null;
    const refreshing = prepare === null ? [] : [statistics, prepare];
    return { kernels: kernels.filter(isThere), refreshing: refreshing.filter(isThere) };
  }

  private gatherKernel(forward: ForwardMemory): Kernel {
    const { batch, samples, normalization } = this.options;
    return gather({
      batch,
      samples,
      order: this.order,
      scale: (samples.isBytes ? 1 / 255 : 1) / normalization.std,
      shift: normalization.mean / normalization.std,
      output: forward.input,
      labels: forward.labels,
    });
  }

  /** The teacher looks at the batch as it wants it placed, and leaves its logits. */
  private teacherKernels(): { readonly kernels: readonly Kernel[]; readonly teaching?: Teaching } {
    const { teacher, batch, tuning } = this.options;
    if (teacher === null) return { kernels: [] };
    const { recorder } = this;
    const { plan, values, temperature, distillWeight, studentWeight } = teacher;
    const weights = recorder.allocate('weights of the teacher', 'vec4f', plan.layout.length);
    this.writeArena(plan, weights, (name) => values.get(name)!);
    const memory = allocateForward(recorder, plan, batch);
    const forward = forwardKernels(plan, memory, { tuning, weights, keepsLogits: true });
    const teaching = { logits: memory.logits, temperature, distillWeight, studentWeight };
    return { kernels: [this.gatherKernel(memory), ...forward], teaching };
  }

  private updateKernel(
    { measured }: ForwardMemory,
    backward: BackwardMemory,
    parameters: Parameters<typeof updateTable>[0],
    stats: Bound,
  ): Kernel {
    const { plan, optimizer, batch, parts } = this.options;
    const rows = updateTable(parameters, plan.layout.length);
    const table = this.recorder.allocate('table', 'vec4u', rows.length / 4);
    this.recorder.write(table, rows);
    const { weights, masks, state } = this.arena;
    const log = { log: this.log, logWidth: logWidth + parts, parts };
    return update({
      ...{ optimizer, batch, parameters, weights, masks, state, stats, table, measured },
      ...log,
      sums: backward.sums,
    });
  }

  private writeArena({ layout }: Plan, bound: Bound, valuesOf: (name: string, size: number) => Float32Array): void {
    const packed = new Float32Array(layout.length * 4);
    for (const place of layout.places) packParameter(place, valuesOf(place.spec.name, place.spec.size), packed);
    this.recorder.write(bound, packed);
  }
}
