import { expect, test } from 'vitest';
import { noLesson, noProgress, readLessonsProgress, writeLessonsProgress } from './lesson-progress.ts';

function shelf(first: string | null = null) {
  let value = first;
  return { getItem: () => value, setItem: (_: string, next: string) => void (value = next) };
}

test('progress is read back as it was written', () => {
  const storage = shelf();
  const lesson = { ...noLesson, step: 1, predictions: { yardstick: 97.5, roads: 'equal' } };
  const progress = { ...noProgress, lessons: { pruning: lesson }, rounded: { recipe: 0.92 } };
  expect(writeLessonsProgress(progress, storage)).toBe(true);
  expect(readLessonsProgress(storage)).toEqual(progress);
});

test('anything else is no progress', () => {
  expect(readLessonsProgress(shelf())).toEqual(noProgress);
  expect(readLessonsProgress(shelf('{"version":1'))).toEqual(noProgress);
  expect(readLessonsProgress(shelf('{"version":1,"lessons":{"a":{"step":-1}},"rounded":{}}'))).toEqual(noProgress);
});

test('a browser that keeps nothing is no obstacle', () => {
  const refusing = {
    getItem: () => {
      throw new Error('denied');
    },
    setItem: () => {
      throw new Error('denied');
    },
  };
  expect(readLessonsProgress(refusing)).toEqual(noProgress);
  expect(writeLessonsProgress(noProgress, refusing)).toBe(false);
});
