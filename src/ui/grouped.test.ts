import { expect, test } from 'vitest';
import { grouped } from './grouped.ts';

test('thousands stand apart by a space that does not break', () => {
  expect([999, 1000.4, 1_234_567].map(grouped)).toEqual(['999', '1\u202f000', '1\u202f234\u202f567']);
});
