import { expect, test } from 'vitest';
import { fixtureFinishedRun, fixtureMetrics, fixtureRun } from './run-fixture.ts';
import { runMeasures } from './run-measures.ts';

test('a run that has measured nothing has no measures', () => {
  expect(runMeasures(fixtureRun())).toEqual({
    accuracy: null,
    isTested: false,
    best: null,
    last: null,
    sparsity: null,
    meanBits: null,
    sizeBytes: null,
    macs: null,
    durationMs: null,
  });
});

test('best and last are validation accuracies, the accuracy of a finished run is that of the whole test set', () => {
  const better = { ...fixtureMetrics(0), validation: { loss: 0.1, top1: 0.95 } };
  const run = { ...fixtureFinishedRun(), epochs: [better, fixtureMetrics(1)] };
  expect(runMeasures(run)).toMatchObject({
    accuracy: 0.974,
    isTested: true,
    best: { accuracy: 0.95, epoch: 0 },
    last: 0.9,
    sparsity: 0.9,
    meanBits: 8,
    durationMs: 2500,
  });
});

test('multiply-accumulates count each weight that is not zero once for each place of the output', () => {
  const text = 'training: {model: mlp_2d, dataset: circles}\npolicies: []\n';
  const metrics = fixtureMetrics(0);
  const half = { ...metrics.parameters['fc1.weight']!, size: 16, nonZero: 4 };
  const run = {
    ...fixtureFinishedRun(),
    config: { version: 1, text } as const,
    epochs: [{ ...metrics, parameters: { 'fc1.weight': half } }],
  };
  // 2·8 + 8·8 + 8·2, of whose first layer four weights are left.
  expect(runMeasures(run).macs).toEqual({ dense: 96, nonZero: 84 });
});
