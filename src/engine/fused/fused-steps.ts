import type { Precision } from '../../schedule/schedule.ts';
import type { Normalization, SampleSet } from '../batches.ts';
import { type Evaluation, smallestEvaluationBatch } from '../evaluation.ts';
import type { Optimizer } from '../optimizer.ts';
import type { Position } from '../policy.ts';
import type { MeasuredStep, StepResult } from '../train-step.ts';
import type { ResidentSamples } from './kernels/gather.ts';
import { advanceModel, readContents } from './model-contents.ts';
import { type OnCompiled, Recorder } from './recorder.ts';
import { RecordedEvaluation } from './recorded-evaluation.ts';
import { RecordedStep } from './recorded-step.ts';
import { allocateSamples, fillSamples, uploadSamples } from './resident-samples.ts';
import { readTeacher, type Subject, type SubjectSources, subjectOf } from './subject.ts';
import { tuningOf } from './choose-tuning.ts';

export interface FusedStepsOptions extends SubjectSources {
  readonly device: GPUDevice;
  readonly optimizer: Optimizer;
  readonly samples: SampleSet;
  readonly testSamples: SampleSet;
  readonly normalization: Normalization;
  readonly batchSize: number;
  /** What values between dispatches are kept in; `f16` for devices with the feature `shader-f16` only. Absent: `f32`. */
  readonly precision?: Precision;
  /** Hears how far the pipelines of a step are. */
  readonly onCompiled?: OnCompiled;
}

/** Samples of a step: so many from the first one on, in the order of the epoch. */
export interface Batch {
  readonly first: number;
  readonly count: number;
}

interface Recorded {
  readonly step: RecordedStep;
  readonly subject: Subject;
  /** Made when it is first asked for. */
  evaluation: RecordedEvaluation | null;
  /** What its steps have measured, as far as that was read since the last one. */
  log: Promise<readonly Float32Array[]> | null;
}

/**
 * The training steps of a run as recordings, wherever a step has that form. Weights and the state of the optimizer are then
 * ahead of those of the model, which `settle` brings up to date; changes that policies make there are taken over before the
 * next step.
 */
export class FusedSteps {
  private readonly options: FusedStepsOptions;
  private readonly data: Recorder;
  private readonly samples: ResidentSamples;
  private areSamplesThere = false;
  private testSamples: ResidentSamples | null = null;
  private recorded: Recorded | null = null;
  private takenOver: number | null = null;
  private order: Uint32Array = new Uint32Array();
  private isAhead = false;
  private isDisposed = false;

  constructor(options: FusedStepsOptions) {
    this.options = options;
    this.data = new Recorder(options.device);
    this.samples = allocateSamples(this.data, options.samples);
  }

  /**
   * Compiles what the first epoch will need, as far as that is known before its policies begin. Samples are not looked at:
   * they may be on their way. False: nothing.
   */
  async prepare(stepsPerEpoch: number): Promise<boolean> {
    const subject = await subjectOf(this.options, 0, stepsPerEpoch);
    if (subject !== null) await this.record(subject);
    return subject !== null;
  }

  /**
   * Makes ready for the steps of an epoch.
   *
   * @param order Numbers of the samples, as the steps take them.
   * @returns False if these steps have no such form. The model is up to date then.
   */
  async beginEpoch(epoch: number, order: Uint32Array, stepsPerEpoch: number): Promise<boolean> {
    const subject = await subjectOf(this.options, epoch, stepsPerEpoch);
    if (subject === null) {
      await this.settle();
      this.takenOver = null;
      return false;
    }
    if (this.recorded?.subject.key !== subject.key) await this.record(subject);
    this.takeSamples();
    this.order = order;
    this.recorded!.step.setOrder(order);
    return true;
  }

  private takeSamples(): void {
    if (this.areSamplesThere) return;
    const { samples, normalization } = this.options;
    fillSamples(this.data, this.samples, samples, normalization);
    this.areSamplesThere = true;
  }

  /** Whether a step may have so many samples: statistics of a batch must not count samples that fill it up. */
  takes(count: number): boolean {
    const { samples, batchSize, model } = this.options;
    const isFull = count === Math.min(batchSize, samples.count);
    return isFull || !model.network.layers.some(({ kind }) => kind === 'batch-norm');
  }

  /**
   * Submits steps on some batches, one after the other and in one go, the first one at a position. The policies of each
   * position are called around its step.
   *
   * @returns What each has measured. There are fewer than batches if a policy wants to see the weights after one of them.
   */
  async run(
    batches: readonly Batch[],
    { epoch, step: first, stepsPerEpoch }: Position,
  ): Promise<readonly MeasuredStep[]> {
    const { scheduler } = this.options;
    const measured: MeasuredStep[] = [];
    for (const [at, batch] of batches.entries()) {
      const position = { epoch, step: first + at, stepsPerEpoch };
      const acts = scheduler.actsOnWeights(position);
      if (acts && at > 0) break;
      measured.push(await this.stage(batch, position, acts));
      if (acts) break;
    }
    this.flush();
    return measured;
  }

