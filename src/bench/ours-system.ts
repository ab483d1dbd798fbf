import { FusedTraining } from '../engine/fused/fused-training.ts';
import { planNetwork } from '../engine/fused/plan.ts';
import { softwareTuning } from '../engine/fused/tuning.ts';
import { batchOfStep, type BenchSystem, checkedSteps } from './bench-system.ts';
import type { BenchTask } from './bench-task.ts';

/** Steps that the product lets be under way. */
const stepsUnderWay = 3;
/** Numbers per step in the log; the first is the sum of the losses. */
const logWidth = 4;

/** The fused step: recorded once, the batch gathered on the device. */
export class OursSystem implements BenchSystem {
  scriptMs = 0;
  private task: BenchTask | null = null;
  private device: GPUDevice | null = null;
  private training: FusedTraining | null = null;
  private stepsDone = 0;
  private readonly running: Promise<unknown>[] = [];

  refuse({ variant, schedule }: BenchTask): string | null {
    if (variant !== 'plain') return 'not fused yet';
    const plan = planNetwork(schedule.network, () => false);
    return 'reason' in plan ? plan.reason : null;
  }

  async prepare(task: BenchTask): Promise<void> {
    const { schedule, batchSize, data, values } = task;
    const plan = planNetwork(schedule.network, () => false);
    if ('reason' in plan) throw new Error(plan.reason);
    const device = await requestDevice();
    const training = new FusedTraining({
      ...{ device, plan, batch: batchSize, tuning: softwareTuning, optimizer: schedule.training.optimizer },
      ...{ samples: data.train, normalization: data },
    });
    training.write(values);
    training.setOrder(Uint32Array.from(task.batches.flatMap((batch) => [...batch])));
    await training.record();
    Object.assign(this, { task, device, training });
  }

  async step(count: number): Promise<void> {
    const { task, device, training } = this;
    if (task === null || device === null || training === null) throw new Error('The system is not prepared');
    for (let index = 0; index < count; index++) {
      const startedAt = performance.now();
      this.submitStep(task, training);
      this.scriptMs += performance.now() - startedAt;
      this.running.push(device.queue.onSubmittedWorkDone());
      if (this.running.length >= stepsUnderWay) await this.running.shift();
    }
    await Promise.all(this.running.splice(0));
  }

  /** From the log, which holds the latest steps: to be asked for before many more are made. */
  async losses(): Promise<Float32Array> {
    const { task, training } = this;
    if (task === null || training === null) throw new Error('The system is not prepared');
    const log = await training.readLog();
    const count = Math.min(checkedSteps, this.stepsDone);
    return Float32Array.from({ length: count }, (_, step) => log[step * logWidth]! / task.batchSize);
  }

  private submitStep(task: BenchTask, training: FusedTraining): void {
    const { optimizer } = task.schedule.training;
    if (optimizer.class !== 'SGD') throw new RangeError('Only SGD is measured');
    const { lr, momentum } = optimizer;
    const first = batchOfStep(task, this.stepsDone++)[0]!;
    training.step({ first, count: task.batchSize, rates: [lr], momentum, correction: 1 });
  }
}

async function requestDevice(): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('There is no WebGPU here');
  const { maxStorageBuffersPerShaderStage, maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
  const requiredLimits = { maxStorageBuffersPerShaderStage, maxStorageBufferBindingSize, maxBufferSize };
  return adapter.requestDevice({ requiredLimits });
}
