import { describe, expect, it } from 'vitest';
import { catalogue } from '../methods/catalogue.ts';
import { zoo } from '../zoo/zoo.ts';
import { insertMethod } from './insert-method.ts';
import { parseSchedule } from './parse-schedule.ts';

const textOf = (model: string, dataset: string, epochs = 8): string => `# my notes
training: {model: ${model}, dataset: ${dataset}, epochs: ${epochs}}
lr_schedulers:
  decay: {class: MultiStepLR, milestones: [6], gamma: 0.1}
policies:
  - lr_scheduler: {instance_name: decay}  # the rate falls
    starting_epoch: 0
    ending_epoch: ${epochs}
    frequency: 1
`;
const plain = textOf('cnn_mnist', 'mnist');
const agp = catalogue.find(({ name }) => name === 'AutomatedGradualPruner')!;

function inserted(text: string, method = agp): { text: string; name: string } {
  const result = insertMethod(text, zoo, method);
  if (!result.ok) throw new Error(result.why);
  return result;
}

describe('insertMethod', () => {
  it.each(catalogue.map((method) => [method.name, method] as const))('adds %s to a schedule as it is', (_, method) => {
    for (const text of [
      plain,
      textOf('simplenet_mnist', 'mnist', 6),
      textOf('resnet20_cifar', 'mnist', 6),
      textOf('cnn_mnist', 'mnist', 2),
    ]) {
      const made = inserted(text, method);
      const parsed = parseSchedule(made.text, zoo);
      expect(parsed.ok && parsed.value.components.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['decay', made.name]),
      );
      expect(made.text).toContain('# my notes');
      expect(made.text).toContain('# the rate falls');
    }
  });

  it('takes a name that is free', () => {
    const once = inserted(plain);
    expect(once.name).toBe('my_pruner');
    expect(inserted(once.text).name).toBe('my_pruner_2');
  });

  it('names the layers of the model of the text', () => {
    expect(inserted(plain).text).toContain('weights: [conv2.weight, fc1.weight]');
    const other = inserted(textOf('resnet20_cifar', 'mnist')).text;
    const parsed = parseSchedule(other, zoo);
    expect(parsed.diagnostics.map(({ code }) => code)).not.toContain('unknown-parameter');
    expect(other).not.toContain('fc1.weight');
  });

  it('starts from an empty text', () => {
    expect(parseSchedule(inserted('policies: []\n').text, zoo).ok).toBe(true);
  });

  it('says why not: an error in the text, a second quantizer', () => {
    expect(insertMethod(`${plain}prunners: {}\npolicies: 3`, zoo, agp).ok).toBe(false);
    const quantizer = catalogue.find(({ name }) => name === 'DorefaQuantizer')!;
    const twice = insertMethod(inserted(plain, quantizer).text, zoo, quantizer);
    expect(!twice.ok && twice.why).toMatch(/quantizer/);
  });
});
