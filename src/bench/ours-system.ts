import { choosePrecision } from '../engine/choose-precision.ts';
import { StepQueue } from '../engine/device-queue.ts';
import { FusedSteps } from '../engine/fused/fused-steps.ts';
import { webgpuDevice } from '../engine/reference-backend.ts';
import { groupsUnderWay, StepPace } from '../engine/step-pace.ts';
import type { MeasuredStep } from '../engine/train-step.ts';
import { useWebgpuDevice } from '../engine/webgpu-device.ts';
import type { Precision } from '../schedule/schedule.ts';
import { type BenchSystem, checkedSteps } from './bench-system.ts';
import type { BenchTask } from './bench-task.ts';
import { createTraining } from './bench-training.ts';

/** As many as are looked through for policies that act within the epoch. */
const stepsPerEpoch = 64;

/** The fused step: recorded once, the batch gathered on the device. */
export class OursSystem implements BenchSystem {
  scriptMs = 0;
  private task: BenchTask | null = null;
  private steps: FusedSteps | null = null;
  private stepsDone = 0;
  private readonly queue = new StepQueue(groupsUnderWay);
  private readonly pace = new StepPace();
  private readonly checked: MeasuredStep[] = [];
  private readonly precision: Precision;

  constructor(precision: Precision = 'f32') {
    this.precision = precision;
  }

  refuse(): string | null {
    return null;
  }

  async prepare(task: BenchTask): Promise<void> {
    const attempt = await useWebgpuDevice(navigator.gpu);
    if (!attempt.ok) throw new Error(`There is no WebGPU here: ${attempt.problem}`);
    const { schedule, data, batches } = task;
    const device = webgpuDevice()!;
    const { precision, problem } = choosePrecision(this.precision, device);
    if (problem !== null) throw new Error('The adapter has no 16-bit floats');
    const { teaching, ...training } = await createTraining(task);
    const steps = new FusedSteps({
      ...training,
      teacherOf: () => teaching,
      ...{ device, precision },
      settings: schedule.training.optimizer,
      samples: data.train,
      testSamples: data.train,
      normalization: data,
      batchSize: schedule.training.batchSize,
    });
    const order = Uint32Array.from(batches.flatMap((batch) => [...batch]));
    if (!(await steps.beginEpoch(0, order, stepsPerEpoch))) throw new Error('The step has no fused form');
    Object.assign(this, { task, steps });
  }

  async step(count: number): Promise<void> {
    const { task, steps } = this;
    if (task === null || steps === null) throw new Error('The system is not prepared');
    for (let left = count; left > 0; ) {
      const startedAt = performance.now();
      const step = this.stepsDone;
      const batches = Array.from({ length: Math.min(left, this.pace.steps) }, (_, at) => ({
        first: ((step + at) % task.batches.length) * task.batchSize,
        count: task.batchSize,
      }));
      const measured = await steps.run(batches, { epoch: 0, step, stepsPerEpoch });
      const waiting = this.queue.push();
      this.scriptMs += performance.now() - startedAt;
      if (step < checkedSteps) this.checked.push(...measured.slice(0, checkedSteps - step));
      await waiting;
      this.pace.note(measured.length, performance.now() - startedAt);
      this.stepsDone += measured.length;
      left -= measured.length;
    }
    await this.queue.drain();
  }

  /** From the log, which holds the latest steps: to be asked for before many more are made. */
  async losses(): Promise<Float32Array> {
    const results = await Promise.all(this.checked.splice(0).map((measured) => measured.read()));
    return Float32Array.from(results, ({ lossSum, count }) => lossSum / count);
  }
}
