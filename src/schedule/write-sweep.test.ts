import { expect, test } from 'vitest';
import { writeSweep } from './write-sweep.ts';

const sweep = '{path: training.epochs, values: [1, 2]}';

test('a sweep is added to the block, which is begun where there is none', () => {
  expect(writeSweep('training:\n  epochs: 3 # three\n', sweep)).toBe(
    `training:\n  sweep: ${sweep}\n  epochs: 3 # three\n`,
  );
  expect(writeSweep('training: {epochs: 3}\n', sweep)).toBe(`training: {sweep: ${sweep}, epochs: 3}\n`);
  expect(writeSweep('policies: []\n', sweep)).toBe(`training:\n  sweep: ${sweep}\npolicies: []\n`);
});

test('a sweep that is there is replaced, whichever way it is written', () => {
  expect(writeSweep('training: {sweep: {path: a, values: [3]}, epochs: 3}\n', sweep)).toBe(
    `training: {sweep: ${sweep}, epochs: 3}\n`,
  );
  expect(writeSweep('training:\n  sweep:\n    path: a\n    values: [3]\n  epochs: 3\n', sweep)).toBe(
    `training:\n  sweep: ${sweep}\n  epochs: 3\n`,
  );
});

test('what is no YAML has no place for it', () => {
  expect(writeSweep('a: [', sweep)).toBeNull();
});
