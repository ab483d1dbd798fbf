import { expect, test } from 'vitest';
import type { AnswersEvent, AnswersMessage, AskedModel } from '../protocol/answers.ts';
import { type AnswersListener, createAnswersClient, type ModelToAsk } from './answers-client.ts';

/** A port that notes what it is sent. */
function createFake() {
  const sent: AnswersMessage[] = [];
  const listeners: AnswersListener[] = [];
  const client = createAnswersClient((listener) => {
    listeners.push(listener);
    return { postMessage: (message) => void sent.push(message), terminate: () => undefined };
  });
  const emit = (event: AnswersEvent): void => listeners.at(-1)!.onEvent(event);
  return { client, sent, emit, listeners, types: () => sent.map(({ type }) => type) };
}

// What is sent is opaque here.
const asked = { epoch: 1 } as unknown as AskedModel;
const model = (key: string): ModelToAsk => ({ key, read: () => asked });
const inputs = Float32Array.of(1, 2);
const answer = (id: number, first = 0, isLast = true): AnswersEvent => ({
  ...{ type: 'answers', id, first, isLast, classCount: 2 },
  probabilities: Float32Array.of(0.25, 0.75),
});
const data = { dataset: 'moons', seed: 1, dataUrl: 'http://localhost/' };

test('a network is sent once, and each question gets its own answer', async () => {
  const { client, emit, types } = createFake();
  const [one, two] = [client.answer(model('a'), inputs), client.answer(model('a'), inputs)];
  expect(types()).toEqual(['open-model', 'answer', 'answer']);
  emit(answer(2));
  emit({ type: 'unanswered', id: 1, message: 'No.' });
  await expect(two).resolves.toMatchObject({ classCount: 2 });
  await expect(one).rejects.toThrow('No.');
});

test('test samples are answered piece by piece until that is ended', () => {
  const { client, emit, sent } = createFake();
  const pieces: number[] = [];
  const end = client.answerSamples(
    model('a'),
    { data, count: 10 },
    { onPiece: ({ first }) => pieces.push(first), onFailure: () => undefined },
  );
  emit(answer(1, 0, false));
  emit(answer(1, 1, false));
  end();
  emit(answer(1, 2, false));
  expect(pieces).toEqual([0, 1]);
  expect(sent.at(-1)).toEqual({ type: 'cancel', id: 1 });
});

test('networks that nobody asks any more are closed, those under way are not', () => {
  const { client, emit, sent } = createFake();
  client.answerSamples(model('0'), { data, count: 10 }, { onPiece: () => undefined, onFailure: () => undefined });
  for (let at = 1; at <= 30; at++) {
    void client.answer(model(String(at)), inputs);
    emit(answer(at + 1));
  }
  const closed = sent.flatMap((message) => (message.type === 'close-model' ? [message.model] : []));
  expect(closed).toEqual(['1', '2', '3', '4', '5', '6', '7']);
});

test('a crash is told to all who wait, and the next question opens a new worker', async () => {
  const { client, listeners, emit, types } = createFake();
  const lost = client.answer(model('a'), inputs);
  listeners[0]!.onCrash('out of memory');
  await expect(lost).rejects.toThrow('out of memory');
  const next = client.answer(model('a'), inputs);
  expect(listeners).toHaveLength(2);
  expect(types()).toEqual(['open-model', 'answer', 'open-model', 'answer']);
  emit(answer(2));
  await expect(next).resolves.toMatchObject({ classCount: 2 });
});

test('the test set is loaded', async () => {
  const { client, emit } = createFake();
  const loading = client.loadSamples(data);
  const samples = { inputs: Float32Array.of(1, 2), labels: Uint8Array.of(1), count: 1 };
  emit({ type: 'samples', id: 1, samples });
  await expect(loading).resolves.toBe(samples);
});
