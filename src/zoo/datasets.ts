import { type DatasetPiece, fashionImages, mnistImages } from './dataset-pieces.ts';

interface DatasetBase {
  /** As written in a schedule's `training.dataset`. */
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  /** One entry per class, in the order of the labels. */
  readonly classNames: readonly string[];
  readonly classCount: number;
  /** What is subtracted from an input (for pixels: after division by 255), and what the rest is then divided by. */
  readonly mean: number;
  readonly std: number;
  /** The most training samples that can be had; a schedule's `train_size` takes the first so many. */
  readonly trainSize: number;
  readonly testSize: number;
  readonly licence: string;
  readonly origin: { readonly title: string; readonly url?: string };
}

/** Pictures that are shipped with the page, in pieces. */
export interface ImageDatasetDefinition extends DatasetBase {
  readonly kind: 'images';
  /** [height, width, channels] */
  readonly inputShape: readonly [number, number, number];
  readonly pieces: readonly DatasetPiece[];
}

/** Points in the plane, drawn from the run's seed. */
export interface PointDatasetDefinition extends DatasetBase {
  readonly kind: 'points';
  readonly name: ToyName;
  /** [coordinates] */
  readonly inputShape: readonly [2];
}

export type DatasetDefinition = ImageDatasetDefinition | PointDatasetDefinition;
export type ToyName = 'circles' | 'moons' | 'spirals' | 'xor';

const toyDefaults = {
  kind: 'points',
  inputShape: [2],
  classCount: 2,
  mean: 0,
  std: 1,
  trainSize: 8192,
  testSize: 2000,
  licence: 'Apache-2.0, as this project',
  origin: { title: 'Generated from the seed' },
} as const;

const mnist: ImageDatasetDefinition = {
  name: 'mnist',
  title: 'MNIST digits',
  summary: 'Handwritten digits, 28 × 28 grey pixels, in their published order.',
  kind: 'images',
  inputShape: [28, 28, 1],
  classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  classCount: 10,
  ...mnistImages,
  trainSize: 60_000,
  testSize: 10_000,
  licence: 'CC BY-SA 3.0, Yann LeCun and Corinna Cortes',
  origin: { title: 'The MNIST database of handwritten digits', url: 'http://yann.lecun.com/exdb/mnist/' },
};

const fashionMnist: ImageDatasetDefinition = {
  name: 'fashion_mnist',
  title: 'Fashion-MNIST clothes',
  summary:
    'Articles of clothing, 28 × 28 grey pixels. Split and order are this project’s own: the classes take turns, and no test image occurs in training.',
  kind: 'images',
  inputShape: [28, 28, 1],
  classNames: ['T-shirt', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
  classCount: 10,
  ...fashionImages,
  trainSize: 12_288,
  testSize: 10_000,
  licence: 'MIT, Zalando SE',
  origin: { title: 'Fashion-MNIST (Xiao, Rasul and Vollgraf 2017)', url: 'https://arxiv.org/abs/1708.07747' },
};

/** Every dataset that a schedule can name, in the order in which they are offered. */
export const datasets: readonly DatasetDefinition[] = [
  mnist,
  fashionMnist,
  {
    ...toyDefaults,
    name: 'circles',
    title: 'Two circles',
    summary: 'A ring around a ring: the smallest problem that no straight line solves.',
    classNames: ['outer', 'inner'],
  },
  {
    ...toyDefaults,
    name: 'moons',
    title: 'Two moons',
    summary: 'Two half rings that reach into each other.',
    classNames: ['upper', 'lower'],
  },
  {
    ...toyDefaults,
    name: 'spirals',
    title: 'Two spirals',
    summary: 'Two arms that wind around each other: many lines are needed to tell them apart.',
    classNames: ['first arm', 'second arm'],
  },
  {
    ...toyDefaults,
    name: 'xor',
    title: 'Exclusive or',
    summary: 'Four quadrants, opposite ones of one class.',
    classNames: ['equal signs', 'unequal signs'],
  },
];

/** The dataset of exactly this name, or `undefined`. */
export function findDataset(name: string): DatasetDefinition | undefined {
  return datasets.find((dataset) => dataset.name === name);
}
