import { expect, it } from 'vitest';
import type { DraftStorage } from './draft.ts';
import { readTeacherChoice, writeTeacherChoice } from './teacher-choice.ts';

function memory(): DraftStorage {
  const values = new Map<string, string>();
  return { getItem: (key) => values.get(key) ?? null, setItem: (key, value) => void values.set(key, value) };
}

it('remembers the chosen teacher', () => {
  const storage = memory();
  expect(readTeacherChoice(storage)).toBeNull();
  expect(writeTeacherChoice('run-7', storage)).toBe(true);
  expect(readTeacherChoice(storage)).toBe('run-7');
});

it.each(['', 'run-7', '{"version":2,"runId":"a"}', '{"version":1,"runId":7}'])('passes over %j', (text) => {
  expect(readTeacherChoice({ getItem: () => text, setItem: () => undefined })).toBeNull();
});

it('works on where the browser keeps nothing', () => {
  const denied: DraftStorage = {
    getItem: () => {
      throw new DOMException('denied', 'SecurityError');
    },
    setItem: () => {
      throw new DOMException('denied', 'SecurityError');
    },
  };
  expect(readTeacherChoice(denied)).toBeNull();
  expect(writeTeacherChoice('a', denied)).toBe(false);
});
