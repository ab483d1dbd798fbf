import { describe, expect, it } from 'vitest';
import { zoo } from '../zoo/zoo.ts';
import { parseSchedule } from './parse-schedule.ts';
import { preflight } from './preflight.ts';
import type { Schedule } from './schedule.ts';

const recipes = import.meta.glob<string>('../zoo/recipes/*.yaml', { query: '?raw', import: 'default', eager: true });

function scheduleOf(text: string): Schedule {
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.value;
}

function recipe(name: string): string {
  return recipes[`../zoo/recipes/${name}.yaml`]!;
}

describe('preflight', () => {
  it('promises the cubic curve, rounded down to whole weights, and keeps the mask to the end', () => {
    const promise = preflight(scheduleOf(recipe('gradual-90')));
    const conv1 = promise.sparsity['conv1.weight']!;
    // s(t) = 0.9 - 0.85 * (1 - (t - 2) / 3)^3 of 200 weights, in epochs 2 to 5.
    const targets = [0.05, 0.9 - (0.85 * 8) / 27, 0.9 - 0.85 / 27, 0.9].map(
      (share) => Math.floor(share * 200 + 1e-9) / 200,
    );
    expect(conv1).toEqual([0, 0, ...targets, targets[3], targets[3]]);
    expect(promise.totalSparsity.at(-1)).toBeCloseTo(0.9, 3);
    expect(promise.lanes[0]).toMatchObject({
      policy: 0,
      instanceName: 'gradual',
      epochs: [2, 3, 4, 5],
      touches: ['conv1.weight', 'conv2.weight', 'fc1.weight', 'fc2.weight'],
      weightCount: 20_424,
      fact: '5 → 90 %',
    });
    expect(promise.lanes[0]!.curve.at(-1)).toBeCloseTo(0.9, 2);
  });

  it('sets the rate at the end of active epochs', () => {
    const promise = preflight(scheduleOf(recipe('dense')));
    expect(promise.learningRate.map((rate) => Number(rate!.toPrecision(6)))).toEqual([
      0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.003, 0.003,
    ]);
    expect(promise.totalSparsity).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('drops the rate in the last quarter of a file that says nothing of it', () => {
    const rates = preflight(scheduleOf('policies: []\n')).learningRate;
    expect(rates.map((rate) => Number(rate!.toPrecision(6)))).toEqual([
      0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.003, 0.003,
    ]);
    expect(preflight(scheduleOf(recipe('dense-constant-rate'))).learningRate).toEqual(Array(8).fill(0.03));
  });

  it('promises bits for layers with a kernel and for replaced activations', () => {
    const promise = preflight(scheduleOf(recipe('prune-and-quantize')));
    expect(promise.weightBits).toEqual(
      Object.fromEntries(['conv1', 'conv2', 'fc1', 'fc2'].map((layer) => [layer, Array(8).fill(4)])),
    );
    expect(promise.activationBits).toEqual(
      Object.fromEntries(['relu1', 'relu2', 'relu3'].map((layer) => [layer, Array(8).fill(8)])),
    );
    expect(promise.lanes[1]?.fact).toBe('weights 4, activations 8 bits');
  });

  it('promises no zeros for a mask that holds in the forward pass and is never kept, and zeros once it is', () => {
    const never = recipe('mask-never-kept');
    expect(preflight(scheduleOf(never)).totalSparsity).toEqual([0, 0, 0, 0, 0, 0]);
    const kept = never.replace('frequency: 2', 'frequency: 1');
    expect(preflight(scheduleOf(kept)).totalSparsity.map((share) => Number(share!.toFixed(2)))).toEqual([
      0, 0, 0, 0, 0, 0.9,
    ]);
  });

  it('does not promise what depends on the weights', () => {
    const promise = preflight(scheduleOf(recipe('sensitivity')));
    expect(promise.sparsity['fc1.weight']).toEqual([0, 0, null, null, null, null, null, null]);
    expect(promise.totalSparsity.slice(1, 3)).toEqual([0, null]);
    expect(preflight(scheduleOf(recipe('l1-with-threshold'))).totalSparsity.at(-1)).toBeNull();
    expect(preflight(scheduleOf(recipe('l1-without-zeros'))).totalSparsity.at(-1)).toBe(0);
  });

  it('starts quantizing when the policy starts, and stays on', () => {
    const text = recipe('train-8-8').replace(
      'starting_epoch: 0\n    ending_epoch: 8',
      'starting_epoch: 3\n    ending_epoch: 5',
    );
    expect(preflight(scheduleOf(text)).weightBits['fc1']).toEqual([32, 32, 32, 8, 8, 8, 8, 8]);
  });

  it('lets the later of two pruners set the mask', () => {
    const text =
      'training: {epochs: 3}\npruners:\n  a: {class: SparsityLevelParameterPruner, levels: {fc1.weight: 0.5}}\n  b: {class: SparsityLevelParameterPruner, levels: {fc1.weight: 0.25}}\npolicies:\n  - {pruner: {instance_name: a}, epochs: [0]}\n  - {pruner: {instance_name: b}, epochs: [2]}\n';
    expect(preflight(scheduleOf(text)).sparsity['fc1.weight']).toEqual([0.5, 0.5, 0.25]);
  });

  it('says what an extension does, and promises no sparsity of what is thinned', () => {
    const text = (extension: string) =>
      `training: {epochs: 4}\npruners:\n  p: {class: SparsityLevelParameterPruner, levels: {fc1.weight: 0.5}}\nextensions:\n  e: {${extension}}\npolicies:\n  - {pruner: {instance_name: p}, epochs: [0]}\n  - {extension: {instance_name: e}, epochs: [2, 3]}\n`;
    const factOf = (extension: string) => preflight(scheduleOf(text(extension))).lanes[1]?.fact;
    const promise = preflight(scheduleOf(text('class: StructureRemover, thinning_func_str: contract_model')));
    expect(promise.lanes[1]).toMatchObject({ kind: 'extension', fact: 'removes zero filters and channels' });
    expect(promise.sparsity['fc1.weight']).toEqual([0.5, 0.5, null, null]);
    expect(promise.sparsity['conv1.weight']).toEqual([0, 0, 0, 0]);
    expect(promise.totalSparsity.map((share) => share === null)).toEqual([false, false, true, true]);
    expect(
      factOf('class: KnowledgeDistillation, teacher: run, temperature: 4, distill_weight: 0.7, student_weight: 0.3'),
    ).toBe('a finished run teaches, T 4, 70 % of the loss');
    expect(factOf('class: EarlyExit, lossweights: [0.4], thresholds: [0.9]')).toBe('leaves above 90 %');
    expect(factOf('class: EarlyExit, lossweights: [0.4], thresholds: [0.5], rule: entropy')).toBe(
      'leaves below 0.5 nats',
    );
  });
});
