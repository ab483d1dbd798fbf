import { gatherBatch, type Normalization, type SampleSet } from './batches.ts';
import type { Evaluation } from './evaluation.ts';
import { type Batch, FusedSteps, type FusedStepsOptions } from './fused/fused-steps.ts';
import type { Position } from './policy.ts';
import type { Precision } from '../schedule/schedule.ts';
import { choosePrecision, type ChosenPrecision } from './choose-precision.ts';
import { loadReference, webgpuDevice } from './reference-backend.ts';
import { type MeasuredStep, TrainStep } from './train-step.ts';

export interface EpochStepsOptions extends Omit<FusedStepsOptions, 'device' | 'precision'> {
  /** What is wanted; a device without halves has `f32`. */
  readonly precision: Precision;
  readonly samples: SampleSet;
  readonly normalization: Normalization;
}

/** The steps of an epoch, one batch after the other: recorded ones where the device and the policies allow it. */
export class EpochSteps {
  private readonly options: EpochStepsOptions;
  private readonly trainStep: TrainStep;
  private readonly fused: FusedSteps | null;
  /** What recorded steps keep values in. */
  readonly chosen: ChosenPrecision;
  private order: Uint32Array = new Uint32Array();
  private epoch = 0;
  private isFused = false;

  constructor(options: EpochStepsOptions) {
    const device = webgpuDevice();
    this.options = options;
    this.trainStep = new TrainStep(options);
    this.chosen = choosePrecision(options.precision, device);
    this.fused = device === null ? null : new FusedSteps({ ...options, device, precision: this.chosen.precision });
  }

  /** Steps of an epoch; the last one may have fewer samples. */
  get count(): number {
    const { samples, batchSize } = this.options;
    return Math.ceil(samples.count / batchSize);
  }

  /** What the steps of the epoch that has begun keep values in: the reference step knows f32 only. */
  get precision(): Precision {
    return this.isFused ? this.chosen.precision : 'f32';
  }

  /** Compiles what the first step will need, as far as that is known before the policies of its epoch begin. */
  async prepare(): Promise<void> {
    if ((await this.fused?.prepare(this.count)) === true) return;
    const { samples, normalization, batchSize } = this.options;
    const indices = Array.from({ length: Math.min(batchSize, samples.count) }, (_, index) => index);
    await this.trainStep.warmUp(gatherBatch(samples, indices, normalization));
  }

  /** @param order Numbers of all samples. */
  async begin(epoch: number, order: Uint32Array): Promise<void> {
    this.epoch = epoch;
    this.order = order;
    // Masks by thresholds that are to stand are computed with tensors, even between recorded steps.
    if (this.options.scheduler.thresholdsIn(epoch).length > 0) await loadReference();
    this.isFused = (await this.fused?.beginEpoch(epoch, order, this.count)) === true;
  }

  /**
   * Submits steps of the epoch that has begun, from number `step` on.
   *
   * @param most At least 1.
   * @returns What each has measured; at least one, and no more than can be submitted together.
   */
  async run(step: number, most: number): Promise<readonly MeasuredStep[]> {
    const { samples, normalization } = this.options;
    const position: Position = { epoch: this.epoch, step, stepsPerEpoch: this.count };
    const batches = this.recordedBatches(step, most);
    if (batches.length > 0) return this.fused!.run(batches, position);
    await this.settle();
    const { first, count } = this.batchOf(step);
    const indices = this.order.subarray(first, first + count);
    return [await this.trainStep.measure(gatherBatch(samples, indices, normalization), position)];
  }

  /** Batches from that of a step on, as long as a recorded step takes them. */
  private recordedBatches(step: number, most: number): readonly Batch[] {
    const batches: Batch[] = [];
    for (let next = step; this.isFused && next < Math.min(step + most, this.count); next++) {
      const batch = this.batchOf(next);
      if (!this.fused!.takes(batch.count)) break;
      batches.push(batch);
    }
    return batches;
  }

  private batchOf(step: number): Batch {
    const { samples, batchSize } = this.options;
    const first = step * batchSize;
    return { first, count: Math.min(batchSize, samples.count - first) };
  }

  /** As `FusedSteps.evaluate`. */
  async evaluate(count: number, onBatches: () => Promise<void>): Promise<Evaluation | null> {
    return (await this.fused?.evaluate(count, onBatches)) ?? null;
  }

  /** Brings the model up to date with the steps so far. */
  async settle(): Promise<void> {
    await this.fused?.settle();
  }

  dispose(): void {
    this.fused?.dispose();
  }
}
