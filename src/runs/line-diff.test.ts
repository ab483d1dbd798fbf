import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineDiff } from './line-diff.ts';

const marks = { same: ' ', removed: '-', added: '+' } as const;
const shown = (before: string, after: string): readonly string[] =>
  lineDiff(before, after).map(({ kind, text }) => `${marks[kind]}${text}`);

test('a changed line is removed and added between lines that stay', () => {
  expect(shown('a\nb\nc\n', 'a\nB\nc\n')).toEqual([' a', '-b', '+B', ' c']);
});

test('lines carry their numbers in both texts', () => {
  expect(lineDiff('a\nc', 'a\nb\nc')).toEqual([
    { kind: 'same', before: 1, after: 1, text: 'a' },
    { kind: 'added', before: null, after: 2, text: 'b' },
    { kind: 'same', before: 2, after: 3, text: 'c' },
  ]);
});

test('an empty text has no lines', () => {
  expect(lineDiff('', '')).toEqual([]);
  expect(shown('', 'a\n')).toEqual(['+a']);
});

test('what is not added is the old text, what is not removed the new one', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
  fc.assert(
    fc.property(text, text, (old, fresh) => {
      const lines = lineDiff(old.join('\n'), fresh.join('\n'));
      const without = (kind: string): readonly string[] =>
        lines.filter((line) => line.kind !== kind).map((line) => line.text);
      expect(without('added')).toEqual(old);
      expect(without('removed')).toEqual(fresh);
    }),
  );
});
