import { describe, expect, it } from 'vitest';
import { networkParameters } from '../../core/network.ts';
import type { Run } from '../../runs/run.ts';
import { findModel } from '../../zoo/models.ts';
import { runRows, secondsText } from './run-rows.ts';

const parameters = networkParameters(
  findModel('mlp_2d')?.build({ classCount: 2 }) ?? { name: '', inputShape: [], layers: [] },
);

const run: Run = {
  id: 'a',
  number: 1,
  label: { name: '', color: null, tags: [], note: '' },
  config: { version: 1, text: 'x' },
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
  position: { epoch: 1, step: 5, phase: 'training' },
  msPerStep: 1,
  epochs: [
    {
      epoch: 0,
      learningRate: 0.1,
      durationMs: 1500,
      train: { loss: 1, parts: [], top1: 0.5 },
      validation: { loss: 0.5, top1: 0.75 },
      parameters: Object.fromEntries(
        parameters.map(({ name, size }) => [name, { size, nonZero: size, sparsity: 0, structures: {}, bits: 8 }]),
      ),
      activations: {},
      sparsity: 0,
      events: [],
    },
  ],
  samples: [],
  snapshots: {},
  result: null,
  failure: null,
};

describe('runRows', () => {
  it('lists the newest first, with what the latest epoch measured', () => {
    const rows = runRows([run, { ...run, id: 'b', number: 2, epochs: [], status: 'failed' }], {
      nameOf: () => null,
      baseline: null,
    });
    expect(rows.map((row) => row.number)).toEqual([2, 1]);
    expect(rows[1]).toMatchObject({
      name: 'mlp_2d on xor',
      state: 'epoch 2 of 4',
      accuracy: 0.75,
      isTested: false,
      meanBits: 8,
      sizeBytes: 2 * 8 + 8 * 8 + 8 * 2,
      durationMs: 1500,
    });
    expect(rows[0]).toMatchObject({ accuracy: null, sizeBytes: null, state: 'failed' });
  });

  it('calls a run by its recipe and shows the whole test set when it is finished', () => {
    const result = { top1: 0.9, loss: 0.3, testSize: 10, sparsity: 0.5, prunedSparsity: null, durationMs: 61_000 };
    const [row] = runRows([{ ...run, status: 'finished', result }], { nameOf: () => 'Gradual', baseline: null });
    expect(row).toMatchObject({ name: 'Gradual', accuracy: 0.9, isTested: true, sparsity: 0.5 });
    expect(secondsText(row?.durationMs ?? 0)).toBe('1:01');
  });

  it('calls a run what its reader calls it, and says who taught it', () => {
    const label = { name: 'The small one', color: 'pink', tags: ['student'], note: '' } as const;
    const [row] = runRows([{ ...run, label, taughtBy: { runId: 'b', number: 7 } }], {
      nameOf: () => 'Gradual',
      baseline: null,
    });
    expect(row).toMatchObject({ name: 'The small one', ownName: 'Gradual', label, taughtBy: 7 });
  });

  it('says what changed against the baseline', () => {
    const text = (epochs: number): string => `training: {model: mlp_2d, epochs: ${epochs}}\n`;
    const baseline = { ...run, config: { version: 1, text: text(2) } as const };
    const others = [text(3), text(2), `# note\n${text(2)}`].map(
      (other, index): Run => ({ ...run, id: `o${index}`, number: 2 + index, config: { version: 1, text: other } }),
    );
    const rows = runRows([baseline, ...others], { nameOf: () => null, baseline });
    expect(rows.map(({ changes }) => changes)).toEqual([
      { kind: 'same', texts: ['same schedule, written differently'] },
      { kind: 'same', texts: ['same schedule'] },
      { kind: 'changes', texts: ['epochs 3 instead of 2'] },
      { kind: 'baseline', texts: [] },
    ]);
  });
});