  /** Adds a step to those that are to be submitted; submits it if a policy acts on the weights around it. */
  private async stage(batch: Batch, position: Position, acts: boolean): Promise<MeasuredStep> {
    const { scheduler, model, optimizer } = this.options;
    if (acts) await this.settle();
    await scheduler.onMinibatchBegin(position);
    if (model.network !== this.recorded!.subject.plan.network) await this.recordAnew(position);
    await this.takeOver();
    const recorded = this.recorded!;
    scheduler.beforeParameterOptimization(position);
    const line = recorded.step.stage(batch, optimizer.beginStep());
    if (acts) await this.settle();
    scheduler.onMinibatchEnd(position, true);
    return {
      read: async () => measuredOf((await readLog(recorded))[line]!, batch, recorded),
      dispose: () => undefined,
    };
  }

  private flush(): void {
    if (this.recorded?.step.flush() !== true) return;
    this.isAhead = true;
    this.recorded.log = null;
  }

  /**
   * Mean loss and accuracy on the first test samples, with the weights of the last step; null if that has no such form now.
   *
   * @param onBatches Awaited now and then.
   */
  async evaluate(count: number, onBatches: () => Promise<void>): Promise<Evaluation | null> {
    const { recorded } = this;
    const { parameters } = this.options.model;
    if (recorded === null || this.takenOver !== parameters.version) return null;
    recorded.evaluation ??= await this.recordEvaluation(recorded);
    recorded.step.refresh();
    const { exits, plan } = recorded.subject;
    if (exits !== null) {
      const { evaluateExits } = await import('./evaluate-exits.ts');
      const { labels } = this.options.testSamples;
      const { network } = plan;
      return evaluateExits({ evaluation: recorded.evaluation, network, exits, labels, count, onBatches });
    }
    const { lossSum, rightCount } = await recorded.evaluation.measure(count, onBatches);
    return { loss: lossSum / count, top1: rightCount / count };
  }

  /** Brings weights and state of the model up to date. */
  async settle(): Promise<void> {
    this.flush();
    if (!this.isAhead || this.recorded === null) return;
    const { step, subject } = this.recorded;
    const contents = await step.read();
    this.isAhead = false;
    advanceModel(this.options, subject.learned, contents);
  }

  /** A recording that is being made is let go when it is there. */
  dispose(): void {
    this.isDisposed = true;
    this.discard();
    this.data.dispose();
  }

  private discard(): void {
    this.recorded?.step.dispose();
    this.recorded?.evaluation?.dispose();
    this.recorded = null;
  }

  private async recordEvaluation({ step, subject: { plan, exits } }: Recorded): Promise<RecordedEvaluation> {
    const { device, testSamples, normalization, batchSize } = this.options;
    this.testSamples ??= uploadSamples(this.data, testSamples, normalization);
    return await RecordedEvaluation.record({
      ...{ device, plan },
      batch: Math.max(batchSize, smallestEvaluationBatch),
      tuning: await tuningOf(device),
      samples: this.testSamples,
      sampleCount: testSamples.count,
      ...step.inference,
      answersEarly: exits !== null,
    });
  }

  private async record(subject: Subject): Promise<void> {
    const { device, samples, settings, batchSize, precision = 'f32' } = this.options;
    await this.settle();
    // Steps of the recording before may be read later on.
    if (this.recorded) await readLog(this.recorded);
    this.discard();
    this.takenOver = null;
    const step = await RecordedStep.record({
      device,
      plan: subject.plan,
      precision,
      batch: Math.min(batchSize, samples.count),
      tuning: await tuningOf(device),
      optimizer: settings,
      samples: this.samples,
      sampleCount: samples.count,
      work: subject.work,
      ranges: subject.ranges,
      learned: subject.learned,
      parts: subject.terms.length,
      teacher: await readTeacher(this.options, subject),
      lossWeights: subject.exits?.lossWeights ?? null,
      onCompiled: this.options.onCompiled,
    });
    if (this.isDisposed) step.dispose();
    else this.recorded = { step, subject, evaluation: null, log: null };
  }

  /** A policy has given the network other lengths within the epoch. */
  private async recordAnew({ epoch, stepsPerEpoch }: Position): Promise<void> {
    const subject = await subjectOf(this.options, epoch, stepsPerEpoch);
    if (subject === null) throw new Error('A thinned network has a recorded step as the one before had');
    await this.record(subject);
    this.recorded!.step.setOrder(this.order);
  }

  /** Takes over what policies have changed in the model. */
  private async takeOver(): Promise<void> {
    const { parameters } = this.options.model;
    if (this.takenOver === parameters.version) return;
    await this.settle();
    const { step, subject } = this.recorded!;
    const masks = await parameters.readMasks(parameters.specs.map(({ name }) => name));
    step.write(await readContents(this.options, subject.learned), masks);
    this.takenOver = parameters.version;
  }
}

/** All at once, however many steps are read. */
function readLog(recorded: Recorded): Promise<readonly Float32Array[]> {
  recorded.log ??= recorded.step.readLog();
  return recorded.log;
}

function measuredOf(line: Float32Array, { count }: Batch, { subject: { terms } }: Recorded): StepResult {
  const [lossSum = NaN, rightCount = NaN, distance = NaN] = line;
  const parts = terms.map(({ kind, name }, at) => ({
    name,
    value: kind === 'distillation' ? distance / count : line[3 + at]!,
  }));
  return { lossSum, rightCount, count, parts };
}
