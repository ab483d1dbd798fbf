import { expect, test } from 'vitest';
import { tickAfterKey } from './epoch-scrubber.tsx';

test.each([
  ['ArrowLeft', 3],
  ['ArrowUp', 5],
  ['PageDown', 1],
  ['PageUp', 12],
  ['Home', 1],
  ['End', 12],
  ['Escape', null],
  ['a', undefined],
])('%s moves from epoch 4 of 12 to %s', (key, expected) => {
  expect(tickAfterKey(key, 4, 12)).toBe(expected);
});

test('the ends hold', () => {
  expect(tickAfterKey('ArrowLeft', 1, 12)).toBe(1);
  expect(tickAfterKey('ArrowRight', 12, 12)).toBe(12);
});
