import { expect, test } from 'vitest';
import { layOutParameters } from '../parameter-layout.ts';
import type { ParameterSpec } from '../../../core/network.ts';
import { rowText } from './parameter-rows.ts';

const spec = { name: 'fc.weight', layer: 'fc', role: 'kernel', shape: [6, 10], size: 60 } as unknown as ParameterSpec;
const place = layOutParameters([spec], () => ({ group: 6, filledGroup: 8 })).places[0]!;

test('a place that nobody reads is not computed', () => {
  expect(rowText(place, 'effective[index] = w;')).toBe('');
  expect(rowText(place, 'let nc4 = c4;')).not.toContain('row');
});

test('a row of filling becomes a row of the parameter', () => {
  expect(rowText(place, 'row')).toContain('min(');
});
