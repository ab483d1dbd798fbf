// One table of every mistake that a schedule can make, longer than other files so that it can be read from end to end.
import { describe, expect, it } from 'vitest';
import { catalogue } from '../methods/catalogue.ts';
import { zoo } from '../zoo/zoo.ts';
import type { Diagnostic, Fix } from './diagnostics.ts';
import { parseSchedule } from './parse-schedule.ts';

const gradual = 'class: AutomatedGradualPruner, initial_sparsity: 0.05, final_sparsity: 0.8';
const level = 'class: SparsityLevelParameterPruner';
const window = 'starting_epoch: 0, ending_epoch: 4, frequency: 1';
const training = 'training: {epochs: 4}\n';

/** One pruner `agp` and its policy, written by the case. */
const withPruner = (pruner: string, policy: string) =>
  `${training}pruners:\n  agp: {${pruner}}\npolicies:\n  - ${policy}\n`;
const goodPolicy = `{pruner: {instance_name: agp}, ${window}}`;
const pruned = (policy: string) => withPruner(`${gradual}, weights: [fc1.weight]`, policy);
const prunerArgs = (args: string) => pruned(`{pruner: {instance_name: agp, args: {${args}}}, ${window}}`);
const quantizer = (args: string) =>
  `${training}quantizers:\n  q: {class: DorefaQuantizer, bits_weights: 4, ${args}}\npolicies:\n  - {quantizer: {instance_name: q}, ${window}}\n`;
const rate = (args: string) =>
  `${training}lr_schedulers:\n  lr: {${args}}\npolicies:\n  - {lr_scheduler: {instance_name: lr}, ${window}}\n`;

const removal = 'class: FilterRemover, thinning_func_str: remove_filters, arch: a, dataset: d';
/** One extension and its policy; the model of the file is the default one unless given. */
const extension = (args: string, model: string) =>
  `training: {epochs: 4${model && `, model: ${model}`}}\nextensions:\n  thinner: {${args}}\npolicies:\n  - {extension: {instance_name: thinner}, ${window}}\n`;
/** A level pruner and an extension, whose policy comes after that of the pruner or before it. */
const thinned = (args: string, when: string, place: 'first' | 'last' = 'last') => {
  const policies = [
    `  - {pruner: {instance_name: p}, ${window}}\n`,
    `  - {extension: {instance_name: thinner}, ${when}}\n`,
  ];
  return `${training}pruners:\n  p: {${level}, levels: {fc1.weight: 0.5}}\nextensions:\n  thinner: {${args}}\npolicies:\n${(place === 'last' ? policies : policies.toReversed()).join('')}`;
};
/** Two policies of their own lines, and the instances that they name. */
const level95 = `one: {${level}, levels: {conv2.weight: 0.95, fc1.weight: 0.95}}`;
const cut = (epochs: string, rest = '') =>
  `training: {epochs: 8}\npruners:\n  ${level95}\npolicies:\n  - {pruner: {instance_name: one}, epochs: ${epochs}}\n${rest}`;
const rateFalls = (gamma: number) =>
  `  - {lr_scheduler: {instance_name: lr}, starting_epoch: 0, ending_epoch: 8, frequency: 1}\nlr_schedulers:\n  lr: {class: MultiStepLR, milestones: [4], gamma: ${gamma}}\n`;
const rangeLinear = (args: string) =>
  quantizer(args).replace('Dorefa', 'QuantAwareTrainRangeLinear').replace('bits_weights: 4, ', '');
const teacher = (temperature: number) =>
  extension(`class: KnowledgeDistillation, teacher: run, temperature: ${temperature}, distill_weight: 0.7`, '');
const afterwards = (args: string) => `quantizers:\n  after: {class: PostTrainLinearQuantizer, ${args}}\npolicies: []\n`;

