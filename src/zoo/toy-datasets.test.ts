import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../core/random.ts';
import { datasets, type PointDatasetDefinition, type ToyName } from './datasets.ts';
import { createPointDataset, generatePoints } from './toy-datasets.ts';

const toys = datasets.filter((dataset): dataset is PointDatasetDefinition => dataset.kind === 'points');
const names: readonly ToyName[] = toys.map(({ name }) => name);

describe.each(names)('%s', (name) => {
  it('is balanced however many points are taken', () => {
    fc.assert(
      fc.property(fc.nat({ max: 500 }), fc.maxSafeInteger(), (count, seed) => {
        const { points, labels } = generatePoints(name, count, createRandom(seed));
        expect(points.length).toBe(2 * count);
        expect(labels.reduce((sum, label) => sum + label, 0)).toBe(Math.floor(count / 2));
      }),
      { numRuns: 20 },
    );
  });

  it('is centred and of unit size, as the network gets it as it is', () => {
    const { points } = generatePoints(name, 4000, createRandom(1));
    for (const axis of [0, 1]) {
      const values = points.filter((_, index) => index % 2 === axis);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
      expect(Math.abs(mean)).toBeLessThan(0.1);
      expect(deviation).toBeGreaterThan(0.4);
      expect(deviation).toBeLessThan(1.1);
      expect(Math.max(...values.map(Math.abs))).toBeLessThan(2);
    }
  });

  it('repeats itself for the same seed only', () => {
    const drawn = (seed: number): Float32Array => generatePoints(name, 50, createRandom(seed)).points;
    expect(drawn(3)).toEqual(drawn(3));
    expect(drawn(3)).not.toEqual(drawn(4));
  });

  it('can be learned: the nearest of 1 024 training points tells the class of nearly every test point', () => {
    const dataset = toys.find((toy) => toy.name === name)!;
    const { train, test } = createPointDataset(dataset, 1024, createRandom(1));
    let right = 0;
    for (let index = 0; index < test.count; index++) {
      const nearest = nearestTo(test.inputs[2 * index]!, test.inputs[2 * index + 1]!, train.inputs);
      if (train.labels[nearest] === test.labels[index]) right += 1;
    }
    expect(right / test.count).toBeGreaterThan(0.97);
  });

  it('is not linearly separable: no line through the origin does better than 90 %', () => {
    const { points, labels } = generatePoints(name, 2000, createRandom(2));
    for (let degrees = 0; degrees < 180; degrees += 5) {
      const [x, y] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
      const right = labels.reduce(
        (sum, label, index) => sum + Number(points[2 * index]! * x + points[2 * index + 1]! * y > 0 === (label === 0)),
        0,
      );
      expect(Math.max(right, 2000 - right) / 2000).toBeLessThan(0.9);
    }
  });
});

describe('createPointDataset', () => {
  const spirals = toys.find(({ name }) => name === 'spirals')!;

  it('draws the test set apart from the training set and from its size', () => {
    const small = createPointDataset(spirals, 100, createRandom(1));
    const large = createPointDataset(spirals, 200, createRandom(1));
    expect(large.test).toEqual(small.test);
    expect(large.train.inputs.slice(0, 200)).toEqual(small.train.inputs);
    expect(small.test.inputs.slice(0, 200)).not.toEqual(small.train.inputs);
  });

  it('describes itself', () => {
    expect(createPointDataset(spirals, 64, createRandom(1))).toMatchObject({
      inputShape: [2],
      classCount: 2,
      mean: 0,
      std: 1,
      train: { count: 64 },
      test: { count: 2000 },
    });
  });

  it.each([0, 1.5, 8193, Number.NaN])('refuses %s training points', (trainSize) => {
    expect(() => createPointDataset(spirals, trainSize, createRandom(1))).toThrow(RangeError);
  });
});

function nearestTo(x: number, y: number, points: ArrayLike<number>): number {
  let nearest = 0;
  let smallest = Infinity;
  for (let index = 0; index < points.length / 2; index++) {
    const distance = (points[2 * index]! - x) ** 2 + (points[2 * index + 1]! - y) ** 2;
    if (distance < smallest) [nearest, smallest] = [index, distance];
  }
  return nearest;
}
