import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../core/random.ts';
import type { Environment, TrainingEvent } from '../protocol/training-event.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import { findDataset, type PointDatasetDefinition } from '../zoo/datasets.ts';
import { createPointDataset } from '../zoo/toy-datasets.ts';
import { zoo } from '../zoo/zoo.ts';
import { useCpuBackend } from './backend-cpu.ts';
import type { EpochSteps } from './epoch-steps.ts';
import { PauseGate, RunStopped } from './pause-gate.ts';
import { type Preparation, prepareRun } from './prepare-run.ts';
import type { TrainingData } from './session-options.ts';
import type { Teachers } from './teachers.ts';
import { TrainingSession } from './training-session.ts';

const environment: Environment = { backend: 'webgpu', adapter: 'test', software: true, versions: {} };

/** Data that comes, or fails, when a test says so. */
function createArrival() {
  let arrive = (): void => undefined;
  let fail = (_reason: Error): void => undefined;
  const whenLoaded = new Promise<void>((resolve, reject) => {
    arrive = resolve;
    fail = reject;
  });
  return { whenLoaded, arrive: () => arrive(), fail: (reason: Error) => fail(reason) };
}

/** A turn of the event loop: whatever can go on has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('what comes before the first epoch', () => {
  /** A preparation that takes down what it does, in order. */
  function prepare(
    whenLoaded: Promise<void>,
    { areTrained = false, compile = (): Promise<void> => Promise.resolve() },
  ) {
    const done: string[] = [];
    const note = (word: string, work: Promise<void>): Promise<void> => work.then(() => void done.push(word));
    const gate = new PauseGate(false);
    const preparation = {
      ...{ runId: 'run', environment, gate, emit: () => undefined },
      data: { whenLoaded } as unknown as TrainingData,
      teachers: { areTrained, prepare: () => note('taught', Promise.resolve()) } as unknown as Teachers,
      steps: { prepare: () => note('compiled', compile()) } as unknown as EpochSteps,
    } satisfies Preparation;
    const prepared = note('prepared', prepareRun(preparation));
    return { done, gate, prepared };
  }

  test('shaders are compiled before the data is there', async () => {
    const { whenLoaded, arrive } = createArrival();
    const { done, prepared } = prepare(whenLoaded, {});
    await settled();
    expect(done).toEqual(['taught', 'compiled']);
    arrive();
    await prepared;
  });

  test('a teacher that learns waits for the data', async () => {
    const { whenLoaded, arrive } = createArrival();
    const { done, prepared } = prepare(whenLoaded, { areTrained: true });
    await settled();
    expect(done).toEqual([]);
    arrive();
    await prepared;
    expect(done).toEqual(['taught', 'compiled', 'prepared']);
  });

  test('data that does not come ends it while shaders are compiled', async () => {
    const { whenLoaded, fail } = createArrival();
    const { done, prepared } = prepare(whenLoaded, { compile: () => new Promise<void>(() => undefined) });
    fail(new Error('404'));
    await expect(prepared).rejects.toThrow('404');
    expect(done).toEqual(['taught']);
  });

  test('a shader that cannot be compiled ends it while data is loaded', async () => {
    const { prepared } = prepare(createArrival().whenLoaded, { compile: () => Promise.reject(new Error('line 3')) });
    await expect(prepared).rejects.toThrow('line 3');
  });

  test.each([
    ['data is loaded', createArrival().whenLoaded, Promise.resolve()],
    ['shaders are compiled', Promise.resolve(), new Promise<void>(() => undefined)],
  ])('stopping ends it at once while %s', async (_, whenLoaded, compiled) => {
    const { gate, prepared } = prepare(whenLoaded, { compile: () => compiled });
    await settled();
    gate.stop();
    await expect(prepared).rejects.toThrow(RunStopped);
  });
});

describe('a session whose data is on its way', () => {
  beforeAll(useCpuBackend);

  const parsed = parseSchedule(
    `version: 1
training: {model: mlp_2d, dataset: moons, train_size: 64, validation_size: 50, epochs: 2, batch_size: 16}
policies: []
`,
    zoo,
  );
  if (!parsed.ok) throw new Error('The schedule has errors');
  const schedule = parsed.value;
  const { dataset, trainSize, seed } = schedule.training;
  const whole = createPointDataset(findDataset(dataset) as PointDatasetDefinition, trainSize, createRandom(seed));

  async function train(data: TrainingData): Promise<readonly TrainingEvent[]> {
    const events: TrainingEvent[] = [];
    const emit = (event: TrainingEvent): number => events.push(event);
    const session = new TrainingSession({
      ...{ runId: 'run', schedule, data, emit },
      environment: { ...environment, backend: 'cpu' },
    });
    await session.run().finally(() => session.dispose());
    return events;
  }

  const lossesOf = (events: readonly TrainingEvent[]): readonly number[] =>
    events.flatMap((event) => (event.type === 'epoch-end' ? [event.metrics.validation.loss] : []));

  test('learns what it would have learnt had it been there', async () => {
    const { whenLoaded, arrive } = createArrival();
    const late = structuredClone({ train: whole.train, test: whole.test });
    for (const { inputs, labels } of [late.train, late.test]) [inputs, labels].forEach((values) => values.fill(0));
    const training = train({ ...whole, ...late, whenLoaded });
    await settled();
    for (const split of ['train', 'test'] as const) {
      late[split].inputs.set(whole[split].inputs);
      late[split].labels.set(whole[split].labels);
    }
    arrive();
    expect(lossesOf(await training)).toEqual(lossesOf(await train(whole)));
  });

  test('never starts when the data does not come', async () => {
    const { whenLoaded, fail } = createArrival();
    const training = train({ ...whole, whenLoaded });
    fail(new Error('mnist/test.bin could not be fetched: 404'));
    await expect(training).rejects.toThrow('404');
  });
});
