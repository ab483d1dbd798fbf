import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../runs/export.ts';
import type { TrainingReport } from '../../runs/headless-training.ts';
import { fixtureMetrics } from '../../runs/run-fixture.ts';
import { bestLine, epochLine, precisionLine, progressLine, resultLine } from './progress-lines.ts';

const report: TrainingReport = {
  status: 'Epoch 3 of 12, step 40 of 128',
  timeLeftMs: 83_000,
  epochCount: 12,
  latestSample: { epoch: 2, step: 40, loss: 0.25, top1: 0.9 },
  endedEpoch: null,
};

const record: RunRecord = {
  version: 1,
  status: 'finished',
  startedAt: '2023-11-14T22:13:20.000Z',
  config: { text: '', model: 'cnn_mnist', dataset: 'mnist', seed: 1, epochs: 12, stepsPerEpoch: 128 },
  environment: { backend: 'webgpu', adapter: 'google swiftshader', software: true, versions: {} },
  epochs: [],
  result: { top1: 0.974, loss: 0.1, testSize: 10_000, sparsity: 0.881, prunedSparsity: 0.9, durationMs: 61_240 },
};

describe('the lines of a training', () => {
  it('say where it stands and how long it will take', () => {
    expect(progressLine(report)).toBe('Epoch 3 of 12, step 40 of 128  loss 0.2500  1:23 left');
    expect(progressLine({ ...report, latestSample: null, timeLeftMs: null })).toBe('Epoch 3 of 12, step 40 of 128');
  });

  it('have one for each ended epoch', () => {
    const endedEpoch = {
      epoch: 2,
      learningRate: 0.03,
      durationMs: 1840,
      train: { loss: 0.12344, parts: [], top1: 0.9 },
      validation: { loss: 0.1, top1: 0.971 },
      parameters: {},
      activations: {},
      sparsity: 0.603,
      events: [],
    };
    expect(epochLine(report)).toBeNull();
    expect(epochLine({ ...report, endedEpoch })).toBe(
      'epoch  3/12  loss 0.1234  accuracy 97.1 %  sparsity 60.3 %  1.8 s',
    );
  });

  it('name the best epoch, the sparsest one', () => {
    expect(bestLine(record)).toBeNull();
    expect(bestLine({ ...record, epochs: [fixtureMetrics(0), fixtureMetrics(1)] })).toBe(
      'best epoch, by sparsity and then accuracy: 2, 90.0 % accuracy, 50.0 % sparsity, 3 weights left',
    );
  });

  it('end with the result and the device', () => {
    expect(resultLine(record)).toBe(
      '97.4 % accuracy on 10000 test samples, 88.1 % sparsity (90.0 % of what is pruned), in 61.2 s, on webgpu (google swiftshader)',
    );
    expect(resultLine({ ...record, result: null })).toMatch(/without a result/);
  });

  it('say in which precision a run computed that asked for halves', () => {
    const own = record.environment!;
    const halves = { ...record, environment: { ...own, precision: 'f16' as const } };
    expect(resultLine(halves)).toMatch(/, on webgpu \(google swiftshader\), in f16$/);
    expect(precisionLine(halves)).toBeNull();
    const refused = {
      ...record,
      environment: { ...own, precision: 'f32' as const, precisionProblem: 'no-halves' as const },
    };
    expect(resultLine(refused)).toMatch(/, in f32, not f16$/);
    expect(precisionLine(refused)).toMatch(/no 16-bit floats/);
    expect(precisionLine(record)).toBeNull();
  });
});
