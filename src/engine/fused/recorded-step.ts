import type { OptimizerSettings, Precision } from '../../schedule/schedule.ts';
import type { ForwardMemory } from './forward-memory.ts';
import { inputBlock } from '../active-quantization.ts';
import { backwardKernels } from './backward.ts';
import { allocateBackward, type BackwardMemory, gradientSums } from './backward-memory.ts';
import { loadDepthwise } from './depthwise-kernels.ts';
import { allocateForward, allocateStatistics, forwardKernels, type SharedMemory } from './forward.ts';
import { gather, type ResidentSamples } from './kernels/gather.ts';
import type { Teaching } from './kernels/loss-head.ts';
import { applyThresholds } from './kernels/apply-thresholds.ts';
import {
  gradientStatistics,
  parameterStatistics,
  rangesOfWeights,
  thresholdStatistics,
} from './kernels/parameter-statistics.ts';
import { prepareWeights } from './kernels/prepare-weights.ts';
import type { QuantizedActivation } from './kernels/quantized-activation.ts';
import { quantizeInput } from './kernels/quantize-input.ts';
import { type LearnedScalar, update, updateTable } from './kernels/update.ts';
import type { MethodWork } from './parameter-work.ts';
import type { Plan } from './plan.ts';
import { meanGradient } from './precision.ts';
import { type Dispatch, type OnCompiled, Recorder, stepSlots } from './recorder.ts';
import { type Bound, type Kernel, mergeKernels } from './shader.ts';
import { packStatistics } from './statistics.ts';
import { type StepContents, StepMemory, writeArena } from './step-memory.ts';
import type { TrackedRanges } from './tracked-ranges.ts';
import type { Tuning } from './tuning.ts';

export interface StepRates {
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
  /** `f16`: the device has the feature `shader-f16`. */
  readonly precision: Precision;
  readonly optimizer: OptimizerSettings;
  readonly samples: ResidentSamples;
  readonly sampleCount: number;
  readonly work: MethodWork;
  /** Quantized activations, if there are any. */
  readonly ranges: TrackedRanges | null;
  readonly learned: readonly LearnedScalar[];
  /** Parts of the loss. */
  readonly parts: number;
  /** Who teaches, if somebody does. */
  readonly teacher: RecordedTeacher | null;
  /** What the loss of each answer counts, if early exits learn too. */
  readonly lossWeights: readonly number[] | null;
  readonly onCompiled?: OnCompiled | undefined;
}

export interface RecordedTeacher extends Omit<Teaching, 'logits'> {
  readonly plan: Plan;
  /** What inference uses, and running statistics. */
  readonly values: ReadonlyMap<string, Float32Array>;
}

/** Steps whose measurements are kept. */
export const logSlots = 1024;
/** Losses, right answers, distances to the teacher; then the parts of the loss. */
const logWidth = 3;

/** A training step of one network as a list of dispatches over buffers of its own, recorded once and played back. */
export class RecordedStep {
  private readonly recorder: Recorder;
  private readonly options: RecordedStepOptions;
  private readonly memory: StepMemory;
  private readonly order: Bound;
  private readonly log: Bound;
  private dispatches: readonly Dispatch[] = [];
  private refreshing: readonly Dispatch[] = [];
  private used: Bound | null = null;
  private steps = 0;
  /** Steps that wait to be submitted. */
  private staged = 0;

  /** @throws whatever the device says of a kernel that it does not take. */
  static async record(options: RecordedStepOptions): Promise<RecordedStep> {
    await loadDepthwise(options.plan);
    if (options.teacher) await loadDepthwise(options.teacher.plan);
    const step = new RecordedStep(options);
    try {
      const { kernels, refreshing } = step.kernels();
      step.dispatches = await step.recorder.compile(kernels, options.onCompiled);
      step.refreshing = await step.recorder.compile(refreshing);
    } catch (error) {
      step.dispose();
      throw error;
    }
    return step;
  }

  private constructor(options: RecordedStepOptions) {
    const { device, sampleCount, parts } = options;
    this.options = options;
    this.recorder = new Recorder(device);
    this.memory = new StepMemory(this.recorder, options);
    this.order = this.recorder.allocate('order', 'u32', sampleCount);
    this.log = this.recorder.allocate('log', 'f32', logSlots * (logWidth + parts));
  }

  /** What inference reads: weights as quantizers make them, which are up to date after `refresh`, and what was tracked. */
  get inference(): { readonly weights: Bound; readonly shared: SharedMemory } {
    return { weights: this.used ?? this.memory.weights, shared: this.memory.shared };
  }

  /** Makes the weights that inference uses from those that the last step left. */
  refresh(): void {
    if (this.refreshing.length > 0) this.recorder.submit(this.refreshing);
  }

  get labels(): readonly string[] {
    return this.dispatches.map(({ label }) => label);
  }

  /** @param masks Of those parameters that have one. */
  write(contents: StepContents, masks: ReadonlyMap<string, Float32Array>): void {
    this.memory.write(contents, masks);
  }

  read(): Promise<StepContents> {
    return this.memory.read();
  }

  setOrder(order: Uint32Array): void {
    this.recorder.write(this.order, order);
  }

  /**
   * Adds a step to those that `flush` submits.
   *
   * @param batch Number of the first sample in the order of the epoch, and of samples.
   * @returns Number of its line in the log.
   */
  stage(batch: { readonly first: number; readonly count: number }, { rates, momentum, correction }: StepRates): number {
    if (this.staged === stepSlots) this.flush();
    const line = this.steps++ % logSlots;
    const { integers, floats } = this.recorder.stepAt(line % stepSlots);
    integers[0] = batch.first;
    integers[1] = batch.count;
    integers[2] = line;
    floats[3] = 1 / batch.count;
    for (let group = 0; group < 4; group++) floats[4 + group] = rates[group] ?? 0;
    floats[8] = momentum;
    floats[9] = correction;
    this.staged++;
    return line;
  }

