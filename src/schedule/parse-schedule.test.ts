import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zoo } from '../zoo/zoo.ts';
import { scheduleJsonSchema } from './json-schema.ts';
import { parseSchedule } from './parse-schedule.ts';
import { preflight } from './preflight.ts';
import type { Schedule } from './schedule.ts';

const recipes = import.meta.glob<string>('../zoo/recipes/*.yaml', { query: '?raw', import: 'default', eager: true });
const realSchedules = import.meta.glob<string>('./golden/real-schedules/*.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
});

function codesOf(text: string): string[] {
  return parseSchedule(text, zoo).diagnostics.map((diagnostic) => diagnostic.code);
}

function scheduleOf(text: string): Schedule {
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.value;
}

function recipe(name: string): string {
  return recipes[`../zoo/recipes/${name}.yaml`]!;
}

describe('parseSchedule', () => {
  it('finds problems only in the recipes that are made to have some', () => {
    expect(Object.keys(recipes).length).toBeGreaterThanOrEqual(32);
    const withProblems = Object.entries(recipes).flatMap(([path, text]) => {
      const codes = codesOf(text).filter((code) => code !== 'unavailable-class');
      return codes.length > 0 ? [[path.replace(/^.*\/|\.yaml$/g, ''), [...new Set(codes)].sort()]] : [];
    });
    expect(Object.fromEntries(withProblems)).toEqual({
      'mask-never-kept': ['never-reaches-last-epoch'],
      'touches-nothing': ['policy-touches-nothing', 'unknown-parameter'],
    });
    for (const [path, text] of Object.entries(recipes)) expect(parseSchedule(text, zoo).ok, path).toBe(true);
  });

  it('reads every real schedule without an error, and knows what is none', () => {
    const refused = Object.entries(realSchedules).filter(([, text]) => !parseSchedule(text, zoo).ok);
    expect(refused.map(([, text]) => codesOf(text))).toEqual(refused.map(() => ['not-a-schedule']));
    expect(refused.map(([path]) => path).every((path) => /stats|amc__auto_compression/.test(path))).toBe(true);
  });

  it('gives a file for another model one notice and keeps its names', () => {
    const text = realSchedules['./golden/real-schedules/examples__agp-pruning__resnet18.schedule_agp.yaml']!;
    expect(codesOf(text).filter((code) => code === 'foreign-model')).toHaveLength(1);
    expect(codesOf(text)).not.toContain('unknown-parameter');
    const promise = preflight(scheduleOf(text));
    expect(promise.sparsity['layer3.1.conv2.weight']?.at(-1)).toBeGreaterThan(0.5);
    expect(promise.totalSparsity.every((share) => share === null)).toBe(true);
  });

  it('fills in the defaults', () => {
    expect(scheduleOf('policies: []\n')).toMatchObject({
      training: {
        model: 'cnn_mnist',
        dataset: 'mnist',
        trainSize: 8192,
        validationSize: 2000,
        epochs: 8,
        batchSize: 64,
        optimizer: { class: 'SGD', lr: 0.03, momentum: 0.9, weightDecay: 0, nesterov: false },
        seed: 1,
      },
      defaultLearningRateDrop: true,
    });
  });

  it('runs as many epochs as the policies need if none are written, with a limit', () => {
    const ending = (epoch: number, head = '') =>
      `${head}pruners:\n  a: {class: SparsityLevelParameterPruner, levels: {fc1.weight: 0.5}}\npolicies:\n  - {pruner: {instance_name: a}, epochs: [${epoch}]}\n`;
    expect(scheduleOf(ending(3)).training.epochs).toBe(8);
    expect(scheduleOf(ending(19)).training.epochs).toBe(20);
    expect(scheduleOf(ending(9999)).training.epochs).toBe(400);
    expect(scheduleOf(ending(19, 'training: {epochs: 5}\n')).training.epochs).toBe(5);
  });

  it('chooses a model that fits the dataset, and a dataset that fits the model', () => {
    expect(scheduleOf('training: {dataset: spirals}\npolicies: []\n').training.model).toBe('mlp_2d');
    expect(scheduleOf('training: {model: mlp_2d}\npolicies: []\n').training.dataset).toBe('circles');
  });

  it('understands names with a `module.` prefix', () => {
    const text = realSchedules['./golden/real-schedules/tests__full_flow_tests__simplenet_mnist_pruning.yaml']!;
    expect(codesOf(text).filter((code) => code !== 'unavailable-class')).toEqual([]);
    expect(scheduleOf(text).components[0]?.args['weights']).toEqual(['conv1.weight']);
  });

  it('resolves overrides to modules: an exact name first, then the first pattern', () => {
    const text =
      'quantizers:\n  q:\n    class: DorefaQuantizer\n    overrides:\n      fc.*: {bits_weights: 2}\n      fc2: {bits_weights: 3}\n      conv[1-9]: {bits_weights: 4}\npolicies:\n  - {quantizer: {instance_name: q}, starting_epoch: 0, ending_epoch: 8, frequency: 1}\n';
    const schedule = scheduleOf(text);
    expect(schedule.components[0]?.args['overrides']).toMatchObject({
      fc1: { bits_weights: 2 },
      fc2: { bits_weights: 3 },
      conv1: { bits_weights: 4 },
      conv2: { bits_weights: 4 },
    });
    expect(preflight(schedule).weightBits['fc2']).toEqual([3, 3, 3, 3, 3, 3, 3, 3]);
  });

  it('describes every key of the training block in its JSON Schema', () => {
    const schema = scheduleJsonSchema() as {
      properties: { training: { properties: Record<string, { description?: string }> } };
    };
    const { properties } = schema.properties.training;
    expect(Object.keys(properties)).toEqual([
      'model',
      'dataset',
      'train_size',
      'validation_size',
      'epochs',
      'batch_size',
      'optimizer',
      'seed',
    ]);
    for (const [key, { description }] of Object.entries(properties)) expect(description, key).toMatch(/\.$/);
  });

  it('never throws on random text', () => {
    const words = fc.constantFrom(
      ...[
        'pruners:',
        'policies:',
        'training:',
        '\n',
        '\n  ',
        '\n    ',
        '- ',
        ' ',
        'class: ',
        'StepLR',
        '{',
        '}',
        '[',
        ']',
        ',',
      ],
      ...[
        'SparsityLevelParameterPruner',
        'levels: ',
        'pruner: ',
        'instance_name: a',
        'a: ',
        'epochs: ',
        '1e-4',
        '-3',
        '~',
        '"',
        '*',
      ],
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 60 }), (parts) => void parseSchedule(parts.join(''), zoo)),
      { numRuns: 400 },
    );
  });

  it('never throws on a recipe with a few characters changed, and preflight holds where it parses', () => {
    const mutation = fc.record({
      at: fc.nat(1200),
      length: fc.nat(12),
      text: fc.oneof(
        fc.string({ maxLength: 6 }),
        fc.constantFrom('\n', '0', '-1', 'null', '[]', '{}', '99999', '0.5', 'fc1.weight', '"*"'),
      ),
    });
    const names = Object.keys(recipes);
    fc.assert(
      fc.property(fc.nat(names.length - 1), fc.array(mutation, { minLength: 1, maxLength: 3 }), (index, mutations) => {
        let text = recipes[names[index]!]!;
        for (const { at, length, text: inserted } of mutations)
          text = text.slice(0, at) + inserted + text.slice(at + length);
        const parsed = parseSchedule(text, zoo);
        for (const { range } of parsed.diagnostics) expect(range.end.offset).toBeGreaterThanOrEqual(range.start.offset);
        if (!parsed.ok) return;
        const promise = preflight(parsed.value);
        expect(promise.learningRate).toHaveLength(parsed.value.training.epochs);
      }),
      { numRuns: 600 },
    );
  });
});

