import { type Network, networkParameters } from '../core/network.ts';

export const variants = ['plain', 'mask', 'mask+qat', 'group-lasso', 'kd'] as const;

/** What compresses while training: nothing, or what the schedules of `variantPolicies` say. */
export type Variant = (typeof variants)[number];

export const systemNames = ['ours', 'ours-f16', 'ours-reference', 'tfjs-fit', 'jax-js-webgpu', 'jax-js-wasm'] as const;

/** Who trains: the fused step, the same in half precision where the adapter has it (outside of browsers only), its reference on TensorFlow.js with own kernels, `model.fit`, and jax-js on two devices. */
export type SystemName = (typeof systemNames)[number];

/** A task as plain data. `model` is a name of `bench-models.ts`. */
export interface TaskName {
  readonly model: string;
  readonly variant: Variant;
  readonly batchSize: number;
}

/** Share of zeros in each kernel. */
export const maskedSparsity = 0.8;

/** Sections and policies of a schedule that is one epoch long. */
export function variantPolicies(variant: Variant, network: Network): Record<string, unknown> {
  switch (variant) {
    case 'plain':
      return { policies: [] };
    case 'mask':
      return { pruners: pruners(network), policies: [pruning] };
    case 'mask+qat':
      return {
        pruners: pruners(network),
        quantizers: {
          low_bit: { class: 'QuantAwareTrainRangeLinearQuantizer', bits_activations: 8, bits_weights: 4 },
        },
        policies: [pruning, { quantizer: { instance_name: 'low_bit' }, ...epochZero }],
      };
    case 'group-lasso':
      return {
        regularizers: { lasso: { class: 'GroupLassoRegularizer', reg_regims: lassoGroups(network) } },
        policies: [{ regularizer: { instance_name: 'lasso' }, ...epochZero }],
      };
    case 'kd':
      return {
        extensions: { distill: { class: 'KnowledgeDistillation', teacher: 'run', temperature: 4 } },
        policies: [{ extension: { instance_name: 'distill' }, ...epochZero }],
      };
  }
}

const epochZero = { starting_epoch: 0, ending_epoch: 1, frequency: 1 };
const pruning = { pruner: { instance_name: 'level' }, ...epochZero };

function kernels(network: Network) {
  return networkParameters(network).filter(({ role }) => role === 'kernel');
}

function pruners(network: Network) {
  const levels = Object.fromEntries(kernels(network).map(({ name }) => [name, maskedSparsity]));
  return { level: { class: 'SparsityLevelParameterPruner', levels } };
}

/** Filters of convolutions and inputs of dense layers go together. */
function lassoGroups(network: Network) {
  return Object.fromEntries(
    kernels(network).map(({ name, layerKind }) => [name, [1e-4, layerKind === 'conv2d' ? 'Filters' : 'Rows']]),
  );
}
