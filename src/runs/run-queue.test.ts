import { expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { zoo } from '../zoo/zoo.ts';
import { createRun } from './reduce-run.ts';
import type { Run, RunStatus } from './run.ts';
import { createRunQueue, type RunQueue, runningSeries } from './run-queue.ts';
import { planSeries, seedsFrom, type Series, type SeriesPlan } from './series.ts';
import type { RunsState } from './training-client.ts';

const text = `training: {model: mlp_2d, dataset: circles, epochs: 2}
policies: []
`;

function planned(change: Partial<SeriesPlan> = {}): Series {
  const plan: SeriesPlan = {
    id: 'series',
    kind: 'seeds',
    path: 'training.seed',
    text,
    createdAt: 0,
    values: [1, 2, 3],
    maxRuns: 20,
    maxEpochs: 100,
    ...change,
  };
  return planSeries(plan, zoo);
}

/** A client whose runs end when the test says so. */
class Desk {
  readonly store = createStore<RunsState>(() => ({
    runs: {},
    currentRunId: null,
    environment: null,
    inMemoryRunId: null,
    analyses: {},
    memories: {},
  }));
  readonly texts: string[] = [];
  stops = 0;
  refusal: string | null = null;
  readonly queue: RunQueue = createRunQueue({
    client: { store: this.store, stop: () => this.stop() },
    startRun: (started) => Promise.resolve(this.startRun(started)),
  });

  startRun(started: string): { ok: true; runId: string } | { ok: false; message: string } {
    if (this.refusal !== null) return { ok: false, message: this.refusal };
    this.texts.push(started);
    const number = Object.keys(this.store.getState().runs).length + 1;
    const run = createRun({ id: `run-${number}`, number, config: { version: 1, text: started }, startedAt: 0 });
    this.put(run);
    return { ok: true, runId: run.id };
  }

  stop(): void {
    this.stops += 1;
    void this.end('stopped');
  }

  /** Ends the run that is under way, and waits until the queue has gone on. */
  async end(status: RunStatus): Promise<void> {
    const run = Object.values(this.store.getState().runs).find((one) => one.status === 'preparing');
    if (run) this.put({ ...run, status, failure: status === 'failed' ? { kind: 'internal', message: 'Lost' } : null });
    await settled();
  }

  put(run: Run): void {
    this.store.setState({ runs: { ...this.store.getState().runs, [run.id]: run } });
  }

  get states(): readonly string[] {
    return this.queue.store.getState().series[0]?.items.map(({ state }) => state) ?? [];
  }
}

/** Microtasks of the queue are done once a later one is. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

test('runs follow one another, and one that fails does not end the series', async () => {
  const desk = new Desk();
  expect(desk.queue.start(planned())).toBe(true);
  await settled();
  expect(desk.states).toEqual(['running', 'waiting', 'waiting']);
  await desk.end('finished');
  await desk.end('failed');
  expect(desk.states).toEqual(['finished', 'failed', 'running']);
  await desk.end('finished');
  expect(desk.states).toEqual(['finished', 'failed', 'finished']);
  const [series] = desk.queue.store.getState().series;
  expect(series?.state).toBe('done');
  expect(series?.items[1]?.problem).toBe('Lost');
  expect(desk.texts.map((one) => /seed: (\d)/.exec(one)?.[1])).toEqual(['1', '2', '3']);
});

test('only one series runs at a time', async () => {
  const desk = new Desk();
  desk.queue.start(planned());
  await settled();
  expect(desk.queue.start(planned({ id: 'other' }))).toBe(false);
  expect(desk.queue.resume('series')).toBe(false);
});

test('a run that the reader starts in between goes first, and the interrupted value is trained again', async () => {
  const desk = new Desk();
  desk.queue.start(planned());
  await settled();
  const [queued] = Object.values(desk.store.getState().runs);
  // Train replaces what trains: both changes arrive at once.
  const own = { ...queued!, id: 'own', number: 9 };
  desk.store.setState({ runs: { [queued!.id]: { ...queued!, status: 'stopped' }, own } });
  await settled();
  expect(desk.states).toEqual(['waiting', 'waiting', 'waiting']);
  expect(desk.texts).toHaveLength(1);
  desk.put({ ...own, status: 'finished' });
  await settled();
  expect(desk.states).toEqual(['running', 'waiting', 'waiting']);
});

test('what the reader stops stays stopped, and the rest goes on', async () => {
  const desk = new Desk();
  desk.queue.start(planned());
  await settled();
  await desk.end('stopped');
  expect(desk.states).toEqual(['stopped', 'running', 'waiting']);
});

test('cancel stops the run under way, keeps the finished ones, and resume goes on with the rest', async () => {
  const desk = new Desk();
  desk.queue.start(planned());
  await settled();
  await desk.end('finished');
  desk.queue.cancel();
  await settled();
  expect(desk.stops).toBe(1);
  expect(desk.states).toEqual(['finished', 'stopped', 'waiting']);
  expect(runningSeries(desk.queue.store.getState())).toBeUndefined();
  expect(desk.texts).toHaveLength(2);
  desk.queue.resume('series');
  await settled();
  expect(desk.states).toEqual(['finished', 'running', 'waiting']);
  expect(desk.queue.store.getState().series[0]?.items[0]?.runId).toBe('run-1');
});

test('a run that cannot be started is a failure of its value alone', async () => {
  const desk = new Desk();
  desk.refusal = 'No run can teach.';
  desk.queue.start(planned());
  await settled();
  await settled();
  await settled();
  expect(desk.states).toEqual(['failed', 'failed', 'failed']);
  expect(desk.queue.store.getState().series[0]).toMatchObject({
    state: 'done',
    items: [{ problem: desk.refusal }, {}, {}],
  });
});

test('a plan skips what cannot be trained and what exceeds the budget, and says why', () => {
  const sweep = { kind: 'sweep', path: 'training.epochs', values: [2, 0, 3, 4, 1] } as const;
  const series = planned({ ...sweep, maxEpochs: 8 });
  expect(series.items.map(({ state }) => state)).toEqual(['waiting', 'skipped', 'waiting', 'skipped', 'waiting']);
  expect(series.items[1]?.problem).toContain('`epochs` is 0');
  expect(series.items[3]?.problem).toContain('8 epochs');
  expect(
    planned({ ...sweep, maxRuns: 1 })
      .items.map(({ state }) => state)
      .join(),
  ).toBe('waiting,skipped,skipped,skipped,skipped');
});

test('seeds follow the one that the schedule has, and stay in their range', () => {
  expect(seedsFrom(5, 3)).toEqual([5, 6, 7]);
  expect(seedsFrom(4_294_967_295, 3).at(-1)).toBe(4_294_967_295);
});