describe('preflight', () => {
  it('promises the cubic curve, rounded down to whole weights, and keeps the mask to the end', () => {
    const promise = preflight(scheduleOf(recipe('gradual-90')));
    const conv1 = promise.sparsity['conv1.weight']!;
    // s(t) = 0.9 - 0.85 * (1 - (t - 2) / 3)^3 of 200 weights, in epochs 2 to 5.
    const targets = [0.05, 0.9 - (0.85 * 8) / 27, 0.9 - 0.85 / 27, 0.9].map(
      (share) => Math.floor(share * 200 + 1e-9) / 200,
    );
    expect(conv1).toEqual([0, 0, ...targets, targets[3], targets[3]]);
    expect(promise.totalSparsity.at(-1)).toBeCloseTo(0.9, 3);
    expect(promise.lanes[0]).toMatchObject({
      policy: 0,
      instanceName: 'gradual',
      epochs: [2, 3, 4, 5],
      touches: ['conv1.weight', 'conv2.weight', 'fc1.weight', 'fc2.weight'],
      weightCount: 20_424,
      fact: '5 → 90 %',
    });
    expect(promise.lanes[0]!.curve.at(-1)).toBeCloseTo(0.9, 2);
  });

  it('sets the rate at the end of active epochs', () => {
    const promise = preflight(scheduleOf(recipe('dense')));
    expect(promise.learningRate.map((rate) => Number(rate!.toPrecision(6)))).toEqual([
      0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.003, 0.003,
    ]);
    expect(promise.totalSparsity).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('drops the rate in the last quarter of a file that says nothing of it', () => {
    const rates = preflight(scheduleOf('policies: []\n')).learningRate;
    expect(rates.map((rate) => Number(rate!.toPrecision(6)))).toEqual([
      0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.003, 0.003,
    ]);
    expect(preflight(scheduleOf(recipe('dense-constant-rate'))).learningRate).toEqual(Array(8).fill(0.03));
  });

  it('promises bits for layers with a kernel and for replaced activations', () => {
    const promise = preflight(scheduleOf(recipe('prune-and-quantize')));
    expect(promise.weightBits).toEqual(
      Object.fromEntries(['conv1', 'conv2', 'fc1', 'fc2'].map((layer) => [layer, Array(8).fill(4)])),
    );
    expect(promise.activationBits).toEqual(
      Object.fromEntries(['relu1', 'relu2', 'relu3'].map((layer) => [layer, Array(8).fill(8)])),
    );
    expect(promise.lanes[1]?.fact).toBe('weights 4, activations 8 bits');
  });

  it('promises no zeros for a mask that holds in the forward pass and is never kept, and zeros once it is', () => {
    const never = recipe('mask-never-kept');
    expect(preflight(scheduleOf(never)).totalSparsity).toEqual([0, 0, 0, 0, 0, 0]);
    const kept = never.replace('frequency: 2', 'frequency: 1');
    expect(preflight(scheduleOf(kept)).totalSparsity.map((share) => Number(share!.toFixed(2)))).toEqual([
      0, 0, 0, 0, 0, 0.9,
    ]);
  });

  it('does not promise what depends on the weights', () => {
    const promise = preflight(scheduleOf(recipe('sensitivity')));
    expect(promise.sparsity['fc1.weight']).toEqual([0, 0, null, null, null, null, null, null]);
    expect(promise.totalSparsity.slice(1, 3)).toEqual([0, null]);
    expect(preflight(scheduleOf(recipe('l1-with-threshold'))).totalSparsity.at(-1)).toBeNull();
    expect(preflight(scheduleOf(recipe('l1-without-zeros'))).totalSparsity.at(-1)).toBe(0);
  });

  it('starts quantizing when the policy starts, and stays on', () => {
    const text = recipe('train-8-8').replace(
      'starting_epoch: 0\n    ending_epoch: 8',
      'starting_epoch: 3\n    ending_epoch: 5',
    );
    expect(preflight(scheduleOf(text)).weightBits['fc1']).toEqual([32, 32, 32, 8, 8, 8, 8, 8]);
  });

  it('lets the later of two pruners set the mask', () => {
    const text =
      'training: {epochs: 3}\npruners:\n  a: {class: SparsityLevelParameterPruner, levels: {fc1.weight: 0.5}}\n  b: {class: SparsityLevelParameterPruner, levels: {fc1.weight: 0.25}}\npolicies:\n  - {pruner: {instance_name: a}, epochs: [0]}\n  - {pruner: {instance_name: b}, epochs: [2]}\n';
    expect(preflight(scheduleOf(text)).sparsity['fc1.weight']).toEqual([0.5, 0.5, 0.25]);
  });
});
