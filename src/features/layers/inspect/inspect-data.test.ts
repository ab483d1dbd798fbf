import { expect, test } from 'vitest';
import { fixtureMetrics, fixtureSnapshot } from '../../../runs/run-fixture.ts';
import {
  activationRanges,
  confusionMatrix,
  levelUse,
  maskChurn,
  mistakes,
  structureNorms,
  weightRange,
  zeroShares,
} from './inspect-data.ts';

const memory = { snapshots: [fixtureSnapshot(0), fixtureSnapshot(1)], checkpoints: [] };

test('ranges and shares stand at the end of their epoch', () => {
  expect(weightRange(memory, 'fc1.weight').points).toEqual([
    { tick: 1, low: -2, high: 1 },
    { tick: 2, low: -2, high: 1 },
  ]);
  expect(zeroShares(memory, 'fc1.weight')).toEqual([
    {
      label: 'relu1',
      points: [
        { tick: 1, low: 0.25, high: 0.25 },
        { tick: 2, low: 0.25, high: 0.25 },
      ],
    },
  ]);
  expect(weightRange(null, 'fc1.weight').points).toEqual([]);
});

test('an activation has a tracked range or a clip', () => {
  const activations = {
    relu1: { bits: 8, scalars: { tracked_min: 0, tracked_max: 4 } },
    relu2: { bits: 4, scalars: { clip_val: 6 } },
    relu3: { bits: 32 },
  };
  expect(activationRanges([{ ...fixtureMetrics(2), activations }])).toEqual([
    { label: 'relu1', points: [{ tick: 3, low: 0, high: 4 }] },
    { label: 'relu2', points: [{ tick: 3, low: 6, high: 6 }] },
  ]);
});

test('what the mask took and gave back is told where there is one', () => {
  const metrics = fixtureMetrics(0);
  const own = { ...metrics.parameters['fc1.weight']!, maskChange: { went: 5, came: 1 } };
  expect(maskChurn([{ ...metrics, parameters: { 'fc1.weight': own } }, fixtureMetrics(1)], 'fc1.weight')).toEqual([
    { tick: 1, went: 5, came: 1 },
  ]);
});

test('structures are sorted, pruned ones last with the norm they had', () => {
  // [2, 3]: outputs 0, 1, 2 have norms 0.5, 1, 2.5.
  expect(structureNorms(memory, 1, 'fc1.weight', 'filter')).toEqual([
    { index: 2, norm: 2.5, isPruned: false, asOf: null },
    { index: 1, norm: 1, isPruned: false, asOf: null },
    { index: 0, norm: 0.5, isPruned: false, asOf: null },
  ]);
  const later = fixtureSnapshot(1);
  const pruned = { ...later, tensors: later.tensors.map((tensor) => ({ ...tensor, mask: Uint8Array.of(0b011010) })) };
  expect(structureNorms({ ...memory, snapshots: [fixtureSnapshot(0), pruned] }, 1, 'fc1.weight', 'filter')).toEqual([
    { index: 1, norm: 1, isPruned: false, asOf: null },
    { index: 0, norm: 0.5, isPruned: false, asOf: null },
    { index: 2, norm: 2.5, isPruned: true, asOf: 1 },
  ]);
  expect(structureNorms(memory, 7, 'fc1.weight', 'filter')).toEqual([]);
});

test('answers make a matrix and a list of mistakes', () => {
  const answers = {
    classCount: 2,
    labels: Uint8Array.of(0, 1, 1, 0),
    answers: Uint8Array.of(0, 0, 1, 1),
    confidences: Uint8Array.of(255, 102, 200, 204),
  };
  expect(confusionMatrix(answers)).toEqual([
    [1, 1],
    [1, 1],
  ]);
  expect(mistakes(answers)).toEqual([
    { sample: 3, label: 0, answer: 1, confidence: 0.8 },
    { sample: 1, label: 1, answer: 0, confidence: 0.4 },
  ]);
});

test('levels are counted without the pruned weights', () => {
  expect(levelUse(Float32Array.of(0, 0.5, 0, -1, 0.5), Float32Array.of(0, 1, 1, 1, 1))).toEqual([
    { value: -1, count: 1 },
    { value: 0, count: 1 },
    { value: 0.5, count: 2 },
  ]);
});
