import { describe, expect, it } from 'vitest';
import { networkParameters } from '../../core/network.ts';
import { findModel } from '../../zoo/models.ts';
import { layerRows, shapeText, structuresText, zeroStructures } from './layer-rows.ts';

const parameters = networkParameters(
  findModel('cnn_mnist')?.build({ classCount: 10 }) ?? { name: '', inputShape: [], layers: [] },
);

describe('layerRows', () => {
  it('lists the kernels in the order of the model, without biases', () => {
    const rows = layerRows({ parameters, run: null, preflight: null, epoch: null });
    expect(rows.map((row) => row.parameter)).toEqual(['conv1.weight', 'conv2.weight', 'fc1.weight', 'fc2.weight']);
    expect(rows.map((row) => row.size)).toEqual([200, 3200, 16384, 640]);
    expect(rows.every((row) => row.sparsity === null && row.bits === 32)).toBe(true);
  });

  it('says which structures are entirely zero', () => {
    const [first] = layerRows({ parameters, run: null, preflight: null, epoch: null });
    if (!first) throw new Error('no row');
    expect(shapeText(first.shape)).toBe('5×5×1×8');
    expect(structuresText({ ...first, structures: { filters: 0.5, channels: 0 } })).toBe(
      '4 of 8 filters entirely zero',
    );
    expect(zeroStructures({ ...first, structures: { filters: 0.5, channels: 1 } })).toBe(
      '4 of 8 filters, 1 of 1 channels',
    );
    expect(structuresText(first)).toBe('');
    expect(zeroStructures(first)).toBe('');
  });
});