/** Code, the text, and what the range covers: 'line:column text'. */
const cases: readonly (readonly [code: string, text: string, place: string])[] = [
  ['yaml-syntax', 'policies: [', '1:12 '],
  ['yaml-syntax', 'policies: []\nversion:\t1\n', '2:9 \t'],
  ['duplicate-key', 'version: 1\npolicies: []\nversion: 2\n', '3:1 version'],
  ['text-too-long', `policies: []\n#${'x'.repeat(200_000)}`, '2:199988 '],
  ['no-policies', '', '1:1 '],
  ['no-policies', 'version: 1\n', '1:1 '],
  ['no-policies', 'policies:\n', '1:1 policies'],
  ['wrong-type', 'policies: 3\n', '1:11 3'],
  ['wrong-type', '- a\n- b\n', '1:1 - a\n- b'],
  ['not-a-schedule', 'conv9: {min: 1}\n', '1:1 conv9'],
  ['unknown-section', 'policies: []\npruner: {}\n', '2:1 pruner'],
  ['unknown-class', withPruner('class: AutomatedGradualPruners', goodPolicy), '3:16 AutomatedGradualPruners'],
  ['missing-class', withPruner('weights: [fc1.weight]', goodPolicy), '3:3 agp'],
  ['class-in-wrong-section', withPruner('class: StepLR, step_size: 3', goodPolicy), '3:16 StepLR'],
  ['wrong-type', 'pruners: [1]\npolicies: []\n', '1:10 [1]'],
  ['wrong-type', 'pruners:\n  agp: 3\npolicies: []\n', '2:3 agp'],
  ['unknown-key', withPruner(`${gradual}, weight: [fc1.weight]`, goodPolicy), '3:85 weight'],
  ['missing-argument', withPruner(gradual, goodPolicy), '3:3 agp'],
  ['wrong-type', withPruner(`${gradual}, weights: {a: 1}`, goodPolicy), '3:94 {a: 1}'],
  ['wrong-type', withPruner(`${level}, levels: {fc1.weight: [1]}`, goodPolicy), '3:67 [1]'],
  ['out-of-range', withPruner(`${level}, levels: {fc1.weight: 80}`, goodPolicy), '3:67 80'],
  ['out-of-range', withPruner(`${level}, levels: {fc1.weight: -0.5}`, goodPolicy), '3:67 -0.5'],
  ['number-as-text', withPruner(`${level}, levels: {fc1.weight: 5e-1}`, goodPolicy), '3:67 5e-1'],
  ['number-as-text', withPruner(`${level}, levels: {fc1.weight: "0.5"}`, goodPolicy), '3:67 "0.5"'],
  [
    'sparsity-does-not-rise',
    withPruner(
      'class: AutomatedGradualPruner, initial_sparsity: 0.5, final_sparsity: 0.2, weights: [fc1.weight]',
      goodPolicy,
    ),
    '3:79 0.2',
  ],
  ['text-instead-of-list', withPruner(`${gradual}, weights: fc1.weight`, goodPolicy), '3:94 fc1.weight'],
  [
    'unknown-parameter',
    withPruner(`${gradual}, weights: [fc1.weight, conv_2.weight]`, goodPolicy),
    '3:107 conv_2.weight',
  ],
  ['unknown-parameter', withPruner(`${gradual}, weights: [fc1.weight, fc1]`, goodPolicy), '3:107 fc1'],
  ['policy-touches-nothing', withPruner(`${gradual}, weights: [conv9.weight]`, goodPolicy), '5:30 agp'],
  ['star-touches-biases', withPruner(`${level}, levels: {"*": 0.5}`, goodPolicy), '3:55 "*"'],
  [
    'unknown-value',
    withPruner(
      'class: L1RankedStructureParameterPruner, group_type: Filter, desired_sparsity: 0.5, weights: [conv2.weight]',
      goodPolicy,
    ),
    '3:62 Filter',
  ],
  [
    'wrong-structure',
    withPruner(
      'class: L1RankedStructureParameterPruner, group_type: Filters, desired_sparsity: 0.5, weights: [fc1.weight]',
      goodPolicy,
    ),
    '3:104 fc1.weight',
  ],
  ['unused-instance', pruned('{pruner: {instance_name: agp}, epochs: []}').replace(/ {2}- .*\n/, '  []\n'), '3:3 agp'],
  ['missing-instance', pruned(`{pruner: {instance_name: agg}, ${window}}`), '5:30 agg'],
  ['missing-instance', pruned(`{pruner: {}, ${window}}`), '5:6 pruner'],
  ['wrong-type', pruned(`{pruner: agp, ${window}}`), '5:14 agp'],
  ['wrong-type', pruned('agp'), '5:5 agp'],
  ['policy-without-action', pruned(`{prune: {instance_name: agp}, ${window}}`), '5:6 prune'],
  [
    'policy-with-two-actions',
    pruned(`{pruner: {instance_name: agp}, regularizer: {instance_name: agp}, ${window}}`),
    '5:36 regularizer',
  ],
  ['unknown-key', pruned(`{pruner: {instance_name: agp}, ${window}, frequencies: 2}`), '5:86 frequencies'],
  ['unknown-key', pruned(`{pruner: {instance_name: agp, frequency: 1}, ${window}}`), '5:35 frequency'],
  ['unknown-key', prunerArgs('keep_masks: true'), '5:42 keep_masks'],
  ['wrong-type', prunerArgs('keep_mask: 1'), '5:53 1'],
  ['missing-window-key', pruned('{pruner: {instance_name: agp}, starting_epoch: 0, ending_epoch: 4}'), '5:6 pruner'],
  [
    'empty-epoch-range',
    pruned('{pruner: {instance_name: agp}, starting_epoch: 4, ending_epoch: 4, frequency: 1}'),
    '5:69 4',
  ],
  [
    'inverted-epoch-range',
    pruned('{pruner: {instance_name: agp}, starting_epoch: 4, ending_epoch: 2, frequency: 1}'),
    '5:69 2',
  ],
  [
    'frequency-longer-than-range',
    pruned('{pruner: {instance_name: agp}, starting_epoch: 0, ending_epoch: 4, frequency: 5}'),
    '5:83 5',
  ],
  [
    'out-of-range',
    pruned('{pruner: {instance_name: agp}, starting_epoch: -1, ending_epoch: 4, frequency: 1}'),
    '5:52 -1',
  ],
  [
    'out-of-range',
    pruned('{pruner: {instance_name: agp}, starting_epoch: 0, ending_epoch: 4, frequency: 0}'),
    '5:83 0',
  ],
  [
    'wrong-type',
    pruned('{pruner: {instance_name: agp}, starting_epoch: 0.5, ending_epoch: 4, frequency: 1}'),
    '5:52 0.5',
  ],
  [
    'number-as-text',
    pruned('{pruner: {instance_name: agp}, starting_epoch: "0", ending_epoch: 4, frequency: 1}'),
    '5:52 "0"',
  ],
  ['epochs-beside-range', pruned(`{pruner: {instance_name: agp}, epochs: [1], ${window}}`), '5:36 epochs'],
  ['epochs-empty', pruned('{pruner: {instance_name: agp}, epochs: []}'), '5:44 []'],
  ['wrong-type', pruned('{pruner: {instance_name: agp}, epochs: 2}'), '5:44 2'],
  [
    'epochs-unsorted',
    withPruner(`${level}, levels: {fc1.weight: 0.5}`, '{pruner: {instance_name: agp}, epochs: [2, 1]}'),
    '5:44 [2, 1]',
  ],
  ['needs-frequency', pruned('{pruner: {instance_name: agp}, epochs: [0, 1]}'), '5:44 [0, 1]'],
  [
    'too-few-epochs',
    pruned('{pruner: {instance_name: agp}, starting_epoch: 0, ending_epoch: 1, frequency: 1}'),
    '5:69 1',
  ],
  [
    'never-reaches-last-epoch',
    pruned('{pruner: {instance_name: agp, args: {keep_mask: true}}, starting_epoch: 0, ending_epoch: 4, frequency: 2}'),
    '5:94 4',
  ],
  ['gradient-mask-without-forward-only', prunerArgs('mask_gradients: true'), '5:42 mask_gradients'],
  ['double-copies-pointless', prunerArgs('use_double_copies: true'), '5:42 use_double_copies'],
  [
    'policy-beyond-run',
    pruned('{pruner: {instance_name: agp}, starting_epoch: 2, ending_epoch: 9, frequency: 1}'),
    '5:69 9',
  ],
  [
    'policy-beyond-run',
    pruned('{pruner: {instance_name: agp}, starting_epoch: 6, ending_epoch: 9, frequency: 1}'),
    '5:69 9',
  ],
  [
    'policies-fight',
    pruned(goodPolicy).replace('policies:', `  two: {${level}, levels: {fc1.weight: 0.5}}\npolicies:`) +
      '  - {pruner: {instance_name: two}, epochs: [3]}\n',
    '7:30 two',
  ],
  [
    'policies-fight',
    `${pruned(goodPolicy)}  - {regularizer: {instance_name: pull}, ${window}}\nregularizers:\n  pull: {class: L1Regularizer, threshold_criteria: Mean_Abs, reg_regims: {fc1.weight: 0.001}}\n`,
    '6:35 pull',
  ],
  [
    'two-quantizers',
    quantizer('bits_activations: 8').replace('policies:', '  r: {class: DorefaQuantizer}\npolicies:'),
    '4:3 r',
  ],
  ['invalid-pattern', quantizer('overrides: {"fc(": {bits_weights: 8}}'), '3:60 "fc("'],
  ['invalid-pattern', quantizer('overrides: {"(?=f)fc1": {bits_weights: 8}}'), '3:60 "(?=f)fc1"'],
  ['pattern-matches-nothing', quantizer('overrides: {fc*: {bits_weights: 8}}'), '3:60 fc*'],
  ['pattern-shadowed', quantizer('overrides: {fc.*: {bits_weights: 8}, fc.: {bits_weights: 2}}'), '3:85 fc.'],
  ['unknown-module', quantizer('overrides: {conv3: {bits_weights: 8}}'), '3:60 conv3'],
  ['unknown-key', quantizer('overrides: {fc1: {acts: 3}}'), '3:66 acts'],
  ['unknown-key', quantizer('overrides: {fc1: {bit_weights: 3}}'), '3:66 bit_weights'],
  ['quantizer-window', quantizer('bits_activations: 8').replace('starting_epoch: 0', 'starting_epoch: 2'), '5:53 2'],
  ['quantizer-window', quantizer('bits_activations: 8').replace('ending_epoch: 4', 'ending_epoch: 3'), '5:70 3'],
  [
    'quantizer-in-training-only',
    quantizer('bits_activations: 8').replace('class: DorefaQuantizer', 'class: PostTrainLinearQuantizer'),
    '5:33 q',
  ],
  [
    'args-ignored',
    quantizer('bits_activations: 8').replace('name: q}', 'name: q, args: {keep_mask: true}}'),
    '5:36 args',
  ],
  ['missing-argument', rate('class: StepLR'), '3:3 lr'],
  ['wrong-type', rate('class: StepLR, step_size: soon'), '3:34 soon'],
  ['wrong-type', 'training: 3\npolicies: []\n', '1:11 3'],
  ['unknown-training-key', 'training: {epoch: 3}\npolicies: []\n', '1:12 epoch'],
  ['unknown-training-key', 'training: {optimizer: {class: Adam, momentum: 0.9}}\npolicies: []\n', '1:37 momentum'],
  ['unknown-class', 'training: {optimizer: {class: sgd}}\npolicies: []\n', '1:31 sgd'],
  ['number-as-text', 'training: {optimizer: {lr: 1e-3}}\npolicies: []\n', '1:28 1e-3'],
  ['out-of-range', 'training: {optimizer: {momentum: 1}}\npolicies: []\n', '1:34 1'],
  ['wrong-type', 'training: {optimizer: SGD}\npolicies: []\n', '1:23 SGD'],
  ['out-of-range', 'training: {batch_size: 0}\npolicies: []\n', '1:24 0'],
  ['unknown-value', 'training: {precision: fp16}\npolicies: []\n', '1:23 fp16'],
  ['wrong-type', 'training: {epochs: many}\npolicies: []\n', '1:20 many'],
  ['unknown-model', 'training: {model: cnn_mnst}\npolicies: []\n', '1:19 cnn_mnst'],
  ['unknown-dataset', 'training: {dataset: minst}\npolicies: []\n', '1:21 minst'],
  ['model-dataset-mismatch', 'training: {model: mlp_2d, dataset: mnist}\npolicies: []\n', '1:36 mnist'],
  ['train-size-clamped', 'training: {train_size: 70000}\npolicies: []\n', '1:24 70000'],
  ['validation-size-clamped', 'training: {validation_size: 20000}\npolicies: []\n', '1:29 20000'],
  [
    'foreign-model',
    withPruner(`${gradual}, weights: [module.layer4.0.conv1.weight, module.layer4.0.conv3.weight]`, goodPolicy).replace(
      training,
      '',
    ),
    '2:95 module.layer4.0.conv1.weight',
  ],
  [
    'model-by-names',
    withPruner(`${gradual}, weights: [module.layer1.0.conv1.weight, module.layer1.0.conv2.weight]`, goodPolicy).replace(
      training,
      '',
    ),
    '2:95 module.layer1.0.conv1.weight',
  ],
  [
    'model-by-mention',
    withPruner(`${gradual}, weights: [conv1.weight]`, goodPolicy).replace(
      training,
      '# for mlp_mnist or simplenet_mnist\n',
    ),
    '1:20 simplenet_mnist',
  ],
  [
    'class-function-mismatch',
    thinned('class: ChannelRemover, thinning_func_str: remove_filters, arch: a, dataset: d', 'epochs: [3]'),
    '5:55 remove_filters',
  ],
  [
    'distiller-needs-argument',
    thinned('class: FilterRemover, thinning_func_str: remove_filters', 'epochs: [3]'),
    '5:3 thinner',
  ],
  ['unknown-value', thinned('class: FilterRemover, thinning_func_str: remove_rows', 'epochs: [3]'), '5:54 remove_rows'],
  ['missing-argument', thinned('class: FilterRemover, arch: a, dataset: d', 'epochs: [3]'), '5:3 thinner'],
  [
    'args-ignored',
    thinned(removal, 'epochs: [3]').replace('name: thinner}', 'name: thinner, args: {arch: a}}'),
    '8:42 args',
  ],
  ['thinning-before-pruning', thinned(removal, 'epochs: [0]', 'first'), '7:33 thinner'],
  ['thinning-removes-nothing', extension(removal, ''), '5:33 thinner'],
  [
    'thinning-removes-nothing',
    thinned(removal, 'epochs: [3]').replace('epochs: 4', 'epochs: 4, model: mlp_mnist'),
    '8:33 thinner',
  ],
  ['unknown-model', extension('class: KnowledgeDistillation, teacher: simplenet_mnst', ''), '3:52 simplenet_mnst'],
  ['model-dataset-mismatch', extension('class: KnowledgeDistillation, teacher: mlp_2d', ''), '3:52 mlp_2d'],
  ['out-of-range', extension('class: KnowledgeDistillation, teacher: run, temperature: 0', ''), '3:70 0'],
  ['nothing-distilled', extension('class: KnowledgeDistillation, teacher: run, distill_weight: 0', ''), '3:73 0'],
  [
    'teacher-size-clamped',
    extension('class: KnowledgeDistillation, teacher: cnn_mnist, teacher_size: 90000', ''),
    '3:77 90000',
  ],
  ['no-early-exit', extension('class: EarlyExit, lossweights: [0.4], thresholds: [0.9]', ''), '3:63 [0.9]'],
  [
    'exit-count-mismatch',
    extension('class: EarlyExit, lossweights: [0.2, 0.2], thresholds: [0.9, 0.9]', 'resnet20_cifar_earlyexit'),
    '3:68 [0.9, 0.9]',
  ],
  [
    'exit-count-mismatch',
    extension('class: EarlyExit, lossweights: [0.2], thresholds: [0.9, 0.9]', 'resnet20_cifar_earlyexit'),
    '3:63 [0.9, 0.9]',
  ],
  [
    'out-of-range',
    extension('class: EarlyExit, lossweights: [1], thresholds: [0.9]', 'resnet20_cifar_earlyexit'),
    '3:44 [1]',
  ],
  [
    'exit-never-taken',
    extension('class: EarlyExit, lossweights: [0.4], thresholds: [1]', 'resnet20_cifar_earlyexit'),
    '3:63 [1]',
  ],
  [
    'unknown-module',
    extension('class: EarlyExit, exits: [pool9], lossweights: [0.3], thresholds: [0.9]', ''),
    '3:39 pool9',
  ],
  [
    'exit-count-mismatch',
    extension('class: EarlyExit, exits: [pool1, pool2], lossweights: [0.3], thresholds: [0.9]', ''),
    '3:86 [0.9]',
  ],
  [
    'exits-already',
    extension('class: EarlyExit, exits: [bn1], lossweights: [0.3], thresholds: [0.9]', 'resnet20_cifar_earlyexit'),
    '3:38 [bn1]',
  ],
  [
    'exit-impossible',
    extension('class: EarlyExit, exits: [fc2], lossweights: [0.3], thresholds: [0.9]', ''),
    '3:38 [fc2]',
  ],
  [
    'exit-order',
    extension('class: EarlyExit, exits: [pool2, pool1], lossweights: [0.3, 0.3], thresholds: [0.9, 0.9]', ''),
    '3:38 [pool2, pool1]',
  ],
  ['exits-untrained', 'training: {model: resnet20_cifar_earlyexit}\npolicies: []\n', '1:19 resnet20_cifar_earlyexit'],
  ['clip-needs-deviations', afterwards('clip_acts: N_STD'), '2:55 N_STD'],
  ['clip-bits', afterwards('bits_activations: 9, clip_acts: GAUSS'), '2:76 GAUSS'],
  ['unknown-value', afterwards('clip_acts: MEAN'), '2:55 MEAN'],
  ['old-spelling', afterwards('fp16: true'), '2:50 true'],
  ['floats-contradict', afterwards('fp16: true, fpq_module: 32'), '2:50 true'],
  ['statistics-measured', afterwards('model_activation_stats: stats.yaml'), '2:68 stats.yaml'],
  ['wrong-statistics', afterwards('model_activation_stats: {conv1: {output: {}}}'), '2:68 {conv1: {output: {}}}'],
  [
    'override-key-ignored',
    afterwards('overrides: {relu1: {per_channel_wts: true}}'),
    '2:55 {relu1: {per_channel_wts: true}}',
  ],
  ['unknown-key', afterwards('overrides: {conv1: {bits_parameters: 4}}'), '2:64 bits_parameters'],
  ['unknown-module', afterwards('overrides: {conv9: {bits_weights: 4}}'), '2:56 conv9'],
  ['cut-at-birth', cut('[0]'), '5:44 [0]'],
  ['cut-without-recovery', cut('[7]'), '5:44 [7]'],
  ['recovery-too-timid', cut('[4]', rateFalls(0.001)), '5:44 [4]'],
  ['rate-too-high', cut('[4]', rateFalls(10)), '6:36 lr'],
  ['rate-too-high', 'training: {optimizer: {lr: 0.3}}\npolicies: []\n', '1:28 0.3'],
  ['rate-vanishes', rate('class: CosineAnnealingLR, T_max: 2'), '5:36 lr'],
  [
    'policies-fight',
    rate('class: StepLR, step_size: 3').concat(`  - {lr_scheduler: {instance_name: lr}, epochs: [2, 3]}\n`),
    '6:36 lr',
  ],
  ['layer-nearly-empty', withPruner(`${level}, levels: {conv1.weight: 0.98}`, goodPolicy), '5:30 agp'],
  ['mask-never-kept', prunerArgs('mask_on_forward_only: true'), '5:42 mask_on_forward_only'],
  ['mask-never-kept', prunerArgs('mask_on_forward_only: true, keep_mask: false'), '5:42 mask_on_forward_only'],
  [
    'final-sparsity-not-reached',
    pruned('{pruner: {instance_name: agp}, starting_epoch: 1, ending_epoch: 9, frequency: 1}'),
    '5:69 9',
  ],
  [
    'never-reaches-last-epoch',
    pruned(
      '{pruner: {instance_name: agp, args: {keep_mask: true, mask_on_forward_only: true}}, starting_epoch: 0, ending_epoch: 6, frequency: 1}',
    ),
    '5:122 6',
  ],
  [
    'flags-overwritten',
    prunerArgs('mask_on_forward_only: true, keep_mask: true').replace(
      'policies:',
      `  two: {${level}, levels: {fc2.weight: 0.5}}\npolicies:`,
    ) + `  - {pruner: {instance_name: two}, ${window}}\n`,
    '7:30 two',
  ],
  [
    'policies-fight',
    prunerArgs('discard_masks_at_minibatch_end: true').replace(
      'policies:',
      `  two: {${level}, levels: {fc2.weight: 0.5}}\npolicies:`,
    ) + `  - {pruner: {instance_name: two}, ${window}}\n`,
    '6:42 discard_masks_at_minibatch_end',
  ],
  [
    'penalty-makes-no-zeros',
    `${training}regularizers:\n  pull: {class: L1Regularizer, reg_regims: {fc1.weight: 0.001}}\npolicies:\n  - {regularizer: {instance_name: pull}, ${window}}\n`,
    '5:35 pull',
  ],
  [
    'distiller-cannot-combine',
    `${quantizer('bits_activations: 8')}  - {pruner: {instance_name: agp}, ${window}}\npruners:\n  agp: {${gradual}, weights: [fc1.weight]}\n`,
    '6:30 agp',
  ],
  ['loss-too-steep', teacher(4), '5:33 thinner'],
  [
    'drawn-anew',
    withPruner(
      'class: RandomRankedFilterPruner, group_type: Filters, desired_sparsity: 0.5, weights: [conv2.weight]',
      goodPolicy,
    ),
    '5:83 1',
  ],
  ['range-starves-weights', rangeLinear('bits_weights: 2, bits_activations: 8, mode: SYMMETRIC'), '3:95 SYMMETRIC'],
  ['range-wastes-values', rangeLinear('bits_weights: 8, bits_activations: 2'), '3:3 q'],
  ['nothing-to-fold', rangeLinear('bits_weights: 8, fold_batch_norm: true'), '3:85 true'],
];

