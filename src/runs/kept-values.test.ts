import { expect, test } from 'vitest';
import { keptPicture, keptValues, valuesChange } from './kept-values.ts';
import { fixtureSnapshot } from './run-fixture.ts';

test('values, mask and quantized values come out of a snapshot, once', () => {
  const snapshot = fixtureSnapshot(3);
  const kept = keptValues(snapshot, 'fc1.weight')!;
  expect([...kept.values]).toEqual([0, 1, -2, 0.5, 0, -0.5]);
  expect([...kept.mask!]).toEqual([0, 1, 1, 1, 0, 1]);
  expect([...kept.quantized!]).toEqual([0, 1, 0, 1, 0, 0]);
  expect(keptValues(snapshot, 'fc1.weight')).toBe(kept);
  expect(keptValues(snapshot, 'fc9.weight')).toBeNull();
  expect(keptPicture(snapshot, 'fc1.weight')).toMatchObject({
    histogram: { range: 2, pruned: 2 },
    picture: { rows: 2, columns: 3 },
  });
});

test('a change is a difference, where shapes allow it', () => {
  const kept = keptValues(fixtureSnapshot(0), 'fc1.weight')!;
  const later = { ...kept, values: kept.values.map((value) => value + 1) };
  expect([...valuesChange(kept, later)!]).toEqual([1, 1, 1, 1, 1, 1]);
  expect(valuesChange(kept, { ...kept, values: new Float32Array(4) })).toBeNull();
  expect(valuesChange(null, kept)).toBeNull();
});
