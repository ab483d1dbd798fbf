import { afterEach, expect, test } from 'vitest';
import type { AnalysisRequest } from '../protocol/analysis.ts';
import type { PageMessage } from '../protocol/page-message.ts';
import type { TrainingEvent } from '../protocol/training-event.ts';
import { sendSchedule } from '../schedule/send-schedule.ts';
import { zoo } from '../zoo/zoo.ts';
import { TrainingHost } from './training-host.ts';

const text = (epochs: number): string => `version: 1
training: {model: mlp_2d, dataset: moons, train_size: 64, validation_size: 50, epochs: ${epochs}, batch_size: 16}
policies: []
`;

const start = (runId: string, epochs: number, paused = false): PageMessage => ({
  type: 'start',
  runId,
  schedule: sendSchedule(text(epochs), zoo),
  dataUrl: 'http://localhost/data/',
  paused,
});

const analyze = (runId: string, analysisId: string, request: AnalysisRequest): PageMessage => ({
  type: 'analyze',
  runId,
  analysisId,
  request,
});

const summary: AnalysisRequest = { kind: 'summary' };
const sensitivity: AnalysisRequest = {
  kind: 'sensitivity',
  group: 'element',
  levels: Array.from({ length: 200 }, (_, at) => at / 200),
  samples: 1000,
};

type End = Extract<TrainingEvent, { type: 'analysis-end' }>;
const isEnd = (event: TrainingEvent): event is End => event.type === 'analysis-end';

const refusalOf = (outcome: End['outcome']): string => (outcome.ok || outcome.cancelled ? '' : outcome.message);

let stopHost: () => void = () => undefined;
afterEach(() => stopHost());

/** A host with its events, and waits for the first one that answers a question. */
function createHost() {
  const events: TrainingEvent[] = [];
  const waiting: { readonly isIt: (event: TrainingEvent) => boolean; readonly resolve: () => void }[] = [];
  const host = new TrainingHost((event) => {
    events.push(event);
    for (const { isIt, resolve } of waiting) if (isIt(event)) resolve();
  });
  stopHost = () => host.handle({ type: 'stop', runId: 'a' });
  const until = (isIt: (event: TrainingEvent) => boolean): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({ isIt, resolve });
      if (events.some(isIt)) resolve();
    });
  const endOf = async (analysisId: string): Promise<End['outcome']> => {
    await until((event) => isEnd(event) && event.analysisId === analysisId);
    return events.filter(isEnd).find((event) => event.analysisId === analysisId)!.outcome;
  };
  return { host, events, until, endOf };
}

test('a finished run is analyzed, with progress', async () => {
  const { host, events, until, endOf } = createHost();
  host.handle(start('a', 1));
  await until(({ type }) => type === 'finished');
  host.handle(analyze('a', '1', { ...sensitivity, levels: [0, 0.5] }));
  const outcome = await endOf('1');
  expect(outcome).toMatchObject({ ok: true, result: { kind: 'sensitivity' } });
  expect(events.filter(({ type }) => type === 'analysis-progress').at(-1)).toMatchObject({ done: 7, total: 7 });
});

test('a paused run is analyzed and goes on afterwards', async () => {
  const { host, until, endOf } = createHost();
  host.handle(start('a', 2, true));
  await until(({ type }) => type === 'paused');
  host.handle(analyze('a', '1', summary));
  expect(await endOf('1')).toMatchObject({ ok: true, result: { kind: 'summary' } });
  host.handle({ type: 'resume', runId: 'a' });
  await until(({ type }) => type === 'finished');
});

test('a run that trains, and one that is not in memory, are refused with the way out', async () => {
  const { host, until, endOf } = createHost();
  host.handle(start('a', 500));
  await until(({ type }) => type === 'epoch-end');
  host.handle(analyze('a', '1', summary));
  expect(refusalOf(await endOf('1'))).toContain('Pause');
  host.handle(analyze('b', '2', summary));
  expect(refusalOf(await endOf('2'))).toContain('Train');
});

test('a cancel ends the analysis, and another one may follow', async () => {
  const { host, until, endOf } = createHost();
  host.handle(start('a', 1));
  await until(({ type }) => type === 'finished');
  host.handle(analyze('a', '1', sensitivity));
  host.handle(analyze('a', '2', summary));
  expect(refusalOf(await endOf('2'))).toContain('under way');
  await until(({ type }) => type === 'analysis-progress');
  host.handle({ type: 'cancel-analysis', runId: 'a', analysisId: '1' });
  expect(await endOf('1')).toMatchObject({ ok: false, cancelled: true });
  host.handle(analyze('a', '3', summary));
  expect(await endOf('3')).toMatchObject({ ok: true });
});

test('a new run ends the analysis of the one before', async () => {
  const { host, until, endOf } = createHost();
  host.handle(start('a', 1));
  await until(({ type }) => type === 'finished');
  host.handle(analyze('a', '1', sensitivity));
  await until(({ type }) => type === 'analysis-progress');
  host.handle(start('b', 1));
  expect(await endOf('1')).toMatchObject({ ok: false, cancelled: true });
  await until((event) => event.type === 'finished' && event.runId === 'b');
});

test('what cannot be computed is a sentence', async () => {
  const { host, until, endOf } = createHost();
  host.handle(start('a', 1));
  await until(({ type }) => type === 'finished');
  host.handle(analyze('a', '1', { ...sensitivity, levels: [2] }));
  expect(refusalOf(await endOf('1'))).toContain('level');
});
