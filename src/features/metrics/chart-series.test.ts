import { describe, expect, it } from 'vitest';
import { networkParameters } from '../../core/network.ts';
import type { EpochMetrics } from '../../protocol/training-event.ts';
import type { Run } from '../../runs/run.ts';
import type { Preflight } from '../../schedule/preflight-types.ts';
import { findModel } from '../../zoo/models.ts';
import {
  accuracyLines,
  bitLanes,
  epochCount,
  learningRateLines,
  playheadOf,
  sizeLines,
  sparsityLines,
} from './chart-series.ts';

const parameters = networkParameters(
  findModel('mlp_2d')?.build({ classCount: 2 }) ?? { name: '', inputShape: [], layers: [] },
);
const kernels = ['fc1.weight', 'fc2.weight', 'fc3.weight'];

function metrics(epoch: number, sparsity: number, bits = 32): EpochMetrics {
  return {
    epoch,
    learningRate: 0.1 / (epoch + 1),
    durationMs: 1,
    train: { loss: 1, parts: [], top1: 0.5 },
    validation: { loss: 0.5, top1: 0.75 },
    parameters: Object.fromEntries(
      parameters.map(({ name, size }) => [
        name,
        { size, nonZero: Math.round(size * (1 - sparsity)), sparsity, structures: {}, bits },
      ]),
    ),
    activations: { relu1: { bits: 8 } },
    sparsity,
    events: [],
  };
}

const run: Run = {
  id: 'a',
  number: 1,
  label: { name: '', color: null, tags: [], note: '' },
  config: { version: 1, text: '' },
  taughtBy: null,
  startedAt: 0,
  status: 'training',
  preparing: null,
  environment: null,
  model: 'mlp_2d',
  dataset: 'xor',
  seed: 1,
  epochCount: 4,
  stepsPerEpoch: 10,
  parameters,
  position: { epoch: 2, step: 5, phase: 'training' },
  msPerStep: 1,
  epochs: [metrics(0, 0), metrics(1, 0.5, 4)],
  samples: [],
  snapshots: {},
  result: null,
  failure: null,
};

const preflight: Preflight = {
  epochs: 4,
  lanes: [],
  sparsity: Object.fromEntries(kernels.map((name) => [name, [0, 0.5, 0.75, null]])),
  totalSparsity: [0, 0.5, 0.75, null],
  weightBits: { fc1: [32, 4, 4, 4], fc2: [32, 4, 4, 4], fc3: [32, 4, 4, 4] },
  activationBits: { relu1: [32, 8, 8, 8], relu2: [32, 32, 32, 32] },
  learningRate: [0.1, 0.05, 0.03, 0.02],
};
const input = { run, preflight, parameters };

describe('chart lines', () => {
  it('puts what is measured at the end of an epoch at its right end', () => {
    const validation = accuracyLines(input).find((line) => line.id === 'validation');
    expect(validation?.points).toEqual([
      { x: 1, y: 75 },
      { x: 2, y: 75 },
    ]);
  });

  it('puts what holds for an epoch at its left end', () => {
    const total = sparsityLines(input).find((line) => line.id === 'total');
    expect(total?.points).toEqual([
      { x: 0, y: 0 },
      { x: 1, y: 50 },
    ]);
    expect(learningRateLines(input).map((line) => line.points.length)).toEqual([4, 2]);
  });

  it('leaves a gap in a promise where it is not known', () => {
    const promised = sparsityLines(input).find((line) => line.id === 'total promised');
    expect(promised?.points.map((point) => point.y)).toEqual([0, 50, 75, Number.NaN]);
    expect(sizeLines(input)[0]?.points.at(-1)?.y).toBeNaN();
  });

  it('has a lane for each kernel and quantized activation, none for an activation that stays float', () => {
    const lanes = bitLanes(input);
    expect(lanes.map((row) => row.label)).toEqual(['fc1', 'fc2', 'fc3', 'relu1']);
    expect(lanes[0]?.promised).toEqual([
      { from: 0, to: 1, bits: 32 },
      { from: 1, to: 4, bits: 4 },
    ]);
    expect(lanes[0]?.measured.at(-1)).toEqual({ from: 1, to: 2, bits: 4 });
  });

  it('places the playhead within the running epoch', () => {
    expect(playheadOf(run)).toBe(2.5);
    expect(playheadOf({ ...run, status: 'finished' })).toBe(4);
    expect(playheadOf(null)).toBeNull();
    expect(epochCount({ run: null, preflight, parameters })).toBe(4);
  });
});
