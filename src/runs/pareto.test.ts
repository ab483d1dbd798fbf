import fc from 'fast-check';
import { expect, test } from 'vitest';
import { onFront } from './pareto.ts';

test('what is beaten in both, or in one at equal other, is off the front', () => {
  const entries = [
    { cost: 10, gain: 0.9 },
    { cost: 20, gain: 0.95 },
    { cost: 20, gain: 0.9 },
    { cost: 30, gain: 0.94 },
  ];
  expect(onFront(entries)).toEqual([true, true, false, false]);
});

test('equal entries share the front, unknown ones are on none', () => {
  const same = { cost: 1, gain: 1 };
  expect(onFront([same, same, { cost: Number.NaN, gain: 2 }])).toEqual([true, true, false]);
});

test('along the front, who costs more gains more', () => {
  const entry = fc.record({ cost: fc.integer({ min: 0, max: 20 }), gain: fc.integer({ min: 0, max: 20 }) });
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const isOn = onFront(entries);
      const front = entries.filter((_, index) => isOn[index]).toSorted((a, b) => a.cost - b.cost || a.gain - b.gain);
      const gains = front.map(({ gain }) => gain);
      expect(gains).toEqual(gains.toSorted((a, b) => a - b));
      expect(isOn.some(Boolean)).toBe(entries.length > 0);
    }),
  );
});
