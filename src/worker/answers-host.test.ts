import { expect, test } from 'vitest';
import { networkParameters } from '../core/network.ts';
import { createRandom } from '../core/random.ts';
import { useCpuBackend } from '../engine/backend-cpu.ts';
import type { AnswersEvent, AskedModel } from '../protocol/answers.ts';
import { sendSchedule } from '../schedule/send-schedule.ts';
import { zoo } from '../zoo/zoo.ts';
import { AnswersHost } from './answers-host.ts';

const sent = sendSchedule('training: {model: mlp_2d, dataset: moons, epochs: 1}\npolicies: []\n', zoo);
if (!sent.ok) throw new Error(sent.message);
const schedule = sent.value;
const random = createRandom(5);
const values = networkParameters(schedule.network).map(({ name, shape, size }) => ({
  ...{ name, shape },
  values: Float32Array.from({ length: size }, () => random.uniform(-1, 1)),
}));
const asked: AskedModel = { schedule, epoch: 0, values, quantization: null };
const data = { dataset: 'moons', seed: 1, dataUrl: 'http://localhost/data/' };

function createHost() {
  const events: AnswersEvent[] = [];
  const waiting: { readonly isIt: (event: AnswersEvent) => boolean; readonly resolve: () => void }[] = [];
  const host = new AnswersHost((event) => {
    events.push(event);
    for (const { isIt, resolve } of waiting) if (isIt(event)) resolve();
  }, useCpuBackend);
  const until = (isIt: (event: AnswersEvent) => boolean): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({ isIt, resolve });
      if (events.some(isIt)) resolve();
    });
  return { host, events, until };
}

type Answers = Extract<AnswersEvent, { type: 'answers' }>;
const isAnswers = (event: AnswersEvent): event is Answers => event.type === 'answers';

test('all test samples are answered in order, as they are one by one', async () => {
  const { host, events, until } = createHost();
  host.handle({ type: 'open-model', model: 'a', asked });
  host.handle({ type: 'load-samples', id: 1, data });
  host.handle({ type: 'answer-samples', id: 2, model: 'a', data, count: 150 });
  await until((event) => event.type === 'answers' && event.isLast);
  const pieces = events.filter(isAnswers);
  expect(pieces.map(({ first }) => first)).toEqual(
    pieces.map((_, at) => pieces.slice(0, at).reduce((sum, piece) => sum + piece.probabilities.length / 2, 0)),
  );
  const all = pieces.flatMap(({ probabilities }) => [...probabilities]);
  expect(all).toHaveLength(300);
  await until(({ type }) => type === 'samples');
  const { samples } = events.find((event) => event.type === 'samples')!;
  host.handle({ type: 'answer', id: 3, model: 'a', inputs: samples.inputs.slice(40, 42) });
  await until(({ id }) => id === 3);
  expect([...events.filter(isAnswers).at(-1)!.probabilities]).toEqual(all.slice(40, 42));
});

test('one question is answered between the pieces of many, and what is cancelled ends', async () => {
  const { host, events, until } = createHost();
  host.handle({ type: 'open-model', model: 'a', asked });
  host.handle({ type: 'answer-samples', id: 1, model: 'a', data, count: 2000 });
  await until(isAnswers);
  host.handle({ type: 'answer', id: 2, model: 'a', inputs: Float32Array.of(0, 0) });
  await until(({ id }) => id === 2);
  host.handle({ type: 'cancel', id: 1 });
  host.handle({ type: 'answer', id: 3, model: 'a', inputs: Float32Array.of(0, 0) });
  await until(({ id }) => id === 3);
  const heard = events.filter(({ id }) => id === 1).length;
  host.handle({ type: 'answer-samples', id: 4, model: 'a', data, count: 300 });
  await until((event) => event.type === 'answers' && event.id === 4 && event.isLast);
  expect(events.filter(({ id }) => id === 1)).toHaveLength(heard);
  expect(events.some((event) => event.type === 'answers' && event.id === 1 && event.isLast)).toBe(false);
});

test('what cannot be answered is a sentence', async () => {
  const { host, events, until } = createHost();
  host.handle({ type: 'answer', id: 1, model: 'gone', inputs: Float32Array.of(0, 0) });
  host.handle({ type: 'open-model', model: 'broken', asked: { ...asked, values: values.slice(1) } });
  host.handle({ type: 'answer', id: 2, model: 'broken', inputs: Float32Array.of(0, 0) });
  host.handle({ type: 'load-samples', id: 3, data: { ...data, dataset: 'stars' } });
  for (const id of [1, 2, 3]) await until((event) => event.id === id);
  const said = (id: number): string =>
    events.flatMap((event) => (event.type === 'unanswered' && event.id === id ? [event.message] : [])).join();
  expect(said(1)).toContain('not open');
  expect(said(2)).toContain('fc1');
  expect(said(3)).toContain('stars');
});
