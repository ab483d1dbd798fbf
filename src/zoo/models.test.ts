import { describe, expect, it } from 'vitest';
import { summarizeCompute } from '../core/compute-summary.ts';
import { networkGraph } from '../core/network-graph.ts';
import { evaluateNetwork } from '../core/network-reference.ts';
import { networkParameters, outputLayers, type Network } from '../core/network.ts';
import { largestDifference, randomBatch, randomValues, withZeroFilters } from '../core/network-fixtures.ts';
import { thinModel } from '../core/thinning/apply-thinning.ts';
import { acceptsInput } from '../schedule/zoo-port.ts';
import { datasets } from './datasets.ts';
import { findModel, models } from './models.ts';

const built = (name: string, inputShape?: readonly number[]): Network =>
  findModel(name)!.build({ classCount: 10, ...(inputShape && { inputShape }) });

const count = (network: Network, roles: readonly string[]): number =>
  networkParameters(network)
    .filter(({ role }) => roles.includes(role))
    .reduce((sum, { size }) => sum + size, 0);

describe('models', () => {
  it.each([
    ['simplenet_mnist', 430_500, 580, 2_293_000],
    ['simplenet_v2_mnist', 26_000, 80, 1_888_500],
    ['simplenet_cifar', 61_770, 236, 651_720],
    ['plain20_cifar', 268_336, 10, 40_551_040],
    ['resnet20_cifar', 270_896, 10, 40_813_184],
    ['resnet20_cifar_earlyexit', 270_896 + 16_000, 20, 40_813_184 + 16_000],
    ['preact_resnet20_cifar', 268_336, 10, 40_551_040],
    ['mobilenet_025_cifar', 210_160, 10, 3_331_072],
  ])('%s has %i weights, %i biases and %i multiply-accumulates', (name, weights, biases, macs) => {
    const network = built(name);
    expect(count(network, ['kernel'])).toBe(weights);
    expect(count(network, ['bias'])).toBe(biases);
    expect(summarizeCompute(network).totalMacs).toBe(macs);
  });

  it('have shapes that fit together, for every dataset that they accept', () => {
    for (const model of models) {
      const fitting = datasets.filter(({ inputShape }) => acceptsInput(model, inputShape));
      expect(fitting.length, model.name).toBeGreaterThan(0);
      for (const { inputShape, classCount } of fitting) {
        const network = model.build({ classCount, inputShape });
        expect(network.name).toBe(model.name);
        expect(network.inputShape).toEqual(inputShape);
        const graph = networkGraph(network);
        for (const output of outputLayers(network)) expect(graph.get(output)!.outputShape).toEqual([classCount]);
      }
    }
  });

  it('begin with the default', () => {
    expect(models[0]!.name).toBe('cnn_mnist');
  });

  it('for 32 × 32 images take 28 × 28 ones and one channel too, with the same maps behind the first convolution', () => {
    for (const name of ['simplenet_cifar', 'resnet20_cifar', 'preact_resnet20_cifar']) {
      expect(acceptsInput(findModel(name)!, [28, 28, 1])).toBe(true);
      expect(acceptsInput(findModel(name)!, [30, 30, 1])).toBe(false);
      expect(acceptsInput(findModel(name)!, [2])).toBe(false);
      const mapsOf = (network: Network) => [...networkGraph(network).values()].map(({ outputShape }) => outputShape);
      expect(mapsOf(built(name, [28, 28, 1]))).toEqual(mapsOf(built(name)));
      expect(() => built(name, [30, 30, 1])).toThrow('30, 30, 1');
    }
  });

  it('pad a small image with zeros: the padded image gives the same answer', () => {
    const small = built('simplenet_cifar', [28, 28, 1]);
    const large = built('simplenet_cifar', [32, 32, 1]);
    const values = randomValues(small, 1);
    const image = randomBatch(small, 1, 2);
    const padded = new Float32Array(32 * 32);
    image.values.forEach((value, index) => {
      padded[(Math.floor(index / 28) + 2) * 32 + (index % 28) + 2] = value;
    });
    const answer = evaluateNetwork(large, { shape: [1, 32, 32, 1], values: padded }, values).values;
    expect([...evaluateNetwork(small, image, values).values]).toEqual([...answer]);
  });
});

