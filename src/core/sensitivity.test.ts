import { expect, test, vi } from 'vitest';
import {
  analyzeSensitivity,
  levelRange,
  sensitivityCsv,
  sensitivityMask,
  type SensitivityRequest,
} from './sensitivity.ts';

const conv = { name: 'conv.weight', shape: [1, 1, 2, 2], values: Float32Array.of(1, 4, 2, 4) };
const dense = { name: 'fc.weight', shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) };
const bias = { name: 'fc.bias', shape: [2], values: Float32Array.of(1, 2) };

function request(changes: Partial<SensitivityRequest>): SensitivityRequest {
  return {
    parameters: [conv, dense, bias],
    levels: [0.5],
    group: 'element',
    // Stands for an accuracy: the sum of what is left of the changed weights.
    evaluate: (changed) => {
      const left = [...changed.values()].flatMap((values) => [...values]).reduce((sum, value) => sum + value, 0);
      return Promise.resolve({ top1: left, top5: 100, loss: 0 });
    },
    ...changes,
  };
}

test('each kernel is pruned alone, biases are not', async () => {
  const { unpruned, results } = await analyzeSensitivity(request({}));
  expect(unpruned.top1).toBe(0);
  expect(results.map(({ parameter, points }) => [parameter, points[0]!.top1])).toEqual([
    ['conv.weight', 8],
    ['fc.weight', 7],
  ]);
});

test('filters and channels are those of convolutions', async () => {
  const byFilter = await analyzeSensitivity(request({ group: 'filter' }));
  expect(byFilter.results.map(({ parameter, points }) => [parameter, points[0]!.top1])).toEqual([['conv.weight', 8]]);
  const byChannel = await analyzeSensitivity(request({ group: 'channel' }));
  expect(byChannel.results[0]!.points[0]!.top1).toBe(6);
});

test('levels are applied one after the other, without restoring', async () => {
  const { results } = await analyzeSensitivity(request({ levels: [0.75, 0.25], parameters: [dense] }));
  expect(results[0]!.points.map(({ top1, sparsity }) => [top1, sparsity])).toEqual([
    [4, 0.75],
    [4, 0.75],
  ]);
});

test('a level that removes nothing is what was measured before, or refused if so told', async () => {
  const evaluate = vi.fn(() => Promise.resolve({ top1: 3, top5: 100, loss: 0 }));
  const { results } = await analyzeSensitivity(request({ levels: [0.1], parameters: [dense], evaluate }));
  expect(results[0]!.points[0]).toMatchObject({ sparsity: 0, top1: 3 });
  expect(evaluate).toHaveBeenCalledOnce();
  const strict = request({ levels: [0.1], parameters: [dense], emptyLevel: 'refuse' });
  await expect(analyzeSensitivity(strict)).rejects.toThrow('fc.weight');
  const zero = request({ levels: [0], parameters: [dense], emptyLevel: 'refuse' });
  expect((await analyzeSensitivity(zero)).results[0]!.points[0]!.top1).toBe(0);
});

test('progress counts every evaluation', async () => {
  const onProgress = vi.fn();
  await analyzeSensitivity(request({ levels: [0.25, 0.5], onProgress }));
  expect(onProgress.mock.calls).toEqual([1, 2, 3, 4, 5].map((done) => [done, 5]));
});

test('weights that a level leaves as they were are not measured again', async () => {
  const evaluate = vi.fn(request({}).evaluate);
  const onProgress = vi.fn();
  const levels = [0, 0.5, 0.6, 1];
  const { results } = await analyzeSensitivity(request({ levels, evaluate, onProgress, parameters: [dense] }));
  expect(results[0]!.points.map(({ top1 }) => top1)).toEqual([0, 7, 7, 0]);
  expect(evaluate).toHaveBeenCalledTimes(3);
  expect(onProgress).toHaveBeenLastCalledWith(5, 5);
});

test('an abort ends the analysis after the evaluation that runs', async () => {
  const controller = new AbortController();
  const onProgress = vi.fn((done: number) => {
    if (done === 2) controller.abort(new Error('enough'));
  });
  await expect(analyzeSensitivity(request({ onProgress, signal: controller.signal }))).rejects.toThrow('enough');
  expect(onProgress).toHaveBeenCalledTimes(2);
});

test('the last filter is kept below level 1', () => {
  const mask = sensitivityMask(conv.values, [1, 1, 4, 1], 'filter', 0.99);
  expect(mask).toBeNull();
  expect([...sensitivityMask(conv.values, conv.shape, 'filter', 1)!]).toEqual([0, 0, 0, 0]);
  expect(() => sensitivityMask(conv.values, conv.shape, 'filter', 1.5)).toThrow(RangeError);
});

test('a range of levels leaves its end out', () => {
  expect(levelRange(0, 0.2, 0.05)).toEqual([0, 0.05, 0.1, 0.15000000000000002]);
  expect(levelRange(0.5, 0.5, 0.1)).toEqual([]);
  expect(() => levelRange(0, 1, 0)).toThrow(RangeError);
});

test('the table has one row per level', async () => {
  const csv = sensitivityCsv(await analyzeSensitivity(request({ parameters: [dense] })));
  expect(csv).toBe('parameter,sparsity,top1,top5,loss\nfc.weight,0.5,7,100,0\n');
});
