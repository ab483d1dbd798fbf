import type { MethodKind } from '../methods/define-method.ts';

/** The sections that define instances, and what a policy calls their kind, in the order in which Distiller looks. */
export const sectionKinds = {
  pruners: 'pruner',
  regularizers: 'regularizer',
  quantizers: 'quantizer',
  lr_schedulers: 'lr_scheduler',
  extensions: 'extension',
} as const satisfies Readonly<Record<string, MethodKind>>;

export type Section = keyof typeof sectionKinds;

export const methodKinds: readonly MethodKind[] = Object.values(sectionKinds);

/** What each top-level key holds, for completion and hover. */
export const topLevelKeys: Readonly<Record<string, string>> = {
  version: 'Version of the format. Distiller ignores it.',
  training: "The playground's own block: model, data and how to train. Distiller ignores it.",
  pruners: 'Pruner instances by name: each has a `class` and its arguments.',
  regularizers: 'Regularizer instances by name.',
  quantizers: 'The quantizer: at most one.',
  lr_schedulers: 'Learning-rate schedulers by name.',
  extensions: 'Extensions by name, such as the removal of zeroed filters.',
  policies: 'What runs when: a list, each item naming an instance and its epochs.',
};

/** Keys of one item of `policies`, besides the kinds. */
export const windowKeys: Readonly<Record<string, string>> = {
  starting_epoch: 'First epoch, counted from 0.',
  ending_epoch: 'The epoch before which the policy ends: exclusive.',
  frequency: 'Acts every so many epochs, from the first on.',
  epochs: 'A list of the epochs in which to act, instead of the three keys above.',
};

export const actionKeys: Readonly<Record<string, string>> = {
  instance_name: 'The name under which the instance is defined in its section.',
  args: 'How the policy applies the instance. Pruners and regularizers only.',
};

const ranked = ['L1Ranked', 'L2Ranked'].map((criterion) => `${criterion}StructureParameterPruner`);
const filterRanked = [
  'ActivationAPoZRanked',
  'ActivationMeanRanked',
  'GradientRanked',
  'RandomRanked',
  'Bernoulli',
].map((criterion) => `${criterion}FilterPruner`);

/** Every class that a Distiller file can name (reference 1.3), whether it is built here or not. */
export const distillerClasses: Readonly<Record<MethodKind, readonly string[]>> = {
  pruner: [
    'MagnitudeParameterPruner',
    'SparsityLevelParameterPruner',
    'SensitivityPruner',
    'SplicingPruner',
    'AutomatedGradualPruner',
    'BaiduRNNPruner',
    'StructureParameterPruner',
    'RandomLevelStructureParameterPruner',
    'FMReconstructionChannelPruner',
    ...[...ranked, ...filterRanked].flatMap((name) => [name, `${name}_AGP`]),
  ],
  regularizer: ['L1Regularizer', 'GroupLassoRegularizer', 'GroupVarianceRegularizer'],
  quantizer: [
    'DorefaQuantizer',
    'WRPNQuantizer',
    'PACTQuantizer',
    'QuantAwareTrainRangeLinearQuantizer',
    'NCFQuantAwareTrainQuantizer',
    'PostTrainLinearQuantizer',
  ],
  lr_scheduler: [
    'StepLR',
    'MultiStepLR',
    'ExponentialLR',
    'CosineAnnealingLR',
    'CosineAnnealingWarmRestarts',
    'ReduceLROnPlateau',
    'CyclicLR',
    'OneCycleLR',
    'PolynomialLR',
    'MultiStepMultiGammaLR',
  ],
  extension: ['FilterRemover', 'ChannelRemover', 'StructureRemover'],
};

/** The section of a kind. */
export function sectionOf(kind: MethodKind): Section {
  return `${kind}s`;
}
