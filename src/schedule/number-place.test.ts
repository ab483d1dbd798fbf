import { expect, test } from 'vitest';
import { findNumber, isNumberPlace, numberAtOffset, numbersOfText, withNumber } from './number-place.ts';
import { readYaml } from './read-yaml.ts';

const text = `version: 1
training: {epochs: 3, sweep: {path: training.epochs, values: [1, 2]}}
pruners:
  half:
    class: SparsityLevelParameterPruner
    levels: {fc1.weight: 0.5, fc2.weight: 0.25}  # halves
policies:
  - pruner: {instance_name: half}
    epochs: [0, 2]
`;

test('every number has a path, except the version and those of the sweep itself', () => {
  expect(numbersOfText(text).map(({ path, value }) => [path, value])).toEqual([
    ['training.epochs', 3],
    ['pruners.half.levels.fc1.weight', 0.5],
    ['pruners.half.levels.fc2.weight', 0.25],
    ['policies.0.epochs.0', 0],
    ['policies.0.epochs.1', 2],
  ]);
});

test('a number is found at its beginning and at its end, and nowhere else', () => {
  const start = text.indexOf('0.25');
  expect(numberAtOffset(text, start)?.path).toBe('pruners.half.levels.fc2.weight');
  expect(numberAtOffset(text, start + 4)?.path).toBe('pruners.half.levels.fc2.weight');
  expect(numberAtOffset(text, start - 2)).toBeNull();
  expect(numberAtOffset('a: [', 3)).toBeNull();
});

test('another number leaves comments, order and layout as they were', () => {
  expect(withNumber(text, 'pruners.half.levels.fc1.weight', 0.75)).toBe(text.replace('0.5,', '0.75,'));
  expect(withNumber(text, 'training.epochs', 1e-7)).toContain('epochs: 1.0e-7,');
  expect(withNumber(text, 'pruners.half', 1)).toBeNull();
});

test('a path that leads to no number says how far it goes, and what could follow', () => {
  const { root } = readYaml(text);
  const lost = findNumber(root!, 'pruners.half.levels.fc3.weight');
  expect(isNumberPlace(lost)).toBe(false);
  expect(lost).toEqual({ found: 'pruners.half.levels', next: ['fc1.weight', 'fc2.weight'] });
  expect(findNumber(root!, 'pruners.half.class')).toEqual({ found: 'pruners.half.class', next: [] });
});
