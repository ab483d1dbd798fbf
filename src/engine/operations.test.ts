import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { useCpuBackend } from './backend-cpu.ts';
import { softmaxCrossEntropy } from './operations.ts';

beforeAll(useCpuBackend);

function rightAnswers(logits: number[][], labels: number[]): number[] {
  return tf.tidy(() => {
    const { perSample } = softmaxCrossEntropy(tf.tensor2d(logits), tf.tensor1d(labels, 'int32'));
    return [...perSample.dataSync()].filter((_, at) => at % 2 === 1);
  });
}

test('a network that says the same of all classes is right about the first one only', () => {
  const dead = [0, 0, 0];
  expect(rightAnswers([dead, dead, dead], [0, 1, 2])).toEqual([1, 0, 0]);
});

test('of equal largest logits the first class is the answer', () => {
  const tied = [-1, 2, 2, 0];
  expect(rightAnswers([tied, tied, tied, tied], [0, 1, 2, 3])).toEqual([0, 1, 0, 0]);
  expect(rightAnswers([[5, 1, 1, 1]], [1])).toEqual([0]);
});
