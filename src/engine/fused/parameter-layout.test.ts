import { expect, test } from 'vitest';
import { networkParameters } from '../../core/network.ts';
import { convolution, dense } from '../../core/network-fixtures.ts';
import { createRandom } from '../../core/random.ts';
import { layOutParameters, packParameter, parameterAlignment, unpackParameter } from './parameter-layout.ts';

const network = {
  name: 'odd',
  inputShape: [6, 6, 3],
  layers: [convolution('conv', 3, 5), { name: 'flat', kind: 'flatten' } as const, dense('fc', 80, 7)],
};
const specs = networkParameters(network);
const layout = layOutParameters(specs, ({ layer }) =>
  layer === 'conv' ? { group: 3, filledGroup: 3 } : { group: 5, filledGroup: 8 },
);

test('every parameter has its place, and no two share a workgroup', () => {
  expect(layout.places.map(({ spec }) => spec.name)).toEqual(specs.map(({ name }) => name));
  for (const [at, { offset, rows, vectors }] of layout.places.entries()) {
    expect(offset % parameterAlignment).toBe(0);
    expect(layout.places[at + 1]?.offset ?? layout.length).toBeGreaterThanOrEqual(offset + rows * vectors);
  }
});

test('rows of a dense kernel are filled up as the channels of the map that it reads', () => {
  const place = layout.places.find(({ spec }) => spec.name === 'fc.weight')!;
  expect(place).toMatchObject({ rowCount: 80, rows: 128, columnCount: 7, vectors: 2 });
});

test('values come back from the arena as they were, and the filling stays zero', () => {
  const random = createRandom(3);
  const arena = new Float32Array(layout.length * 4);
  const values = layout.places.map(({ spec }) =>
    Float32Array.from({ length: spec.size }, () => random.uniform(0.5, 1)),
  );
  layout.places.forEach((place, at) => packParameter(place, values[at]!, arena));
  layout.places.forEach((place, at) => expect(unpackParameter(place, arena)).toEqual(values[at]));
  const filled = arena.filter((value) => value !== 0).length;
  expect(filled).toBe(specs.reduce((sum, { size }) => sum + size, 0));
});