  /** Submits the steps that were staged, in order. False: there were none. */
  flush(): boolean {
    const { recorder, dispatches, staged } = this;
    if (staged === 0) return false;
    const first = (this.steps - staged) % stepSlots;
    const untilEnd = Math.min(staged, stepSlots - first);
    recorder.sendSteps(first, untilEnd);
    if (untilEnd < staged) recorder.sendSteps(0, staged - untilEnd);
    recorder.submit(dispatches, first, staged);
    this.staged = 0;
    return true;
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
    const { plan, batch, tuning, work, precision } = this.options;
    const { recorder, memory } = this;
    const { weights } = memory;
    const forward = allocateForward(recorder, plan, batch, { ...memory.shared, precision });
    const backward = allocateBackward(recorder, plan, forward, tuning);
    const stats = recorder.allocate('statistics of parameters', 'f32', work.slotCount);
    const effective = recorder.allocate('effective weights', 'vec4f', plan.layout.length);
    const { parameters } = work;
    const sums = parameters.map((own) => ({ work: own, sums: gradientSums(plan, backward, own.place.spec) }));
    const statistical = { weights, stats, lanes: tuning.statisticsLanes };
    const statistics = parameterStatistics(parameters, statistical);
    const ranged =
      memory.ranges && rangesOfWeights(parameters, { stats, lanes: tuning.statisticsLanes }, memory.ranges);
    const prepare = prepareWeights({ parameters, weights, stats, effective, lanes: tuning.parameterLanes });
    const used = prepare === null ? weights : effective;
    this.used = used;
    const lesson = this.teacherKernels();
    const { gradients } = backward;
    const { lossWeights } = this.options;
    const learning = { gradient: gradients.at(-1)!, exits: lossWeights && { gradients, lossWeights } };
    const inputs = inputQuantizer(forward, true);
    const kernels = [
      ...together([statistics, ranged, this.gatherKernel(forward, inputs)]),
      ...together([prepare, inputs && quantizeInput(forward.input, inputs, prepare?.workgroupSize)]),
      ...lesson.kernels,
      ...forwardKernels(plan, forward, { tuning, weights: used, ...learning, ...lesson }),
      ...backwardKernels({ plan, forward, memory: backward, weights: used, tuning }),
      ...together([gradientStatistics(sums, { ...statistical, sums: backward.sums, factor: meanGradient(precision) })]),
      this.updateKernel(forward, backward, sums, stats),
      ...together([thresholdStatistics(parameters, statistical)]),
      ...together([applyThresholds(parameters, { weights, stats })]),
    ];
    const refreshing = prepare === null ? [] : [...together([statistics, ranged]), prepare];
    return { kernels, refreshing };
  }

  private gatherKernel(forward: ForwardMemory, observed: QuantizedActivation | null): Kernel {
    const { batch, tuning, samples } = this.options;
    return gather({
      ...{ batch, tuning, samples, observed },
      order: this.order,
      output: forward.input,
      labels: forward.labels,
    });
  }

  /** The teacher looks at the batch as it wants it placed, and leaves its logits. */
  private teacherKernels(): { readonly kernels: readonly Kernel[]; readonly teaching?: Teaching } {
    const { teacher, batch, tuning, precision } = this.options;
    if (teacher === null) return { kernels: [] };
    const { recorder } = this;
    const { plan, values, temperature, distillWeight, studentWeight } = teacher;
    const weights = recorder.allocate('weights of the teacher', 'vec4f', plan.layout.length);
    writeArena(recorder, plan, weights, (name) => values.get(name)!);
    const statistics = allocateStatistics(recorder, plan);
    const packed = packStatistics(plan, values);
    if (packed.length > 0) recorder.write(statistics, packed);
    const memory = allocateForward(recorder, plan, batch, { statistics, precision });
    const forward = forwardKernels(plan, memory, { tuning, weights, isTraining: false, keepsLogits: true });
    const teaching = { logits: memory.logits, temperature, distillWeight, studentWeight };
    return { kernels: [this.gatherKernel(memory, null), ...forward], teaching };
  }

  private updateKernel(
    { measured }: ForwardMemory,
    backward: BackwardMemory,
    parameters: Parameters<typeof updateTable>[0],
    stats: Bound,
  ): Kernel {
    const { plan, optimizer, batch, parts, learned, tuning, precision } = this.options;
    const rows = updateTable(parameters, plan.layout.length);
    const table = this.recorder.allocate('table', 'vec4u', rows.length / 4);
    this.recorder.write(table, rows);
    const { weights, masks, state, scalarState } = this.memory;
    const memory = this.memory.ranges;
    const log = { log: this.log, logWidth: logWidth + parts, parts };
    return update({
      ...{ optimizer, batch, parameters, weights, masks, state, stats, table, measured },
      ...log,
      lanes: tuning.parameterLanes,
      sums: backward.sums,
      factor: meanGradient(precision),
      ranges: memory && { memory, state: scalarState, learned },
    });
  }
}

/** What quantizes the inputs of a network, if something does. */
export function inputQuantizer({ ranges }: ForwardMemory, isTraining: boolean): QuantizedActivation | null {
  const module = ranges?.ranges.modules.get(inputBlock);
  return ranges && module ? { module, memory: ranges, isTraining, partials: null } : null;
}

/** Kernels that need not wait for each other as one, if there are any. */
function together(kernels: readonly (Kernel | null)[]): readonly Kernel[] {
  const own = kernels.filter((kernel) => kernel !== null);
  return own.length < 2 ? own : [mergeKernels(own)];
}
