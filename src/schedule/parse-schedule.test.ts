import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkParameters } from '../core/network.ts';
import { zoo } from '../zoo/zoo.ts';
import { parseSchedule } from './parse-schedule.ts';
import { preflight } from './preflight.ts';
import { adamSchema, sgdSchema, trainingSchema } from './schedule-schema.ts';
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

describe('parseSchedule', () => {
  it('finds problems only in the recipes that are made to have some', () => {
    expect(Object.keys(recipes).length).toBeGreaterThanOrEqual(32);
    const withProblems = Object.entries(recipes).flatMap(([path, text]) => {
      const codes = codesOf(text);
      return codes.length > 0 ? [[path.replace(/^.*\/|\.yaml$/g, ''), [...new Set(codes)].sort()]] : [];
    });
    expect(Object.fromEntries(withProblems)).toEqual({
      'activations-2-symmetric': ['range-wastes-values'],
      'filters-redrawn': ['drawn-anew'],
      'filters-thin-quantize': ['distiller-cannot-combine', 'quantizer-window'],
      'l1-without-zeros': ['penalty-makes-no-zeros'],
      'mask-never-kept': ['never-reaches-last-epoch'],
      'one-shot-95-at-birth': ['cut-at-birth'],
      'one-shot-95-no-recovery': ['cut-without-recovery'],
      'prune-and-quantize': ['distiller-cannot-combine'],
      'recovery-too-bold': ['rate-too-high'],
      'recovery-too-timid': ['recovery-too-timid'],
      'spirals-2-bit': ['range-starves-weights'],
      'touches-nothing': ['policy-touches-nothing', 'unknown-parameter'],
      'train-2-8-collapse': ['range-starves-weights'],
      'uniform-98': ['layer-nearly-empty'],
    });
    for (const [path, text] of Object.entries(recipes)) expect(parseSchedule(text, zoo).ok, path).toBe(true);
  });

  it('reads every real schedule without an error, and knows what is none', () => {
    const refused = Object.entries(realSchedules).filter(([, text]) => !parseSchedule(text, zoo).ok);
    expect(refused.map(([, text]) => codesOf(text))).toEqual(refused.map(() => ['not-a-schedule']));
    expect(refused.map(([path]) => path).every((path) => /stats|amc__auto_compression/.test(path))).toBe(true);
  });

  it('takes the model that a file speaks of, if it has all its names', () => {
    const chosen = (file: string) => scheduleOf(realSchedules[`./golden/real-schedules/${file}.yaml`]!).training.model;
    expect(chosen('tests__full_flow_tests__simplenet_mnist_pruning')).toBe('simplenet_mnist');
    expect(chosen('examples__ssl__ssl_4D-removal_finetuning')).toBe('resnet20_cifar');
    expect(chosen('examples__quantization__fp32_baselines__preact_resnet_cifar_base_fp32')).toBe(
      'preact_resnet20_cifar',
    );
    expect(chosen('examples__agp-pruning__mobilenet.imagenet.schedule_agp')).toBe('mobilenet_025_cifar');
    const modelFor = (comment: string, weights: string) =>
      scheduleOf(`# ${comment}
pruners: {p: {class: SparsityLevelParameterPruner, levels: {${weights}: 0.5}}}
policies: [{pruner: {instance_name: p}, epochs: [0]}]
`).training.model;
    expect(modelFor('as simplenet_mnist, then cnn_mnist', 'conv1.weight')).toBe('simplenet_mnist');
    expect(modelFor('for simplenet_mnists', 'conv1.weight')).toBe('cnn_mnist');
    expect(modelFor('not for mlp_mnist', 'conv1.weight')).toBe('cnn_mnist');
  });

  it('gives a file for another model one notice and keeps its names', () => {
    const text = realSchedules['./golden/real-schedules/examples__agp-pruning__resnet18.schedule_agp.yaml']!;
    expect(codesOf(text).filter((code) => code === 'foreign-model')).toHaveLength(1);
    expect(codesOf(text)).not.toContain('unknown-parameter');
    const promise = preflight(scheduleOf(text));
    expect(promise.sparsity['layer3.1.conv2.weight']?.at(-1)).toBeGreaterThan(0.5);
    expect(promise.totalSparsity.every((share) => share === null)).toBe(true);
  });

  it('knows every extension and every quantizer of a real schedule', () => {
    const unavailable = Object.values(realSchedules).flatMap((text) =>
      parseSchedule(text, zoo).diagnostics.filter(({ code }) => code === 'unavailable-class'),
    );
    expect(unavailable.filter(({ message }) => /Remover|Quantizer/.test(message))).toEqual([]);
  });

  it('trains a file without a model on the one that has its names and that it mentions', () => {
    const modelOf = (name: string) => scheduleOf(realSchedules[`./golden/real-schedules/${name}.yaml`]!).training.model;
    expect(modelOf('examples__agp-pruning__resnet20_filters.schedule_agp')).toBe('resnet20_cifar');
    expect(modelOf('examples__drop_filter__plain20_cifar_dropfilter_training')).toBe('plain20_cifar');
    expect(modelOf('examples__network_slimming__resnet20_slimming')).toBe('resnet20_cifar');
    expect(modelOf('examples__quantization__quant_aware_train__preact_resnet20_cifar_pact')).toBe(
      'preact_resnet20_cifar',
    );
  });

  it('builds a model for the images of its dataset', () => {
    const { network, training } = scheduleOf('training: {model: resnet20_cifar}\npolicies: []\n');
    expect(training.dataset).toBe('mnist');
    expect(network.inputShape).toEqual([28, 28, 1]);
  });

  it('gives the quantizer for afterwards, and none where a policy trains with one', () => {
    const { postTraining } = scheduleOf(recipes['../zoo/recipes/post-training.yaml']!);
    expect(postTraining).toMatchObject({ name: 'after', args: { bits_parameters: 4, clip_acts: 'NONE' } });
    expect(scheduleOf(recipes['../zoo/recipes/train-8-8.yaml']!).postTraining).toBeNull();
  });

  it('resolves the overrides of the quantizer for afterwards against the model', () => {
    const text =
      'quantizers:\n  q:\n    class: PostTrainLinearQuantizer\n    overrides:\n      fc.*: {bits_weights: 2}\n      fc2: {bits_activations: null}\n';
    const { postTraining, network } = scheduleOf(text);
    const overrideOf = postTraining!.overridesFor(network);
    expect(['conv1', 'fc1', 'fc2'].map(overrideOf)).toEqual([
      undefined,
      { bits_weights: 2 },
      { bits_activations: null },
    ]);
  });

  it('builds teachers for the dataset of the student', () => {
    const taught = (teacher: string) =>
      scheduleOf(
        `extensions:\n  kd: {class: KnowledgeDistillation, teacher: ${teacher}}\npolicies:\n  - {extension: {instance_name: kd}, epochs: [0]}\n`,
      ).teachers;
    expect(taught('resnet20_cifar')['resnet20_cifar']?.inputShape).toEqual([28, 28, 1]);
    expect(taught('run')).toEqual({});
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
    expect(codesOf(text)).toEqual(['model-by-mention']);
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

  it('describes every key of the training block', () => {
    for (const schema of [trainingSchema, sgdSchema, adamSchema]) {
      for (const [key, { description }] of Object.entries(schema.shape)) expect(description, key).toMatch(/\.$/);
    }
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

  it('gives a model the exits that a file attaches, with parameters that its methods may name', () => {
    const text = (weights: string) => `training: {model: cnn_mnist, epochs: 4}
extensions:
  early: {class: EarlyExit, exits: [pool1], lossweights: [0.3], thresholds: [0.9]}
pruners:
  p: {class: SparsityLevelParameterPruner, levels: {${weights}: 0.5}}
quantizers:
  q: {class: DorefaQuantizer, bits_weights: 4, bits_activations: null, overrides: {exits.*: {bits_weights: 8}}}
policies:
  - {extension: {instance_name: early}, starting_epoch: 0, ending_epoch: 4, frequency: 1}
  - {pruner: {instance_name: p}, epochs: [1]}
  - {quantizer: {instance_name: q}, starting_epoch: 0, ending_epoch: 4, frequency: 1}
`;
    const parsed = parseSchedule(text('exits.0.fc.weight'), zoo);
    expect(parsed.diagnostics).toMatchObject([{ code: 'distiller-cannot-combine', severity: 'hint' }]);
    expect(parsed.ok && parsed.value.network.exits).toEqual([{ name: 'exit0', layer: 'exits.0.fc' }]);
    expect(
      parsed.ok && networkParameters(parsed.value.network).find(({ name }) => name === 'exits.0.fc.weight'),
    ).toMatchObject({ shape: [1152, 10] });
    expect(parseSchedule(text('exits.1.fc.weight'), zoo).diagnostics).toMatchObject([
      { code: 'unknown-parameter', fixes: [{ text: 'exits.0.fc.weight' }] },
      { code: 'policy-touches-nothing' },
    ]);
  });

  it('never throws on a recipe with a few characters changed, and preflight holds where it parses', {
    timeout: 30_000,
  }, () => {
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
