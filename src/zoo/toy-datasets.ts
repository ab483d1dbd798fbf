import type { Random } from '../core/random.ts';
import type { LoadedDataset, Samples } from './dataset-shards.ts';
import type { PointDatasetDefinition, ToyName } from './datasets.ts';

interface Shape {
  /** A point of class 0 or 1 before noise, drawn anew at each call. */
  readonly draw: (label: number, random: Random) => readonly [number, number];
  /** Standard deviation of what is added to each coordinate. */
  readonly noise: number;
}

/**
 * Sizes and noise are chosen so that `mlp_2d` (60 epochs of 1 024 points) learns circles, moons, xor and spirals to about
 * 99 % dense, while two bits per weight are too few for spirals.
 */
const shapes: Record<ToyName, Shape> = {
  circles: { draw: circle, noise: 0.1 },
  moons: { draw: moon, noise: 0.15 },
  spirals: { draw: spiral, noise: 0.06 },
  xor: { draw: quadrant, noise: 0 },
};

/**
 * Points of two classes that take turns, so that the first n are balanced for every even n.
 *
 * @param count Number of points.
 * @returns points [count, 2], within about [-2, 2]; labels [count], 0 or 1.
 * @throws RangeError unless `count` is a non-negative integer.
 */
export function generatePoints(
  name: ToyName,
  count: number,
  random: Random,
): { points: Float32Array; labels: Uint8Array } {
  if (!Number.isInteger(count) || count < 0) throw new RangeError(`Cannot generate ${String(count)} points`);
  const { draw, noise } = shapes[name];
  const points = new Float32Array(count * 2);
  const labels = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    const label = index % 2;
    const [x, y] = draw(label, random);
    points[2 * index] = x + noise * random.normal();
    points[2 * index + 1] = y + noise * random.normal();
    labels[index] = label;
  }
  return { points, labels };
}

/**
 * A whole dataset of points. Training and test points come from streams of their own: asking for more training points
 * adds to them and leaves the test set as it was.
 *
 * @param random The run's generator, or a fork of it; it is forked, not advanced.
 * @throws RangeError if `trainSize` is not an integer in [1, dataset.trainSize].
 */
export function createPointDataset(dataset: PointDatasetDefinition, trainSize: number, random: Random): LoadedDataset {
  if (!Number.isInteger(trainSize) || trainSize < 1 || trainSize > dataset.trainSize) {
    throw new RangeError(`${dataset.name} gives 1 to ${String(dataset.trainSize)} points, not ${String(trainSize)}`);
  }
  const samples = (count: number, split: string): Samples => {
    const { points, labels } = generatePoints(dataset.name, count, random.fork(`${dataset.name}/${split}`));
    return { inputs: points, labels, count };
  };
  const { inputShape, classCount, testSize, mean, std } = dataset;
  return { inputShape, classCount, train: samples(trainSize, 'train'), test: samples(testSize, 'test'), mean, std };
}

function circle(label: number, random: Random): [number, number] {
  const angle = random.uniform(0, 2 * Math.PI);
  const radius = label === 0 ? 1 : 0.5;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

/** Half rings of radius 1, the second turned round and moved by (1, 0.5); their common centre is the origin. */
function moon(label: number, random: Random): [number, number] {
  const angle = random.uniform(0, Math.PI);
  const side = label === 0 ? 1 : -1;
  return [side * (Math.cos(angle) - 0.5), side * (Math.sin(angle) - 0.25)];
}

/** Arms from radius 0.15 to 1.5 in 0.95 turns, half a turn apart; the square root keeps the outer part as dense as the inner. */
function spiral(label: number, random: Random): [number, number] {
  const along = Math.sqrt(random.next());
  const radius = 0.15 + 1.35 * along;
  const angle = 2 * Math.PI * 0.95 * along + Math.PI * label;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

/** Quarters of the square [-1, 1]²; class 0 has coordinates of equal signs. */
function quadrant(label: number, random: Random): [number, number] {
  const side = random.integer(2) === 0 ? 1 : -1;
  return [side * random.next(), (label === 0 ? side : -side) * random.next()];
}
