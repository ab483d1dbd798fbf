import type { EpochMetrics, TrainingEvent } from '../protocol/training-event.ts';
import { StepQueue, yieldToMessages } from './device-queue.ts';
import { Diverged } from './diverged.ts';
import type { EpochSteps } from './epoch-steps.ts';
import type { PauseGate } from './pause-gate.ts';
import type { ProgressMeter } from './progress-meter.ts';
import { groupsUnderWay, StepPace } from './step-pace.ts';

export interface StepLoopOptions {
  readonly steps: EpochSteps;
  readonly gate: PauseGate;
  readonly progress: ProgressMeter;
  readonly runId: string;
  readonly emit: (event: TrainingEvent) => void;
}

/** Goes through the steps of an epoch, several at a time where that is quick, and listens to commands between them. */
export class StepLoop {
  private readonly options: StepLoopOptions;
  private readonly pace = new StepPace();
  /** False for the first steps of a run: kernels are compiled with them, so that their time says nothing of the others. */
  private isWarm = false;

  constructor(options: StepLoopOptions) {
    this.options = options;
  }

  /**
   * The steps of an epoch that has begun.
   *
   * @throws Diverged at the first loss that is no number, RunStopped if the run is stopped.
   */
  async run(epoch: number): Promise<EpochMetrics['train']> {
    const { steps, gate, progress } = this.options;
    const queue = new StepQueue(groupsUnderWay);
    progress.beginEpoch(epoch);
    for (let step = 0; step < steps.count; ) {
      if (step > 0) await this.pauseBefore(epoch, step);
      if (this.isWarm) progress.startClock();
      const startedAt = performance.now();
      const measured = await steps.run(step, gate.isStepping ? 1 : this.pace.steps);
      for (const own of measured) progress.add(own);
      await queue.push();
      step += measured.length;
      await progress.sayIfDue();
      this.pace.note(measured.length, performance.now() - startedAt);
      this.isWarm = true;
      this.checkLoss(epoch);
      await yieldToMessages();
    }
    await queue.drain();
    const totals = await progress.endEpoch();
    this.checkLoss(epoch);
    return totals;
  }

  /** Waits before a step while the run is paused, and says so. */
  async pauseBefore(epoch: number, step: number): Promise<void> {
    const { gate, progress, runId, emit } = this.options;
    await gate.beforeStep(async () => {
      await progress.say();
      progress.stopClock();
      emit({ type: 'paused', runId, epoch, step });
    });
  }

  private checkLoss(epoch: number): void {
    const step = this.options.progress.divergedAt;
    if (step !== null) throw new Diverged(`in epoch ${String(epoch)}, step ${String(step)},`, { epoch, step });
  }
}
