import { expect, test } from 'vitest';
import { findMethod } from '../catalogue.ts';
import { createInstance } from '../create-instance.ts';
import { parameterNamed, requestFor } from '../parameter-fixtures.ts';

test('filters whose mean magnitude is not above the threshold go', () => {
  const pruner = createInstance('pruner', 'StructureParameterPruner', {
    reg_regims: { 'conv1.weight': [2, 'Filters'] },
    threshold_criteria: 'Mean_Abs',
  });
  const mask = pruner.computeMask(requestFor('conv1.weight', [1, 2, 3, -9, 1, 2, 3, 9]));
  expect([...mask!]).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
});

test('rows of a dense layer are its outputs', () => {
  const pruner = createInstance('pruner', 'StructureParameterPruner', {
    reg_regims: { 'fc1.weight': [3, 'Rows'] },
    threshold_criteria: 'Max',
  });
  expect([...pruner.computeMask(requestFor('fc1.weight', [1, 4, 1, 0, 1, 0, 1, 0]))!]).toEqual([
    0, 1, 0, 1, 0, 1, 0, 1,
  ]);
});

test('a structure that the parameter does not have is reported', () => {
  const args = { reg_regims: { 'fc1.weight': [1, 'Filters'] }, threshold_criteria: 'Max' };
  const problems = findMethod('StructureParameterPruner')?.checkParameter?.(args, parameterNamed('fc1.weight'));
  expect(problems?.map(({ code }) => code)).toEqual(['wrong-structure']);
});