/** Texts that come close to a mistake and make none. */
const innocent: readonly (readonly [code: string, text: string])[] = [
  ['cut-at-birth', cut('[1]')],
  ['cut-without-recovery', cut('[6]')],
  ['recovery-too-timid', cut('[4]', rateFalls(0.1))],
  ['recovery-too-timid', cut('[2]', rateFalls(0.001))],
  ['rate-too-high', cut('[4]', rateFalls(2))],
  ['rate-vanishes', rate('class: CosineAnnealingLR, T_max: 8')],
  ['layer-nearly-empty', withPruner(`${level}, levels: {conv1.weight: 0.95}`, goodPolicy)],
  ['mask-never-kept', prunerArgs('mask_on_forward_only: true, keep_mask: true')],
  ['final-sparsity-not-reached', pruned(goodPolicy)],
  ['never-reaches-last-epoch', prunerArgs('keep_mask: true')],
  ['loss-too-steep', teacher(2)],
  ['range-starves-weights', rangeLinear('bits_weights: 2, mode: SYMMETRIC, per_channel_wts: true')],
  ['range-starves-weights', rangeLinear('bits_weights: 3, mode: SYMMETRIC')],
  ['nothing-to-fold', rangeLinear('bits_weights: 8, fold_batch_norm: false')],
  [
    'nothing-to-fold',
    rangeLinear('bits_weights: 8, fold_batch_norm: true').replace('{epochs: 4', '{epochs: 4, model: plain20_cifar'),
  ],
  ['range-wastes-values', rangeLinear('bits_activations: 2, mode: ASYMMETRIC_UNSIGNED')],
  [
    'drawn-anew',
    withPruner(
      'class: RandomRankedFilterPruner, group_type: Filters, desired_sparsity: 0.5, weights: [conv2.weight]',
      '{pruner: {instance_name: agp}, epochs: [1]}',
    ),
  ],
];

