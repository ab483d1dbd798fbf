import { describe, expect, it } from 'vitest';
import { modelCost } from './model-cost.ts';
import { plainNetwork, randomValues, separableNetwork, withZeroFilters } from './network-fixtures.ts';

const values = randomValues(plainNetwork, 1);
const costOf = (own: ReadonlyMap<string, Float32Array>, bits: ReadonlyMap<string, number> = new Map()) =>
  modelCost({ built: plainNetwork, network: plainNetwork, values: own, bits });

describe('modelCost', () => {
  it('of a dense float network is its float bytes, and all of its work', () => {
    const cost = costOf(values);
    // conv1 72 + bn1 16 + conv2 80 + fc 63 floats
    expect(cost.storage).toEqual({ denseBytes: 924, neededBytes: 924, entropyBytes: 924 });
    // 36 · 72 + 4 · 80 + 60
    expect(cost.macs).toEqual({ dense: 2972, afterRemoval: 2972, scatteredZeros: 0 });
    expect(cost.layers.map(({ layer }) => layer)).toEqual(['conv1', 'bn1', 'conv2', 'fc']);
  });

  it('tells zeros that only special hardware saves from whole filters', () => {
    const scattered = new Map(values).set(
      'fc.weight',
      values.get('fc.weight')!.map((w, at) => (at % 2 === 0 ? w : 0)),
    );
    const cost = costOf(withZeroFilters(scattered, 'conv1.weight', 4, [1, 2]));
    expect(cost.refusal).toBeNull();
    expect(cost.layers.find(({ layer }) => layer === 'conv1')!.macs).toEqual({
      dense: 2592,
      afterRemoval: 1296,
      scatteredZeros: 0,
    });
    // Two filters fewer are two channels fewer behind them.
    expect(cost.layers.find(({ layer }) => layer === 'conv2')!.macs).toMatchObject({ dense: 320, afterRemoval: 160 });
    expect(cost.macs.scatteredZeros).toBe(30);
  });

  it('counts what a filter takes with it through a depthwise layer', () => {
    const own = withZeroFilters(randomValues(separableNetwork, 1), 'conv1.weight', 5, [0, 3]);
    const cost = modelCost({ built: separableNetwork, network: separableNetwork, values: own, bits: new Map() });
    const macsOf = (name: string) => cost.layers.find(({ layer }) => layer === name)!.macs;
    // 3 · 3 pixels, 9 weights, of 5 channels and then of 3
    expect(macsOf('depth')).toEqual({ dense: 405, afterRemoval: 243, scatteredZeros: 0 });
    expect(macsOf('point')).toMatchObject({ dense: 135, afterRemoval: 81 });
  });

  it('counts scales and zero points of quantized kernels', () => {
    const levels = values.get('fc.weight')!.map((weight) => Math.round(weight * 7) / 7);
    const cost = costOf(new Map(values).set('fc.weight', levels), new Map([['fc.weight', 4]]));
    const layer = cost.layers.find((one) => one.layer === 'fc')!;
    expect(layer).toMatchObject({ bits: 4, denseBytes: 252, neededBytes: 30 + 8 + 12 });
    expect(layer.entropyBytes).toBeLessThan(30 + 12);
  });

  it('says why structures stay', () => {
    const cost = costOf(new Map(values).set('conv2.weight', new Float32Array(80)));
    expect(cost.refusal).toMatch(/conv2\.weight/);
    expect(cost.macs.afterRemoval).toBe(2972);
  });
});
