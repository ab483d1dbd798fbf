// All that the client promises, against one worker that is played here: in one file, as it is one contract.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PageMessage } from '../protocol/page-message.ts';
import { sendSchedule } from '../schedule/send-schedule.ts';
import { zoo } from '../zoo/zoo.ts';
import {
  fixtureEnvironment,
  fixtureEpochEnd,
  fixtureFinished,
  fixtureFinishedRun,
  fixtureProgress,
  fixtureStarted,
  fixtureText,
} from './run-fixture.ts';
import { createTrainingClient } from './create-training-client.ts';
import { currentRun } from './training-client.ts';
import type { PortListener } from './training-port.ts';

interface FakeWorker {
  readonly messages: PageMessage[];
  readonly listener: PortListener;
  terminated: boolean;
}

function setUp() {
  const workers: FakeWorker[] = [];
  let ids = 0;
  const client = createTrainingClient({
    createPort: (listener) => {
      const worker: FakeWorker = { messages: [], listener, terminated: false };
      workers.push(worker);
      return {
        postMessage: (message) => worker.messages.push(message),
        terminate: () => {
          worker.terminated = true;
        },
      };
    },
    dataUrl: 'http://localhost/data/',
    now: () => 1234,
    createId: () => `run-${(ids += 1)}`,
    stopTimeoutMs: 4000,
  });
  const worker = () => workers.at(-1) ?? expect.fail('no worker was opened');
  return { client, workers, worker, run: () => currentRun(client.store.getState()) };
}