describe('a schedule that only comes close', () => {
  it.each(innocent)('gets no `%s`: %j', (code, text) => {
    const { ok, diagnostics } = parseSchedule(text, zoo);
    expect(ok).toBe(true);
    expect(diagnostics.map((diagnostic) => diagnostic.code)).not.toContain(code);
  });
});

describe('a wrong schedule', () => {
  it.each(cases)('gets `%s` in the right place: %j', (code, text, place) => {
    const { diagnostics } = parseSchedule(text, zoo);
    const found = diagnostics
      .filter((diagnostic) => diagnostic.code === code)
      .map((diagnostic) => placeOf(diagnostic, text));
    expect(
      found.length > 0 ? found : diagnostics.map((diagnostic) => `${diagnostic.code} ${placeOf(diagnostic, text)}`),
    ).toContain(place);
  });

  it.each(cases)('is rid of `%s` by each fix that is offered: %j', (code, text) => {
    const before = parseSchedule(text, zoo).diagnostics;
    for (const diagnostic of before.filter((candidate) => candidate.code === code)) {
      for (const fix of diagnostic.fixes) {
        const after = parseSchedule(applyFix(text, fix), zoo).diagnostics;
        const same = after.filter((candidate) => candidate.code === code && candidate.message === diagnostic.message);
        expect(same, fix.title).toEqual([]);
        expect(count(after, 'yaml-syntax'), fix.title).toBeLessThanOrEqual(count(before, 'yaml-syntax'));
      }
    }
  });

  it('leaves the policies of a class out that is not built here', () => {
    const methods = catalogue.filter(({ name }) => name !== 'AutomatedGradualPruner');
    const { ok, diagnostics } = parseSchedule(pruned(goodPolicy), zoo, methods);
    expect(ok).toBe(true);
    expect(diagnostics.map(({ code, range }) => [code, range.start.line])).toEqual([['unavailable-class', 3]]);
  });

  it('does not call an instance unused because its policy has another mistake', () => {
    const { diagnostics } = parseSchedule(pruned('{pruner: {instance_name: agp}, starting_epoch: 0}'), zoo);
    expect(diagnostics.map(({ code }) => code)).toEqual(['missing-window-key']);
  });

  it('says all its problems at once, in the order of the text', () => {
    const text =
      'pruners:\n  a: {class: Nope}\n  b: {}\npolicies:\n  - {}\n  - {pruner: {instance_name: c}, epochs: []}\ntraining: {seed: x}\n';
    const { ok, diagnostics } = parseSchedule(text, zoo);
    expect(ok).toBe(false);
    expect(diagnostics.map(({ code, range }) => `${range.start.line} ${code}`)).toEqual([
      '2 unused-instance',
      '2 unknown-class',
      '3 missing-class',
      '3 unused-instance',
      '5 policy-without-action',
      '6 missing-instance',
      '6 epochs-empty',
      '7 wrong-type',
    ]);
  });
});

function placeOf({ range }: Diagnostic, text: string): string {
  const covered = text.slice(range.start.offset, range.end.offset);
  return `${range.start.line}:${range.start.column} ${covered.startsWith('xxx') ? '' : covered}`;
}

function applyFix(text: string, { range, text: replacement }: Fix): string {
  return text.slice(0, range.start.offset) + replacement + text.slice(range.end.offset);
}

function count(diagnostics: readonly Diagnostic[], code: string): number {
  return diagnostics.filter((diagnostic) => diagnostic.code === code).length;
}
