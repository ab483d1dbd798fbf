import type { Layer } from '../core/network.ts';
import type { ZooModel } from '../schedule/zoo-port.ts';
import { dense, flatten, relu } from '../zoo/layer-builders.ts';
import { findModel } from '../zoo/models.ts';

/** The models of the table by the names that it has for them, with the batch size that each is measured at. */
export const tableModels = {
  mlp: { zooName: 'mlp_mnist', batchSize: 64 },
  cnn: { zooName: 'cnn_mnist', batchSize: 64 },
  simplenet: { zooName: 'simplenet_mnist', batchSize: 64 },
  resnet20: { zooName: 'resnet20_cifar', batchSize: 8 },
} as const;

export type TableModel = keyof typeof tableModels;

/** Name of a network with `depth` hidden layers of `width` neurons, for growth curves. */
export function hiddenLayersName(depth: number, width: number): string {
  return `hidden-${depth}x${width}`;
}

/**
 * A model of the table, or one of `hiddenLayersName`.
 *
 * @throws RangeError if there is none of that name.
 */
export function findBenchModel(name: string): ZooModel {
  const hidden = /^hidden-(\d+)x(\d+)$/.exec(name);
  if (hidden !== null) return hiddenLayers(name, Number(hidden[1]), Number(hidden[2]));
  const model = isTableModel(name) ? findModel(tableModels[name].zooName) : undefined;
  if (model === undefined) throw new RangeError(`There is no model ${name} to measure`);
  return model;
}

function isTableModel(name: string): name is TableModel {
  return name in tableModels;
}

function hiddenLayers(name: string, depth: number, width: number): ZooModel {
  const inputShape = [28, 28, 1];
  const features = 784;
  const hidden = Array.from({ length: depth }, (_, index): readonly Layer[] => [
    dense(`fc${index + 1}`, [index === 0 ? features : width, width]),
    relu(`relu${index + 1}`),
  ]);
  return {
    name,
    summary: '',
    inputShape,
    build: ({ classCount }) => ({
      name,
      inputShape,
      layers: [flatten, ...hidden.flat(), dense(`fc${depth + 1}`, [width, classCount])],
    }),
  };
}