describe('residual models', () => {
  const layerOf = (network: Network, name: string) => network.layers.find((layer) => layer.name === name);

  it('name layers and parameters as Distiller does', () => {
    const names = networkParameters(built('resnet20_cifar')).map(({ name }) => name);
    for (const name of [
      'conv1.weight',
      'bn1.weight',
      'layer1.0.conv1.weight',
      'layer1.2.bn2.bias',
      'layer2.0.downsample.0.weight',
      'layer2.0.downsample.1.bias',
      'layer3.2.conv2.weight',
      'fc.bias',
    ]) {
      expect(names).toContain(name);
    }
    expect(names.filter((name) => name.includes('downsample'))).toHaveLength(6);
    expect(layerOf(built('resnet20_cifar'), 'layer2.0.residual_eltwiseadd')?.inputs).toEqual([
      'layer2.0.bn2',
      'layer2.0.downsample.1',
    ]);
    expect(layerOf(built('resnet20_cifar'), 'layer1.1.residual_eltwiseadd')?.inputs).toEqual([
      'layer1.1.bn2',
      'layer1.0.relu2',
    ]);
  });

  it('draw convolutions by their outputs where Distiller does', () => {
    const deviations = (name: string) =>
      networkParameters(built(name)).map(({ initialDeviation }) => initialDeviation ?? null);
    expect(deviations('resnet20_cifar')[0]).toBeCloseTo(Math.sqrt(2 / (9 * 16)), 12);
    expect(deviations('plain20_cifar').every((deviation) => deviation === null)).toBe(true);
  });

  it('branch off the early exit and go on with what was there before it', () => {
    const network = built('resnet20_cifar_earlyexit');
    expect(outputLayers(network)).toEqual(['layer1.2.relu2.branch_net.2', 'fc']);
    expect(layerOf(network, 'layer2.0.conv1')?.inputs).toEqual(['layer1.2.relu2.branched_module']);
    const parameters = networkParameters(network);
    expect(parameters.find(({ name }) => name === 'layer1.2.relu2.branch_net.2.weight')?.shape).toEqual([1600, 10]);
  });

  it('widen the shortcut before activation with zeros on both sides', () => {
    const graph = networkGraph(built('preact_resnet20_cifar'));
    expect(graph.get('layer2.0.downsample.0')?.inputs).toEqual(['layer1.2.add']);
    expect(graph.get('layer2.0.downsample.1')?.outputShape).toEqual([16, 16, 32]);
    expect(layerOf(built('preact_resnet20_cifar'), 'layer3.0.downsample.1')).toMatchObject({ before: 16, after: 16 });
  });
});

describe('mobilenet', () => {
  const network = built('mobilenet_025_cifar');
  const shapes = new Map(networkParameters(network).map(({ name, shape }) => [name, shape]));

  it('names layers as Distiller does: a pair is a depthwise and a pointwise convolution', () => {
    expect(shapes.get('model.0.0.weight')).toEqual([3, 3, 3, 8]);
    expect(shapes.get('model.1.0.weight')).toEqual([3, 3, 1, 8]);
    expect(shapes.get('model.1.1.bias')).toEqual([8]);
    expect(shapes.get('model.1.3.weight')).toEqual([1, 1, 8, 16]);
    expect(shapes.get('model.13.3.weight')).toEqual([1, 1, 256, 256]);
    expect(shapes.get('fc.weight')).toEqual([256, 10]);
  });

  it('halves its maps in the pairs that do in the one for ImageNet', () => {
    const graph = networkGraph(network);
    const sides = Array.from({ length: 13 }, (_, pair) => graph.get(`model.${pair + 1}.0`)!.outputShape[0]);
    expect(sides).toEqual([32, 16, 16, 8, 8, 4, 4, 4, 4, 4, 4, 2, 2]);
  });

  it('computes what its masked weights did when half of the filters of every pair are cut out', () => {
    const small = built('mobilenet_025_cifar', [28, 28, 1]);
    // A normalization with a shift sends something on even behind a filter of zeros.
    const offset = /^model.*(?:bias|running_mean)$/;
    let values: ReadonlyMap<string, Float32Array> = new Map(
      [...randomValues(small, 3)].map(([name, own]) => [name, offset.test(name) ? own.map(() => 0) : own]),
    );
    for (const { name, shape } of networkParameters(small).filter(({ name }) => /\.3\.weight$/.test(name))) {
      const filters = shape[3]!;
      const even = Array.from({ length: filters / 2 }, (_, index) => 2 * index);
      values = withZeroFilters(values, name, filters, even);
    }
    const thinned = thinModel({ network: small, values }, 'remove_filters');
    expect(thinned.ok && thinned.kept).toEqual([]);
    const { network: rest, values: own } = thinned.ok ? thinned.model : { network: small, values };
    const lengths = (name: string) => rest.layers.find((layer) => layer.name === name);
    expect(lengths('model.1.0')).toMatchObject({ channels: 8 });
    expect(lengths('model.2.0')).toMatchObject({ channels: 8 });
    expect(lengths('model.13.0')).toMatchObject({ channels: 128 });
    expect(lengths('model.13.1')).toMatchObject({ features: 128 });
    expect(lengths('fc')).toMatchObject({ inFeatures: 128 });
    const image = randomBatch(small, 1, 4);
    const before = evaluateNetwork(small, image, values);
    const size = Math.max(...before.values.map(Math.abs));
    expect(largestDifference(evaluateNetwork(rest, image, own), before) / size).toBeLessThan(1e-4);
    expect(summarizeCompute(rest).totalMacs).toBeLessThan(0.4 * summarizeCompute(small).totalMacs);
  });
});
