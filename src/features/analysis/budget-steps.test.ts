import { expect, test } from 'vitest';
import { fallAfterKey, limitFall, readFall } from './budget-steps.ts';

test('up keeps more accuracy, down allows a larger fall', () => {
  expect(fallAfterKey('ArrowUp', 1, 0.9)).toBe(0.9);
  expect(fallAfterKey('ArrowDown', 1, 0.9)).toBe(1.1);
  expect(fallAfterKey('PageDown', 1, 0.9)).toBe(2);
  expect(fallAfterKey('End', 5, 0.9)).toBe(0);
  expect(fallAfterKey('Home', 5, 0.913)).toBe(91.3);
  expect(fallAfterKey('a', 5, 0.9)).toBeUndefined();
});

test('a budget ends at nothing and at everything', () => {
  expect(fallAfterKey('ArrowUp', 0, 0.9)).toBe(0);
  expect(limitFall(200, 0.5)).toBe(50);
  expect(limitFall(0.26, 0.5)).toBe(0.3);
});

test('a written fall may have a comma', () => {
  expect(readFall('1,5')).toBe(1.5);
  expect(readFall(' 0.2 ')).toBe(0.2);
  for (const text of ['', '-1', 'x', '101']) expect(readFall(text)).toBeNull();
});
