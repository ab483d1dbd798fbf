import { expect, test } from 'vitest';
import { type Network, networkParameters } from '../core/network.ts';
import { createRandom } from '../core/random.ts';
import type { Regularizer } from '../methods/regularizer.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import { zoo } from '../zoo/zoo.ts';
import { CompressionScheduler } from './compression-scheduler.ts';
import { createPolicies } from './create-policies.ts';
import type { ParameterStore } from './parameter-store.ts';
import type { NetworkAccess } from './policy.ts';

/** Parameters in plain memory: the scheduler needs no device. */
class MemoryStore implements ParameterStore {
  readonly specs;
  readonly weights = new Map<string, Float32Array>();
  private readonly masks = new Map<string, Float32Array>();
  private readonly stashed = new Map<string, Float32Array>();

  constructor(specs: ParameterStore['specs']) {
    this.specs = specs;
    const random = createRandom(1);
    for (const { name, size } of specs) {
      this.weights.set(
        name,
        Float32Array.from({ length: size }, () => random.uniform(0.5, 1)),
      );
    }
  }

  readValues = (names: readonly string[]) =>
    Promise.resolve(new Map(names.map((name) => [name, this.weights.get(name)!.slice()])));

  readMasks = (names: readonly string[]) =>
    Promise.resolve(new Map(names.flatMap((name) => (this.masks.has(name) ? [[name, this.masks.get(name)!]] : []))));

  setValues(name: string, values: Float32Array): void {
    this.weights.set(name, values.slice());
  }

  hasMask = (name: string) => this.masks.has(name);

  setMask(name: string, mask: Float32Array | null): void {
    if (mask === null) this.masks.delete(name);
    else this.masks.set(name, mask);
  }

  multiplyByMask(name: string): void {
    const mask = this.masks.get(name);
    if (mask !== undefined) this.change(name, (value, index) => value * mask[index]!);
  }

  stash(name: string): void {
    if (!this.stashed.has(name)) this.stashed.set(name, this.weights.get(name)!.slice());
  }

  restore(name: string): void {
    const stashed = this.stashed.get(name);
    if (stashed !== undefined) this.weights.set(name, stashed);
    this.stashed.delete(name);
  }

  applyThreshold = (_: string, __: Regularizer, ___: boolean) => false;

  change(name: string, update: (value: number, index: number) => number): void {
    this.weights.set(name, this.weights.get(name)!.map(update));
  }

  zeros(name: string): number {
    return this.weights.get(name)!.filter((value) => value === 0).length;
  }
}

const noEvidence = (network: Network): NetworkAccess => ({
  network,
  readStatistics: () => Promise.resolve(new Map()),
  readActivations: () => Promise.resolve(null),
  readGradient: () => Promise.resolve(null),
  sampleFeatureMaps: () => Promise.resolve(new Map()),
  thin: () => Promise.reject(new Error('There is nothing to thin')),
});

function create(policies: string): { readonly scheduler: CompressionScheduler; readonly store: MemoryStore } {
  const text = `version: 1
training: {model: mlp_2d, dataset: moons, epochs: 4}
pruners:
  half: {class: SparsityLevelParameterPruner, levels: {fc2.weight: 0.5}}
  quarter: {class: SparsityLevelParameterPruner, levels: {fc1.weight: 0.25}}
policies:
${policies}`;
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'));
  const store = new MemoryStore(networkParameters(parsed.value.network));
  const scheduler = new CompressionScheduler({
    policies: createPolicies(parsed.value, createRandom(1)),
    store,
    network: noEvidence(parsed.value.network),
    rates: { base: [0.1], current: [0.1], momentum: 0 },
    startQuantization: () => undefined,
  });
  return { scheduler, store };
}

const policy = (instance: string, args: string, epochs: string): string =>
  `  - pruner: {instance_name: ${instance}, args: {${args}}}\n    epochs: [${epochs}]\n`;

/** A step that adds 1 to every weight, as an optimizer with momentum may do to pruned ones. */
async function step({ scheduler, store }: ReturnType<typeof create>, epoch: number, index = 0): Promise<void> {
  const position = { epoch, step: index, stepsPerEpoch: 2 };
  await scheduler.onMinibatchBegin(position);
  scheduler.beforeParameterOptimization(position);
  for (const { name } of store.specs) store.change(name, (value) => value + 1);
  scheduler.onMinibatchEnd(position);
}

test('a mask is made when the epoch begins and applied when its first minibatch does', async () => {
  const run = create(policy('half', '', '0'));
  await run.scheduler.onEpochBegin(0, 2);
  expect(run.store.zeros('fc2.weight')).toBe(0);
  await run.scheduler.onMinibatchBegin({ epoch: 0, step: 0, stepsPerEpoch: 2 });
  expect(run.store.zeros('fc2.weight')).toBe(32);
});

test('a mask stands after its policy has ended: weights that moved are masked again', async () => {
  const run = create(policy('half', '', '0'));
  await run.scheduler.onEpochBegin(0, 2);
  await step(run, 0);
  await run.scheduler.onEpochBegin(1, 2);
  await step(run, 1);
  expect(run.store.zeros('fc2.weight')).toBe(32);
});

test('masked on the forward pass only, weights grow back', async () => {
  const run = create(policy('half', 'mask_on_forward_only: true', '0'));
  await run.scheduler.onEpochBegin(0, 2);
  await step(run, 0);
  expect(run.store.zeros('fc2.weight')).toBe(0);
});

test('with double copies the optimizer moves the unmasked weights, also under two policies', async () => {
  const args = 'use_double_copies: true, mask_on_forward_only: true';
  const run = create(policy('half', args, '0') + policy('quarter', args, '0'));
  const before = run.store.weights.get('fc2.weight')!;
  await run.scheduler.onEpochBegin(0, 2);
  await step(run, 0);
  expect(run.store.weights.get('fc2.weight')).toEqual(before.map((value) => value + 1));
});

test('a kept mask ends the freedom of the weights', async () => {
  const run = create(policy('half', 'mask_on_forward_only: true, keep_mask: true', '0'));
  await run.scheduler.onEpochBegin(0, 2);
  await step(run, 0);
  run.scheduler.onEpochEnd(0, 2, { loss: 1, top1: 0 });
  expect(run.store.zeros('fc2.weight')).toBe(32);
  await run.scheduler.onEpochBegin(1, 2);
  await step(run, 1);
  expect(run.store.zeros('fc2.weight')).toBe(32);
  expect(run.scheduler.takeEvents().map(({ what }) => what)).toEqual(['starts', 'mask-update', 'mask-kept', 'ends']);
});

test('masks that are discarded after each minibatch are gone', async () => {
  const run = create(policy('half', 'discard_masks_at_minibatch_end: true', '0'));
  await run.scheduler.onEpochBegin(0, 2);
  await step(run, 0);
  expect(run.store.hasMask('fc2.weight')).toBe(false);
});

test('gradients are masked only where a policy says so and a mask stands', async () => {
  const run = create(policy('half', 'mask_on_forward_only: true, mask_gradients: true', '0'));
  await run.scheduler.onEpochBegin(0, 2);
  expect(run.scheduler.masksGradient('fc2.weight')).toBe(true);
  expect(run.scheduler.masksGradient('fc1.weight')).toBe(false);
  run.scheduler.onEpochEnd(0, 2, { loss: 1, top1: 0 });
  expect(run.scheduler.masksGradient('fc2.weight')).toBe(false);
});
