import type { EpochMetrics, StepSample, TrainingEvent } from '../protocol/training-event.ts';
import type { MeasuredStep } from './train-step.ts';

const millisecondsBetweenEvents = 100;
/** Steps that may wait to be read; engines keep the measurements of at least so many. */
export const mostPendingSteps = 512;

/**
 * Collects what the steps of an epoch measured. Reads it from the device at most ten times a second, all at once, and says
 * so by progress events.
 */
export class ProgressMeter {
  private readonly runId: string;
  private readonly emit: (event: TrainingEvent) => void;
  private epoch = 0;
  private pending: { readonly step: number; readonly measured: MeasuredStep }[] = [];
  private samples: StepSample[] = [];
  private steps = 0;
  private sums = { loss: 0, right: 0, count: 0, parts: new Map<string, number>() };
  private saidAt = 0;
  /** When the time that is not yet in `trainedMs` began; null while nothing is trained. */
  private clockSince: number | null = null;
  private trainedMs = 0;
  private timedSteps = 0;
  private firstBadStep: number | null = null;

  constructor(runId: string, emit: (event: TrainingEvent) => void) {
    this.runId = runId;
    this.emit = emit;
  }

  /** The first step of this epoch whose loss was no number, as far as was read; else null. */
  get divergedAt(): number | null {
    return this.firstBadStep;
  }

  beginEpoch(epoch: number): void {
    this.epoch = epoch;
    this.steps = 0;
    this.samples = [];
    this.sums = { loss: 0, right: 0, count: 0, parts: new Map() };
    this.trainedMs = 0;
    this.timedSteps = 0;
  }

  /** Takes over what the step measured. */
  add(measured: MeasuredStep): void {
    this.pending.push({ step: this.steps, measured });
    this.steps++;
    if (this.clockSince !== null) this.timedSteps++;
  }

  /** Steps count as timed from here on, with all that they wait for: the device works on them long after they were handed over. */
  startClock(): void {
    this.clockSince ??= performance.now();
  }

  /** From here on passes time that trains nothing, such as a pause. */
  stopClock(): void {
    this.trainedMs = this.timedMs();
    this.clockSince = null;
  }

  async sayIfDue(): Promise<void> {
    const isDue = performance.now() - this.saidAt >= millisecondsBetweenEvents;
    if (isDue || this.pending.length >= mostPendingSteps) await this.say();
  }

  async say(): Promise<void> {
    await this.read();
    this.saidAt = performance.now();
    this.emit(this.event('training'));
    this.samples = [];
  }

  /** Says that the network is being measured, at most ten times a second. */
  sayPhase(epoch: number, phase: 'validating' | 'testing'): void {
    this.epoch = epoch;
    if (performance.now() - this.saidAt < millisecondsBetweenEvents) return;
    this.saidAt = performance.now();
    this.emit(this.event(phase));
  }

  /** Means over the samples of the epoch; parts are means over its steps. */
  async endEpoch(): Promise<EpochMetrics['train']> {
    await this.say();
    this.stopClock();
    const { loss, right, count, parts } = this.sums;
    return {
      loss: loss / count,
      top1: right / count,
      parts: [...parts].map(([name, sum]) => ({ name, value: sum / this.steps })),
    };
  }

  dispose(): void {
    for (const { measured } of this.pending) measured.dispose();
    this.pending = [];
  }

  private async read(): Promise<void> {
    const pending = this.pending;
    this.pending = [];
    const results = await Promise.all(pending.map(({ measured }) => measured.read()));
    results.forEach(({ lossSum, rightCount, count, parts }, at) => {
      const { step } = pending[at]!;
      this.sums.loss += lossSum;
      this.sums.right += rightCount;
      this.sums.count += count;
      for (const { name, value } of parts) this.sums.parts.set(name, (this.sums.parts.get(name) ?? 0) + value);
      this.samples.push({ epoch: this.epoch, step, loss: lossSum / count, top1: rightCount / count });
      if (!Number.isFinite(lossSum)) this.firstBadStep ??= step;
    });
  }

  private event(phase: 'training' | 'validating' | 'testing'): TrainingEvent {
    const { runId, epoch, samples } = this;
    const msPerStep = this.timedSteps === 0 ? 0 : this.timedMs() / this.timedSteps;
    return { type: 'progress', runId, epoch, step: this.steps, phase, msPerStep, samples };
  }

  private timedMs(): number {
    return this.trainedMs + (this.clockSince === null ? 0 : performance.now() - this.clockSince);
  }
}
