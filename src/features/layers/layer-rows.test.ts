import { describe, expect, it } from 'vitest';
import { networkParameters } from '../../core/network.ts';
import type { EpochMetrics } from '../../protocol/training-event.ts';
import type { EpochMemory } from '../../runs/epoch-memory.ts';
import type { Run } from '../../runs/run.ts';
import { fixtureMetrics, fixtureRun, fixtureSnapshot, fixtureStarted } from '../../runs/run-fixture.ts';
import { findModel } from '../../zoo/models.ts';
import { activationFacts, exitFacts, layerRows, shapeText, structuresText, zeroStructures } from './layer-rows.ts';

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

  it('tells of a mask that the weights do not have', () => {
    const masked = (sparsity: number, maskSparsity: number) => {
      const measured = { size: 200, nonZero: 200 * (1 - sparsity), sparsity, maskSparsity, structures: {}, bits: 32 };
      const run = { ...fixtureRun(), epochs: [{ ...fixtureMetrics(0), parameters: { 'conv1.weight': measured } }] };
      return layerRows({ parameters, run, preflight: null, epoch: null })[0]?.mask;
    };
    expect(masked(0.1, 0.9)).toBe('mask 90.0 %');
    expect(masked(0.9, 0.9)).toBe('');
    expect(masked(0.95, 0.9)).toBe('');
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

describe('activationFacts', () => {
  it('says how values are bounded, and where samples leave', () => {
    const metrics: EpochMetrics = {
      epoch: 0,
      learningRate: 0.1,
      durationMs: 1,
      train: { loss: 1, parts: [], top1: 0.5 },
      validation: { loss: 1, top1: 0.5 },
      parameters: {},
      activations: {
        relu1: { bits: 8, scalars: { tracked_min: 0, tracked_max: 5.312 } },
        relu2: { bits: 4, scalars: { clip_val: 7.25 } },
        relu3: { bits: 3 },
        relu4: { bits: 32 },
      },
      sparsity: 0,
      events: [],
    };
    expect(activationFacts(metrics)).toEqual([
      { layer: 'relu1', bits: 8, range: 'tracked 0 to 5.31' },
      { layer: 'relu2', bits: 4, range: 'learned clip 7.25' },
      { layer: 'relu3', bits: 3, range: 'clipped to 0 to 1' },
    ]);
    expect(activationFacts(undefined)).toEqual([]);
    const exits = [
      { name: 'exit0', share: 0.63, top1: 0.951 },
      { name: 'last', share: 0, top1: null },
    ];
    expect(exitFacts({ ...metrics, validation: { ...metrics.validation, exits } })).toEqual([
      { name: 'exit0', words: '63.0 % of the samples leave here, 95.1 % of them right' },
      { name: 'last', words: '0.0 % of the samples leave here' },
    ]);
    expect(exitFacts(metrics)).toEqual([]);
  });
});

describe('kept epochs', () => {
  const story = [0, 1].reduce<Run>(
    (run, epoch) => ({ ...run, epochs: [...run.epochs, fixtureMetrics(epoch)] }),
    fixtureRun(),
  );
  const memory = { snapshots: [fixtureSnapshot(0), fixtureSnapshot(1)], checkpoints: [] };
  const [parameter] = fixtureStarted('a').parameters;
  const rowAt = (epoch: number | null, comparedTick: number | null, kept: EpochMemory | null = memory) =>
    layerRows({ parameters: [parameter!], run: story, preflight: null, epoch, memory: kept, comparedTick })[0]!;

  it('are what the rows of that epoch show', () => {
    expect(rowAt(0, null).snapshot).toMatchObject({ parameter: 'fc1.weight', histogram: { pruned: 2 } });
    expect(rowAt(0, null, null).snapshot).toBeNull();
    expect(rowAt(0, null).change).toBeNull();
  });

  it('are compared weight by weight', () => {
    const { change } = rowAt(1, 1);
    expect(change).toMatchObject({ since: 1, nonZero: 0, picture: { rows: 2, columns: 3 } });
    expect([...change!.picture!.cells]).toEqual([-128, 0, 0, 0, -128, 0]);
    expect(rowAt(1, 7).change).toEqual({ since: 7, nonZero: null, picture: null });
  });
});
