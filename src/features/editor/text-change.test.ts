import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallestChange } from './text-change.ts';

describe('smallestChange', () => {
  it('keeps what both texts share at their ends', () => {
    expect(smallestChange('model: cnn\nseed: 1\n', 'model: mlp\nseed: 1\n')).toEqual({
      start: 7,
      end: 10,
      text: 'mlp',
    });
    expect(smallestChange('aa', 'aaa')).toEqual({ start: 2, end: 2, text: 'a' });
    expect(smallestChange('same', 'same')).toBeNull();
  });

  it('turns any text into any other without cutting a surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (before, after) => {
        const change = smallestChange(before, after);
        if (change === null) return before === after;
        const { start, end, text } = change;
        return before.slice(0, start) + text + before.slice(end) === after && !/\p{Surrogate}/u.test(text);
      }),
    );
  });
});
