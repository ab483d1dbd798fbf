import { networkParameters } from '../../core/network.ts';
import { createRandom } from '../../core/random.ts';
import type { TraceEvent } from '../../engine/compression-scheduler.ts';
import type { ConformanceContext, Verdict } from './adapter.ts';
import { firstDifference } from './compare.ts';
import { type RecordedOptimizer, RecordedTraining } from './recorded-training.ts';
import type { VectorCase } from './vector-file.ts';
import { type ModelDescription, present, VectorNetwork } from './vector-network.ts';

/** Trains a few steps on random numbers and compares in which order the policies were called and what they did. */
export async function runTraceCase(vectorCase: VectorCase, _: ConformanceContext): Promise<Verdict> {
  const isRefused = 'error' in vectorCase.expected;
  try {
    const got = await trace(vectorCase);
    if (isRefused) return { kind: 'failed', why: `not refused; recorded ${String(vectorCase.expected['error'])}` };
    const difference = firstDifference(got, vectorCase.expected, vectorCase);
    return difference === null ? { kind: 'passed' } : { kind: 'failed', why: difference };
  } catch (error) {
    if (isRefused && error instanceof RangeError) return { kind: 'passed' };
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}

const batchSize = 4;

async function trace({ args }: VectorCase): Promise<Record<string, unknown>> {
  const model = args.get<ModelDescription>('model');
  const features = present(model[0]).in;
  const classCount = present(model.at(-1)).out;
  const random = createRandom(1);
  const door = new VectorNetwork(model, [features]);
  const params = Object.fromEntries(
    networkParameters(door.network).map(({ name, shape, size }) => [
      name,
      { shape: shape.toReversed(), data: Array.from({ length: size }, () => random.uniform(-0.5, 0.5)) },
    ]),
  );
  const optimizer = args.get<RecordedOptimizer>('optimizer');
  const training = new RecordedTraining(model, [features], { optimizer, params, classCount });
  try {
    const events: unknown[] = [];
    const schedule = training.readSchedule(args.get<string>('schedule_yaml'));
    const { scheduler, step } = training.createPhase(schedule, [], (event) => record(events, event));
    const used: number[][] = [];
    const stepsPerEpoch = args.number('minibatches_per_epoch');
    for (let epoch = 0; epoch < args.number('epochs'); epoch++) {
      await scheduler.onEpochBegin(epoch, stepsPerEpoch);
      used.push([...training.optimizer.rates.current]);
      for (let index = 0; index < stepsPerEpoch; index++) {
        const inputs = Float32Array.from({ length: batchSize * features }, () => random.normal());
        const labels = Int32Array.from({ length: batchSize }, () => random.integer(classCount));
        training.discard(await step.run({ inputs, labels, count: batchSize }, { epoch, step: index, stepsPerEpoch }));
      }
      scheduler.onEpochEnd(epoch, stepsPerEpoch, { loss: 1, top1: 0 });
    }
    return { events, lr_used: used };
  } finally {
    training.dispose();
  }
}

/** Immediate repetitions of one action are written once; while the schedule is read there is no policy yet. */
function record(events: unknown[], { epoch, step, policy, hook, action }: TraceEvent): void {
  const who = hook === 'prepare' ? [null, null] : [policy.index, policy.kind];
  const event = [epoch, step, ...who, policy.component.name, action === null ? hook : `action:${action}`];
  if (action !== null && JSON.stringify(events.at(-1)) === JSON.stringify(event)) return;
  events.push(event);
}
