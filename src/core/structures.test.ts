import { expect, test } from 'vitest';
import { expandGroups, groupBlocks, groupStructures, mergeGroups } from './structures.ts';

const shape = [2, 1, 2, 3]; // height 2, width 1, 2 channels, 3 filters

test('filters run along the last axis, channels along the one before', () => {
  expect([...groupStructures(shape, 'filter').groupOf]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
  expect([...groupStructures(shape, 'channel').groupOf]).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1]);
});

test('kernels are numbered filter by filter', () => {
  const kernels = groupStructures(shape, 'kernel');
  expect(kernels.groupCount).toBe(6);
  expect([...kernels.groupOf]).toEqual([0, 2, 4, 1, 3, 5, 0, 2, 4, 1, 3, 5]);
});

test('of a dense kernel the filters are output units and the channels input units', () => {
  expect([...groupStructures([2, 3], 'filter').groupOf]).toEqual([0, 1, 2, 0, 1, 2]);
  expect([...groupStructures([2, 3], 'channel').groupOf]).toEqual([0, 0, 0, 1, 1, 1]);
});

test('a dense layer has no 2-D kernels and a bias no structures', () => {
  expect(() => groupStructures([2, 3], 'kernel')).toThrow(RangeError);
  expect(() => groupStructures([3], 'filter')).toThrow(RangeError);
});

test('a block of depth 2 is two channels of one filter at one position', () => {
  const { groupOf, groupCount } = groupBlocks([1, 1, 2, 3], [1, 2, 1, 1]);
  expect(groupCount).toBe(3);
  expect([...groupOf]).toEqual([0, 1, 2, 0, 1, 2]);
});

test('a block of depth 1 is several filters at one channel and position', () => {
  const { groupOf, groupCount } = groupBlocks([1, 1, 2, 4], [2, 1, 1, 1]);
  expect(groupCount).toBe(4);
  expect([...groupOf]).toEqual([0, 0, 2, 2, 1, 1, 3, 3]);
});

test('blocks that are higher than one weight or do not divide the kernel are refused', () => {
  expect(() => groupBlocks([1, 1, 4, 4], [1, 4, 2, 1])).toThrow(RangeError);
  expect(() => groupBlocks([1, 1, 3, 3], [1, 2, 1, 1])).toThrow(RangeError);
  expect(() => groupBlocks([4, 4], [1, 2, 1, 1])).toThrow(RangeError);
});

test('merged groups and the expansion of a map', () => {
  const merged = mergeGroups(groupStructures([1, 4], 'filter'), 2);
  expect([...expandGroups([0, 1], merged)]).toEqual([0, 0, 1, 1]);
  expect(() => expandGroups([1], merged)).toThrow(RangeError);
  expect(() => mergeGroups(merged, 3)).toThrow(RangeError);
});

test('repetitions that divide the weights but not the filters make blocks of the reshaped kernel', () => {
  // Stored as [3, 2, 1, 1] and viewed as [1, 2, 3]: element i of the first half goes with element i of the second.
  const { groupOf, groupCount } = groupBlocks([1, 1, 2, 3], [2, 1, 1, 1]);
  expect(groupCount).toBe(3);
  expect([...groupOf]).toEqual([0, 2, 1, 1, 0, 2]);
  expect(() => groupBlocks([1, 1, 2, 3], [4, 1, 1, 1])).toThrow(RangeError);
});
