import { expect, test } from 'vitest';
import { createInstance, problemsOf } from '../create-instance.ts';

const create = (args: object) => createInstance('extension', 'KnowledgeDistillation', args);

test("has Distiller's defaults", () => {
  expect(create({ teacher: 'simplenet_mnist' })).toEqual({
    type: 'distillation',
    teacher: { kind: 'model', model: 'simplenet_mnist', epochs: 8 },
    temperature: 1,
    distillWeight: 0.5,
    studentWeight: 0.5,
  });
});

test('takes a finished run for a teacher', () => {
  expect(create({ teacher: 'run', temperature: 4 })).toMatchObject({ teacher: { kind: 'run' }, temperature: 4 });
});

test('may let the teacher see more than the student', () => {
  expect(create({ teacher: 'cnn_mnist', teacher_size: 12288 })).toMatchObject({ teacher: { size: 12288 } });
  expect(() => create({ teacher: 'cnn_mnist', teacher_size: 0 })).toThrow(RangeError);
});

test('refuses a temperature of zero and negative weights', () => {
  expect(() => create({ teacher: 'run', temperature: 0 })).toThrow('above 0');
  expect(() => create({ teacher: 'run', distill_weight: -1 })).toThrow('0 or more');
  expect(() => create({})).toThrow(RangeError);
});

test('warns when nothing is learned from the teacher', () => {
  expect(problemsOf('KnowledgeDistillation', { teacher: 'run', distill_weight: 0 })).toEqual(['nothing-distilled']);
  expect(problemsOf('KnowledgeDistillation', { teacher: 'run' })).toEqual([]);
});
