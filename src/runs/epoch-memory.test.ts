import { expect, test } from 'vitest';
import { checkpointBytes, emptyMemory, memoryBefore, memoryBytes, rememberEpoch } from './epoch-memory.ts';
import { fixtureCheckpoint, fixtureSnapshot } from './run-fixture.ts';

const added = (epoch: number) => ({ snapshot: fixtureSnapshot(epoch), checkpoint: fixtureCheckpoint(epoch + 1) });
const remembered = (count: number, budget?: Parameters<typeof rememberEpoch>[2]) =>
  Array.from({ length: count }, (_, epoch) => epoch).reduce(
    (memory, epoch) => rememberEpoch(memory, added(epoch), budget),
    emptyMemory,
  );

test('within the budget every epoch is kept', () => {
  const memory = remembered(5);
  expect(memory.snapshots.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4]);
  expect(memory.checkpoints.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
  expect(memoryBytes(memory)).toBe(5 * (12 + 1 + 6 + 8 + 6 + checkpointBytes(fixtureCheckpoint(1))));
});

test('over the budget the first and the latest stay, and fewer and fewer between', () => {
  const budget = { snapshotBytes: 33 * 6, checkpointBytes: 72 * 3 };
  const memory = remembered(40, budget);
  const epochs = memory.snapshots.map(({ epoch }) => epoch);
  expect(epochs[0]).toBe(0);
  expect(epochs.at(-1)).toBe(39);
  expect(epochs.length).toBeLessThanOrEqual(6);
  expect(epochs.length).toBeGreaterThanOrEqual(3);
  expect(memory.checkpoints.at(-1)?.epoch).toBe(40);
});

test('one epoch larger than the budget is kept all the same', () => {
  expect(remembered(1, { snapshotBytes: 1, checkpointBytes: 1 }).snapshots).toHaveLength(1);
});

test('a fork has what was before it', () => {
  const memory = memoryBefore(remembered(4), 2);
  expect(memory.snapshots.map(({ epoch }) => epoch)).toEqual([0, 1]);
  expect(memory.checkpoints.map(({ epoch }) => epoch)).toEqual([1, 2]);
});
