import { describe, expect, it } from 'vitest';
import { createHeadlessTraining, type TrainingReport } from './headless-training.ts';
import {
  fixtureEpochEnd,
  fixtureFinished,
  fixtureMetrics,
  fixtureProgress,
  fixtureStarted,
  fixtureText,
} from './run-fixture.ts';
import { createTrainingClient } from './create-training-client.ts';
import type { PortListener } from './training-port.ts';

function setUp() {
  const sent: string[] = [];
  let listener: PortListener | undefined;
  const client = createTrainingClient({
    createPort: (given) => {
      listener = given;
      return { postMessage: ({ type }) => sent.push(type), terminate: () => undefined };
    },
    dataUrl: '',
    createId: () => 'run-a',
  });
  return {
    sent,
    training: createHeadlessTraining(client),
    worker: () => listener ?? expect.fail('nothing was started'),
  };
}

describe('headless training', () => {
  it('reports each stage and gives the record at the end', async () => {
    const { training, worker } = setUp();
    const reports: TrainingReport[] = [];
    const record = training.train(fixtureText, (report) => reports.push(report));
    worker().onEvent(fixtureStarted('run-a'));
    worker().onEvent(fixtureProgress('run-a', 0, 5));
    worker().onEvent(fixtureEpochEnd('run-a', 0));
    worker().onEvent(fixtureProgress('run-a', 1, 1));
    worker().onEvent(fixtureFinished('run-a'));
    expect(await record).toMatchObject({ status: 'finished', config: { text: fixtureText }, result: { top1: 0.974 } });
    expect(reports.map(({ status }) => status)).toEqual([
      'Preparing',
      'Epoch 1 of 2, step 0 of 128',
      'Epoch 1 of 2, step 5 of 128',
      'Epoch 1 of 2, step 5 of 128',
      'Epoch 2 of 2, step 1 of 128',
      'Finished: 97.4 % accuracy, 90.0 % sparsity',
    ]);
    expect(reports.map(({ endedEpoch }) => endedEpoch)).toEqual([null, null, null, fixtureMetrics(0), null, null]);
    expect(reports.at(-2)?.latestSample).toMatchObject({ epoch: 1, step: 1 });
  });

  it('gives the record of a failed run too', async () => {
    const { training, worker } = setUp();
    const record = training.train(fixtureText, () => undefined);
    worker().onCrash('gone');
    expect(await record).toMatchObject({ status: 'failed', failure: { kind: 'internal' } });
  });

  it('hands over the weights as a file in Base64', async () => {
    const { sent, training, worker } = setUp();
    void training.train(fixtureText, () => undefined);
    worker().onEvent(fixtureFinished('run-a'));
    const file = training.readWeights();
    const values = new Float32Array(20_000).fill(0.5);
    worker().onEvent({ type: 'weights', runId: 'run-a', parameters: [{ name: 'a', shape: [20_000], values }] });
    const answer = await file;
    const bytes = Buffer.from(answer.ok ? answer.base64 : '', 'base64');
    expect(sent).toEqual(['start', 'read-weights']);
    expect(bytes.length).toBe(8 + Number(bytes.readBigUInt64LE(0)) + 80_000);
    expect(bytes.readFloatLE(bytes.length - 4)).toBe(0.5);
  });

  it('says why there are no weights', async () => {
    expect(await setUp().training.readWeights()).toMatchObject({ ok: false });
  });

  it('asks about trained weights, with progress', async () => {
    const { training, worker } = setUp();
    const record = training.train(fixtureText, () => undefined);
    worker().onEvent(fixtureFinished('run-a'));
    await record;
    const progress: (readonly [number, number])[] = [];
    const answer = training.analyze({ kind: 'summary' }, (done, total) => progress.push([done, total]));
    const ids = { runId: 'run-a', analysisId: 'run-a' };
    worker().onEvent({ type: 'analysis-progress', ...ids, done: 1, total: 2 });
    const outcome = { ok: true, result: { kind: 'summary', rows: [], totalMacs: 0 } } as const;
    worker().onEvent({ type: 'analysis-end', ...ids, outcome });
    expect(await answer).toEqual(outcome);
    expect(progress[0]).toEqual([1, 2]);
  });

  it('has no answer before a training', async () => {
    const { training } = setUp();
    expect(await training.analyze({ kind: 'summary' }, () => undefined)).toMatchObject({ ok: false });
  });
});
