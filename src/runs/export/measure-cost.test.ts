import { gunzipSync, gzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { networkParameters } from '../../core/network.ts';
import { randomValues } from '../../core/network-fixtures.ts';
import type { NamedTensor } from '../../protocol/training-event.ts';
import { findModel } from '../../zoo/models.ts';
import { fixtureFinishedRun } from '../run-fixture.ts';
import { measureCost } from './measure-cost.ts';
import { packedSections, packModel } from './packed-model.ts';

const network = findModel('mlp_2d')!.build({ inputShape: [2], classCount: 2 });
const values = randomValues(network, 2);
const tensors: readonly NamedTensor[] = networkParameters(network).map(({ name, shape }) => {
  const own = values.get(name)!;
  return { name, shape, values: name === 'fc2.weight' ? own.map((value, at) => (at % 4 === 0 ? value : 0)) : own };
});
const text = 'training: {model: mlp_2d, dataset: circles}\npolicies: []\n';
const run = { ...fixtureFinishedRun(), model: 'mlp_2d', dataset: 'circles', config: { version: 1, text } } as const;

test('the needed bytes are those of the packed file, section for section', () => {
  const cost = measureCost(run, tensors)!;
  const sections = tensors.reduce((sum, tensor) => sum + packedSections(tensor, 32).length, 0);
  expect(cost.storage.neededBytes).toBe(sections);
  expect(cost.storage.neededBytes).toBeLessThan(cost.storage.denseBytes);
  const file = packModel(tensors, new Map(), { model: 'mlp_2d', dataset: 'circles' });
  expect(cost.file).toEqual({ bytes: file.length, gzipBytes: gzipSync(file).length });
  expect(gunzipSync(gzipSync(file))).toEqual(file);
});

test('each layer has its bytes after gzip, with biases', () => {
  const cost = measureCost(run, tensors)!;
  expect(Object.keys(cost.gzipBytes)).toEqual(['fc1', 'fc2', 'fc3']);
  // 16 weights and 8 biases as floats do not shrink; gzip adds its frame of 18 bytes and a block's head.
  expect(cost.gzipBytes['fc1']).toBeGreaterThanOrEqual(96);
  expect(cost.gzipBytes['fc1']).toBeLessThan(140);
});

test('zeros that are scattered are work that only special hardware saves', () => {
  const cost = measureCost(run, tensors)!;
  expect(cost.macs).toEqual({ dense: 96, afterRemoval: 96, scatteredZeros: 48 });
});

test('weights of another model have no cost', () => {
  expect(measureCost(run, tensors.slice(1))).toBeNull();
});
