import { expect, test } from 'vitest';
import { zoo } from '../zoo/zoo.ts';
import { withModelOfFileName } from './file-name-model.ts';
import { parseSchedule } from './parse-schedule.ts';

const texts = import.meta.glob<string>('./golden/real-schedules/*.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const rates =
  'lr_schedulers:\n  lr: {class: ExponentialLR, gamma: 0.9}\npolicies:\n  - lr_scheduler: {instance_name: lr}\n' +
  '    starting_epoch: 0\n    ending_epoch: 9\n    frequency: 1\n';

function modelOf(text: string): string | undefined {
  const parsed = parseSchedule(text, zoo);
  return parsed.ok ? parsed.value.training.model : undefined;
}

test.each([
  ['plain20_cifar_baseline_training.yaml', 'plain20_cifar'],
  ['examples/x/preact_resnet20_cifar_base.yaml', 'preact_resnet20_cifar'],
  ['C:\\schedules\\resnet20_filters.schedule_agp.yaml', 'resnet20_cifar'],
])('the name of %s tells the model', (file, model) => {
  const text = withModelOfFileName(rates, file, zoo);
  expect(text.startsWith(rates)).toBe(true);
  expect(modelOf(text)).toBe(model);
  expect(parseSchedule(text, zoo).diagnostics).toMatchObject([{ code: 'model-by-mention', severity: 'hint' }]);
});

test.each([
  ['mobilenet.imagenet.schedule_agp.yaml', rates],
  ['schedule.yaml', rates],
  ['resnet20_filters.yaml', `training: {model: mlp_mnist}\n${rates}`],
  ['resnet20_filters.yaml', `# for plain20_cifar\n${rates}`],
  ['resnet20_filters.yaml', rates.replace('lr:', 'lr: [')],
  ['resnet20_filters.yaml', ''],
])('%s leaves a text alone that it says nothing new of', (file, text) => {
  expect(withModelOfFileName(text, file, zoo)).toBe(text);
});

test('a file whose names are of another model keeps them', () => {
  const other = rates.replace(
    'lr_schedulers:',
    'pruners:\n  p: {class: SparsityLevelParameterPruner, levels: {fc1.weight: 0.5}}\nlr_schedulers:',
  );
  expect(withModelOfFileName(other, 'resnet20_filters.yaml', zoo)).toBe(other);
});

test('a real schedule of filters finds its residual network', () => {
  const [path = '', text = ''] =
    Object.entries(texts).find(([name]) => name.includes('resnet20_filters.schedule_agp.')) ?? [];
  const file = path.split('__').at(-1) ?? '';
  expect(modelOf(withModelOfFileName(text, file, zoo))).toBe('resnet20_cifar');
});