function setUpFinished() {
  const { client, worker } = setUp();
  const runId = client.start(fixtureText);
  worker().listener.onEvent(fixtureStarted(runId));
  worker().listener.onEvent(fixtureEpochEnd(runId, 0));
  worker().listener.onEvent(fixtureFinished(runId));
  return { client, worker, runId };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the training client', () => {
  it('opens no worker before the first command', () => {
    expect(setUp().workers).toHaveLength(0);
  });

  it('starts a run with the text and shows it', () => {
    const { client, worker, run } = setUp();
    const runId = client.start(fixtureText);
    expect(worker().messages).toEqual([
      {
        type: 'start',
        runId,
        schedule: sendSchedule(fixtureText, zoo),
        dataUrl: 'http://localhost/data/',
        paused: false,
      },
    ]);
    expect(run()).toMatchObject({ id: runId, number: 1, status: 'preparing', startedAt: 1234 });
  });

  it('grows the run from its events', () => {
    const { client, worker, run } = setUp();
    const runId = client.start(fixtureText);
    worker().listener.onEvent(fixtureStarted(runId));
    worker().listener.onEvent(fixtureProgress(runId, 0, 5));
    worker().listener.onEvent(fixtureEpochEnd(runId, 0));
    worker().listener.onEvent(fixtureFinished(runId));
    expect(run()).toMatchObject({ status: 'finished', result: { top1: 0.974 } });
    expect(client.store.getState().environment).toEqual(fixtureEnvironment);
  });

  it('tells subscribers outside React of every change', () => {
    const { client, worker } = setUp();
    const runId = client.start(fixtureText);
    const steps: number[] = [];
    client.store.subscribe((state) => steps.push(currentRun(state)?.position.step ?? -1));
    worker().listener.onEvent(fixtureProgress(runId, 0, 5));
    worker().listener.onEvent(fixtureProgress(runId, 0, 6));
    expect(steps).toEqual([5, 6]);
  });

  it('sends pause, resume, step and stop for the run that trains', () => {
    const { client, worker } = setUp();
    const runId = client.start(fixtureText);
    client.pause();
    client.resume();
    client.step('minibatch');
    client.step('epoch');
    client.stop();
    expect(worker().messages.slice(1)).toEqual([
      { type: 'pause', runId },
      { type: 'resume', runId },
      { type: 'step', runId, unit: 'minibatch' },
      { type: 'step', runId, unit: 'epoch' },
      { type: 'stop', runId },
    ]);
  });

  it('sends no command when nothing trains', () => {
    const { client, workers, worker } = setUp();
    client.pause();
    client.stop();
    expect(workers).toHaveLength(0);
    const runId = client.start(fixtureText);
    worker().listener.onEvent(fixtureFinished(runId));
    client.pause();
    client.step('epoch');
    client.stop();
    expect(worker().messages).toHaveLength(1);
  });

  it('stops the old run when a new one starts, and drops its late events', () => {
    const { client, worker, run } = setUp();
    const first = client.start(fixtureText);
    worker().listener.onEvent(fixtureStarted(first));
    const second = client.start('seed: 2');
    expect(worker().messages.map(({ type }) => type)).toEqual(['start', 'stop', 'start']);
    worker().listener.onEvent(fixtureProgress(first, 1, 99));
    worker().listener.onEvent(fixtureFinished(first));
    expect(client.store.getState().runs[first]).toMatchObject({ status: 'stopped', position: { step: 0 } });
    expect(run()).toMatchObject({ id: second, number: 2, status: 'preparing' });
  });

  it('drops events of a run it never started', () => {
    const { client, worker } = setUp();
    client.start(fixtureText);
    worker().listener.onEvent(fixtureStarted('somebody-else'));
    expect(Object.keys(client.store.getState().runs)).toEqual(['run-1']);
  });

  it('fails the run when the worker crashes, and opens a fresh worker for the next', () => {
    const { client, workers, worker, run } = setUp();
    client.start(fixtureText);
    worker().listener.onCrash('out of patience');
    expect(run()).toMatchObject({ status: 'failed', failure: { kind: 'internal' } });
    expect(run()?.failure?.message).toContain('out of patience');
    expect(worker().terminated).toBe(true);
    client.start(fixtureText);
    expect(workers).toHaveLength(2);
    expect(run()?.status).toBe('preparing');
  });

  it('opens a fresh worker after a lost device and hears no more of the old one', () => {
    const { client, workers, worker, run } = setUp();
    const first = client.start(fixtureText);
    const old = worker();
    const failure = { kind: 'device-lost', message: 'The GPU device was lost.', epoch: 2 } as const;
    old.listener.onEvent({ type: 'failed', runId: first, failure });
    expect(old.terminated).toBe(true);
    client.start(fixtureText);
    old.listener.onCrash('late');
    expect(workers).toHaveLength(2);
    expect(run()?.status).toBe('preparing');
  });

  it('keeps the worker after a failure of the schedule', () => {
    const { client, worker } = setUp();
    const runId = client.start(fixtureText);
    worker().listener.onEvent({ type: 'failed', runId, failure: { kind: 'invalid-schedule', message: 'x' } });
    expect(worker().terminated).toBe(false);
  });

  it('ends a worker that does not answer Stop in time', () => {
    const { client, worker, run } = setUp();
    client.start(fixtureText);
    client.stop();
    expect(run()?.status).toBe('preparing');
    vi.advanceTimersByTime(4000);
    expect(run()?.status).toBe('stopped');
    expect(worker().terminated).toBe(true);
  });

  it('keeps a worker that answers Stop', () => {
    const { client, worker, run } = setUp();
    const runId = client.start(fixtureText);
    client.stop();
    worker().listener.onEvent({ type: 'stopped', runId });
    vi.advanceTimersByTime(10_000);
    expect(run()?.status).toBe('stopped');
    expect(worker().terminated).toBe(false);
  });

  it('reads weights once for several readers', async () => {
    const { client, worker } = setUp();
    const runId = client.start(fixtureText);
    const answers = [client.readWeights(), client.readWeights()];
    expect(worker().messages.filter(({ type }) => type === 'read-weights')).toHaveLength(1);
    const parameters = [{ name: 'fc1.weight', shape: [1], values: Float32Array.of(1) }];
    worker().listener.onEvent({ type: 'weights', runId, parameters });
    expect(await Promise.all(answers)).toEqual([
      { ok: true, parameters },
      { ok: true, parameters },
    ]);
  });

  it('answers readers of weights when there are none, or the worker crashes', async () => {
    const { client, worker } = setUp();
    expect(await client.readWeights()).toMatchObject({ ok: false });
    client.start(fixtureText);
    const answer = client.readWeights();
    worker().listener.onCrash('gone');
    expect(await answer).toMatchObject({ ok: false });
  });

  it('gives no weights of an earlier run for those of the latest', async () => {
    const { client, worker } = setUp();
    const first = client.start(fixtureText);
    client.start(fixtureText);
    expect(await client.readWeights(first)).toMatchObject({ ok: false });
    expect(worker().messages.some(({ type }) => type === 'read-weights')).toBe(false);
  });

  it('gives a reader the weights of the old run when a new one starts meanwhile', async () => {
    const { client, worker } = setUp();
    const first = client.start(fixtureText);
    worker().listener.onEvent(fixtureFinished(first));
    const answer = client.readWeights();
    client.start(fixtureText);
    const parameters = [{ name: 'fc1.weight', shape: [1], values: Float32Array.of(1) }];
    worker().listener.onEvent({ type: 'weights', runId: first, parameters });
    expect(await answer).toEqual({ ok: true, parameters });
  });

  it('says so where a run has no weights', async () => {
    const { client, worker } = setUp();
    const runId = client.start(fixtureText);
    const answer = client.readWeights();
    worker().listener.onEvent({ type: 'weights', runId, parameters: [] });
    expect(await answer).toMatchObject({ ok: false });
  });

  it('sends the run that teaches and remembers which it was', () => {
    const { client, worker, run } = setUp();
    const trained = { model: 'cnn_mnist', parameters: [] };
    client.start(fixtureText, { teacher: { runId: 'old', number: 7, trained } });
    expect(worker().messages).toMatchObject([{ type: 'start', teacher: trained }]);
    expect(run()).toMatchObject({ taughtBy: { runId: 'old', number: 7 } });
  });

  it('writes down what the reader says about a run', () => {
    const { client, run } = setUp();
    const label = { name: 'Wide', color: 'pink', tags: ['teacher'], note: '' } as const;
    client.labelRun(client.start(fixtureText), label);
    client.labelRun('unknown', label);
    expect(run()?.label).toEqual(label);
  });

  it('shows nothing after a reset and keeps the run', () => {
    const { client, run } = setUp();
    const runId = client.start(fixtureText);
    client.reset();
    expect(run()).toBeNull();
    expect(client.store.getState().runs[runId]?.status).toBe('stopped');
  });

  it('counts on from the runs of an earlier visit', () => {
    const { client, run } = setUp();
    client.addRuns([fixtureFinishedRun('old', 7)]);
    client.start(fixtureText);
    expect(run()?.number).toBe(8);
    client.selectRun('old');
    expect(run()?.number).toBe(7);
    client.removeRun('old');
    expect(run()).toBeNull();
  });

  it('does not remove the run that trains', () => {
    const { client, run } = setUp();
    const runId = client.start(fixtureText);
    client.removeRun(runId);
    expect(run()?.id).toBe(runId);
  });

  it('asks for the device without a run', () => {
    const { client, worker } = setUp();
    client.probe();
    expect(worker().messages).toEqual([{ type: 'probe' }]);
    worker().listener.onEvent({ type: 'environment', environment: fixtureEnvironment });
    expect(client.store.getState().environment).toEqual(fixtureEnvironment);
  });

  it('asks about the weights in memory and follows the answer', () => {
    const { client, worker, runId } = setUpFinished();
    client.analyze({ kind: 'summary' });
    const analysis = () => client.store.getState().analyses.summary;
    const analysisId = analysis()?.id ?? '';
    expect(worker().messages.at(-1)).toEqual({ type: 'analyze', runId, analysisId, request: { kind: 'summary' } });
    expect(analysis()).toMatchObject({ runId, afterEpochs: 1, done: 0, total: 0, outcome: null });
    worker().listener.onEvent({ type: 'analysis-progress', runId, analysisId, done: 2, total: 5 });
    expect(analysis()).toMatchObject({ done: 2, total: 5, outcome: null });
    const outcome = { ok: true, result: { kind: 'summary', rows: [], totalMacs: 7 } } as const;
    worker().listener.onEvent({ type: 'analysis-end', runId, analysisId, outcome });
    expect(analysis()).toMatchObject({ outcome });
  });

  it('has one analysis under way at a time, and drops late events of others', () => {
    const { client, worker, runId } = setUpFinished();
    client.analyze({ kind: 'summary' });
    client.analyze({ kind: 'activations', samples: 10 });
    expect(worker().messages.filter(({ type }) => type === 'analyze')).toHaveLength(1);
    worker().listener.onEvent({ type: 'analysis-progress', runId, analysisId: 'another', done: 1, total: 1 });
    expect(client.store.getState().analyses).toMatchObject({ summary: { done: 0, total: 0 } });
    expect(client.store.getState().analyses.activations).toBeUndefined();
  });

  it('cancels an analysis once and waits for the worker to confirm', () => {
    const { client, worker, runId } = setUpFinished();
    client.cancelAnalysis();
    client.analyze({ kind: 'summary' });
    const analysisId = client.store.getState().analyses.summary?.id ?? '';
    client.cancelAnalysis();
    client.cancelAnalysis();
    expect(worker().messages.filter(({ type }) => type === 'cancel-analysis')).toEqual([
      { type: 'cancel-analysis', runId, analysisId },
    ]);
    expect(client.store.getState().analyses.summary).toMatchObject({ isCancelling: true, outcome: null });
    const outcome = { ok: false, cancelled: true, message: 'Cancelled.' } as const;
    worker().listener.onEvent({ type: 'analysis-end', runId, analysisId, outcome });
    expect(client.store.getState().analyses.summary).toMatchObject({ outcome });
  });

  it('cancels an analysis of a paused run that goes on', () => {
    const { client, worker } = setUp();
    const runId = client.start(fixtureText);
    worker().listener.onEvent(fixtureStarted(runId));
    worker().listener.onEvent({ type: 'paused', runId, epoch: 0, step: 3 });
    client.analyze({ kind: 'summary' });
    client.resume();
    expect(
      worker()
        .messages.slice(1)
        .map(({ type }) => type),
    ).toEqual(['analyze', 'cancel-analysis', 'resume']);
  });

  it('asks nothing without weights, and says which run they are of', () => {
    const { client, workers } = setUp();
    client.analyze({ kind: 'summary' });
    expect(workers).toHaveLength(0);
    expect(client.store.getState().inMemoryRunId).toBeNull();
    const runId = client.start(fixtureText);
    expect(client.store.getState().inMemoryRunId).toBe(runId);
  });

  it('ends an analysis when its worker crashes or a new run starts', () => {
    const { client, worker } = setUpFinished();
    client.analyze({ kind: 'summary' });
    client.start(fixtureText);
    expect(client.store.getState().analyses.summary?.outcome).toMatchObject({ ok: false, cancelled: true });
    client.analyze({ kind: 'activations', samples: 10 });
    worker().listener.onCrash('gone');
    expect(client.store.getState().analyses.activations?.outcome).toMatchObject({ ok: false, cancelled: false });
    expect(client.store.getState().inMemoryRunId).toBeNull();
  });
});
