import type { Layer } from '../core/network.ts';
import { averagePool, batchNorm, convolution, dense, depthwise, flatten, relu } from './layer-builders.ts';
import { cifarModel } from './models-cifar.ts';

/**
 * MobileNet (Howard et al. 2017, arXiv:1704.04861, table 1) by Distiller's names: a convolution, thirteen pairs of a depthwise
 * and a pointwise convolution, and a dense layer.
 */

/** Filters of the pointwise convolutions at width 1, and the stride of the depthwise one before each. */
const pairs = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [1024, 2],
  [1024, 1],
] as const;

const firstFilters = 32;
const width = 0.25;
/** No layer has fewer filters. */
const fewest = 8;
const filtersOf = (atFullWidth: number): number => Math.max(fewest, Math.floor(atFullWidth * width));

/** Depthwise convolution, normalization, ReLU, pointwise convolution, normalization, ReLU: 0 to 5. */
function pair(name: string, [incoming, outgoing]: readonly [number, number], stride: number): readonly Layer[] {
  return [
    depthwise(`${name}.0`, incoming, stride),
    batchNorm(`${name}.1`, incoming),
    relu(`${name}.2`),
    convolution(`${name}.3`, [incoming, outgoing], 1, { bias: false }),
    batchNorm(`${name}.4`, outgoing),
    relu(`${name}.5`),
  ];
}

function allPairs(): readonly Layer[] {
  let incoming = filtersOf(firstFilters);
  return pairs.flatMap(([atFullWidth, stride], index) => {
    const outgoing = filtersOf(atFullWidth);
    const layers = pair(`model.${index + 1}`, [incoming, outgoing], stride);
    incoming = outgoing;
    return layers;
  });
}

/** The first convolution has stride 1 where that for ImageNet has 2, so that 32 pixels become 2 and not 1. */
export const mobilenet025Cifar = cifarModel(
  'mobilenet_025_cifar',
  "Distiller's mobilenet for small images, a quarter as wide, 210 160 weights with three channels: thirteen depthwise and pointwise convolutions in turn.",
  ({ inputShape, channels, padding }, classCount) => ({
    name: 'mobilenet_025_cifar',
    inputShape,
    layers: [
      convolution('model.0.0', [channels, filtersOf(firstFilters)], 3, { padding: padding + 1, bias: false }),
      batchNorm('model.0.1', filtersOf(firstFilters)),
      relu('model.0.2'),
      ...allPairs(),
      averagePool('model.14', 2),
      flatten,
      dense('fc', [filtersOf(1024), classCount]),
    ],
  }),
);
