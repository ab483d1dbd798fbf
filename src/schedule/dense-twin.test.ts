import { describe, expect, test } from 'vitest';
import { recipes } from '../zoo/recipes.ts';
import { zoo } from '../zoo/zoo.ts';
import { compressionBegin, denseText } from './dense-twin.ts';
import { parseSchedule } from './parse-schedule.ts';

function read(text: string) {
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'));
  return parsed.value;
}

const policies = `pruners:
  cut: {class: SparsityLevelParameterPruner, levels: {fc1.weight: 0.6}}
policies:
  - pruner: {instance_name: cut}
    starting_epoch: 3
    ending_epoch: 12
    frequency: 1
`;

describe('the dense twin of every recipe', () => {
  test.each(recipes.map(({ title, text }) => [title, text]))('%s', (_, text) => {
    const schedule = read(text);
    const twin = read(denseText(text, schedule)!);
    const { teacherSize: __, ...training } = schedule.training;
    expect(twin.training).toMatchObject(training);
    expect(compressionBegin(twin)).toBeNull();
    const rates = schedule.policies.filter(({ kind }) => kind === 'lr_scheduler');
    expect(twin.policies.map(({ kind, epochs }) => [kind, epochs])).toEqual(
      rates.map(({ kind, epochs }) => [kind, epochs]),
    );
  });
});

test('what was left to defaults that hang on policies is written down', () => {
  const schedule = read(policies);
  const twin = read(denseText(policies, schedule)!);
  expect(twin.training).toEqual(schedule.training);
  expect(twin.training.epochs).toBe(12);
  expect(schedule.defaultLearningRateDrop).toBe(true);
  expect(twin.components.map(({ definition, args }) => [definition.name, args])).toEqual([
    ['MultiStepLR', expect.objectContaining({ milestones: [9], gamma: 0.1 })],
  ]);
});

test('compression begins with the earliest policy that compresses', () => {
  expect(compressionBegin(read(policies))).toBe(3);
  expect(compressionBegin(read('policies: []\n'))).toBeNull();
});

test('what is no map has no twin', () => {
  expect(denseText('- 1', read('policies: []\n'))).toBeNull();
});
