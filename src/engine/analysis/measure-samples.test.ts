import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { useCpuBackend } from '../backend-cpu.ts';
import { measureAchievement } from './measure-samples.ts';

async function achieved(logits: readonly number[], labels: readonly number[]) {
  await useCpuBackend();
  const batch = { inputs: tf.tensor([0]), labels: Int32Array.from(labels), count: labels.length };
  return await measureAchievement([batch], () => Promise.resolve(Float32Array.from(logits)));
}

test('of equal logits the first one is the answer, as everywhere: coarse outputs tie often', async () => {
  expect((await achieved([2, 2, 0], [0])).top1).toBe(1);
  expect((await achieved([2, 2, 0], [1])).top1).toBe(0);
  expect((await achieved([1, 1, 1, 1, 1, 1], [5])).top5).toBe(0);
  expect((await achieved([1, 1, 1, 1, 1, 1], [4])).top5).toBe(1);
});

test('an answer that is no number is wrong', async () => {
  const { top1, top5 } = await achieved([Number.NaN, Number.NaN, Number.NaN], [0]);
  expect([top1, top5]).toEqual([0, 0]);
});
