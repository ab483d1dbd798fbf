import { expect, test } from 'vitest';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import { zoo } from '../zoo/zoo.ts';
import { loadTrainingData } from './load-training-data.ts';

function load(teacher: string) {
  const parsed = parseSchedule(
    `training: {model: mlp_2d, dataset: moons, train_size: 32, epochs: 1}
extensions:
  learn: {class: KnowledgeDistillation, teacher: mlp_2d${teacher}}
policies:
  - {extension: {instance_name: learn}, epochs: [0]}
`,
    zoo,
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  const settings = parsed.value.training;
  return loadTrainingData({
    ...{ settings, dataUrl: '', signal: new AbortController().signal, onProgress: () => undefined },
  });
}

test('a teacher that sees more gets more, and the student the same as without it', async () => {
  const alone = await load('');
  expect(alone.teaching).toBeUndefined();
  const { train, test: testSet, teaching } = await load(', teacher_size: 100');
  expect(train).toEqual(alone.train);
  expect(testSet).toEqual(alone.test);
  expect(teaching).toMatchObject({ count: 100 });
  expect(teaching!.inputs).toHaveLength(200);
});

test('a teacher that sees less needs nothing further', async () => {
  expect((await load(', teacher_size: 8')).teaching).toBeUndefined();
});
