import { expect, it } from 'vitest';
import { draftOf, labelOf } from './run-label.ts';

it('reads tags parted by commas, each once', () => {
  const label = labelOf({ name: '  Wide ', color: 'pink', tags: ' teacher, ,wide  one,teacher', note: ' Keep.\n' });
  expect(label).toEqual({ name: 'Wide', color: 'pink', tags: ['teacher', 'wide one'], note: 'Keep.' });
});

it('gives a label back as it was', () => {
  const label = { name: '', color: null, tags: ['a', 'b'], note: 'One.\nTwo.' };
  expect(labelOf(draftOf(label))).toEqual(label);
});
