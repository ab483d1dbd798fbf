import { expect, it } from 'vitest';
import { networkParameters } from '../core/network.ts';
import { findBenchModel, hiddenLayersName, tableModels } from './bench-models.ts';
import { createTask } from './bench-task.ts';
import { variants } from './variants.ts';

it.each(Object.keys(tableModels))('%s has a schedule without errors for every variant', (model) => {
  for (const variant of variants) {
    const { schedule } = createTask({ model, variant, batchSize: 2 });
    const kinds = schedule.policies.map(({ kind }) => kind);
    const expected = { plain: [], mask: ['pruner'], 'mask+qat': ['pruner', 'quantizer'] };
    const others = { 'group-lasso': ['regularizer'], kd: ['extension'] };
    expect(kinds).toEqual({ ...expected, ...others }[variant]);
    for (const { epochs } of schedule.policies) expect(epochs).toEqual([0]);
  }
});

it('the same name gives the same work, with weights for every parameter', () => {
  const name = { model: 'cnn', variant: 'plain', batchSize: 4 } as const;
  const [a, b] = [createTask(name), createTask(name)];
  expect([...a.values.keys()]).toEqual(networkParameters(a.schedule.network).map((spec) => spec.name));
  expect(a.values).toEqual(b.values);
  expect(a.data.train).toEqual(b.data.train);
  expect(a.teacher.values).not.toEqual(a.values);
  for (const batch of a.batches) expect(batch).toHaveLength(4);
});

it('networks of any depth and width can be named', () => {
  const network = findBenchModel(hiddenLayersName(3, 20)).build({ classCount: 10 });
  const shapes = networkParameters(network).flatMap(({ role, shape }) => (role === 'kernel' ? [shape] : []));
  expect(shapes).toEqual([
    [784, 20],
    [20, 20],
    [20, 20],
    [20, 10],
  ]);
  expect(() => findBenchModel('hidden-layers')).toThrow('hidden-layers');
});
