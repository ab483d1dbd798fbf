import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../protocol/epoch-memory.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import { zoo } from '../zoo/zoo.ts';
import { defaultTwin, denseRuns, stateAt, stateBeforeCompression } from './dense-runs.ts';
import type { EpochMemory } from './epoch-memory.ts';
import type { Run } from './run.ts';
import { fixtureFinishedRun, fixtureRun } from './run-fixture.ts';

const pruning = `training: {epochs: 6}
pruners:
  cut: {class: SparsityLevelParameterPruner, levels: {fc1.weight: 0.6}}
policies:
  - pruner: {instance_name: cut}
    starting_epoch: 3
    ending_epoch: 6
    frequency: 1
`;
const dense = (id: string, number: number, change: Partial<Run> = {}): Run => ({
  ...fixtureFinishedRun(id, number),
  config: { version: 1, text: `training: {epochs: ${number}}\npolicies: []\n` },
  ...change,
});
const compressed = dense('compressed', 9, { config: { version: 1, text: pruning } });
const one = dense('one', 1);
const two = dense('two', 2);

describe('denseRuns', () => {
  const find = (runs: readonly Run[], hasWeights = (_: string): boolean => true): readonly string[] =>
    denseRuns({ runs, run: compressed, hasWeights, zoo }).map(({ id }) => id);

  it('are finished runs of this model and dataset that compress nothing, the newest first', () => {
    const others = [
      dense('unfinished', 3, { status: 'training' }),
      dense('failed', 4, { status: 'failed' }),
      dense('clothes', 5, { dataset: 'fashion_mnist' }),
      dense('other-model', 6, { model: 'mlp_mnist' }),
      dense('pruned', 7, { config: compressed.config }),
      dense('unreadable', 8, { config: { version: 1, text: 'policies: {' } }),
    ];
    expect(find([one, compressed, two, ...others])).toEqual(['two', 'one']);
  });

  it('have weights', () => {
    expect(find([one, two, fixtureRun()], (id) => id === 'one')).toEqual(['one']);
  });
});

describe('defaultTwin', () => {
  it('is the first that is preferred and there, else the newest', () => {
    expect(defaultTwin([two, one], null, 'gone', 'one')).toBe(one);
    expect(defaultTwin([two, one], undefined)).toBe(two);
    expect(defaultTwin([], 'one')).toBeNull();
  });
});

describe('kept states', () => {
  const parsed = parseSchedule(pruning, zoo);
  const memory = (...epochs: readonly number[]): EpochMemory => ({
    snapshots: [],
    // Nothing but the epoch is looked at.
    checkpoints: epochs.map((epoch) => ({ epoch }) as Checkpoint),
  });
  const before = (kept: EpochMemory | null): number | undefined =>
    parsed.ok ? stateBeforeCompression(parsed.value, kept)?.epoch : Number.NaN;

  it('before compression: the latest that no policy has touched', () => {
    expect(before(memory(1, 2, 3, 4, 5, 6))).toBe(3);
    expect(before(memory(1, 2, 4))).toBe(2);
    expect(before(memory(4, 5))).toBeUndefined();
    expect(before(null)).toBeUndefined();
  });

  it('at an epoch: that one, else the nearest before, else the first', () => {
    expect(stateAt(memory(2, 4, 6), 4)?.epoch).toBe(4);
    expect(stateAt(memory(2, 4, 6), 5)?.epoch).toBe(4);
    expect(stateAt(memory(2, 4, 6), 1)?.epoch).toBe(2);
    expect(stateAt(memory(), 1)).toBeNull();
  });
});
