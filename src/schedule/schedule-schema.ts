import { z } from 'zod';

/** SGD as PyTorch computes it. */
export const sgdSchema = z.strictObject({
  class: z.literal('SGD').default('SGD').describe('`SGD`, or `Adam`.'),
  lr: z.number().min(0).max(1000).default(0.03).describe('Learning rate at the start.'),
  momentum: z.number().min(0).lt(1).default(0.9).describe('Share of the last step that the next one keeps.'),
  weight_decay: z
    .number()
    .min(0)
    .max(100)
    .default(0)
    .describe('Pull of every weight towards zero, as in L2 regularization.'),
  nesterov: z.boolean().default(false).describe("Nesterov's form of momentum; needs a momentum above 0."),
});

export const adamSchema = z.strictObject({
  class: z.literal('Adam').describe('`Adam`.'),
  lr: z.number().min(0).max(1000).default(0.001).describe('Learning rate at the start.'),
  betas: z
    .tuple([z.number().min(0).lt(1), z.number().min(0).lt(1)])
    .default([0.9, 0.999])
    .describe('Decay of the averages of the gradient and of its square.'),
  eps: z.number().positive().default(1e-8).describe('Added to the divisor, so that it is never zero.'),
  weight_decay: z
    .number()
    .min(0)
    .max(100)
    .default(0)
    .describe('Pull of every weight towards zero, as in L2 regularization.'),
});

/** The playground's own block. Sizes count samples, `epochs` whole passes. */
export const trainingSchema = z.strictObject({
  model: z
    .string()
    .optional()
    .describe('The network to train. Default `cnn_mnist`, or the first that fits the dataset.'),
  dataset: z.string().optional().describe('The data to learn. Default `mnist`, or the first that fits the model.'),
  train_size: z.int().min(1).max(1_000_000).default(8192).describe('Train on the first so many training samples.'),
  validation_size: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(2000)
    .describe('Measure on the first so many test samples after every epoch; the whole test set follows at the end.'),
  epochs: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe('Passes over the training samples. Default 8, or as many as the policies need.'),
  batch_size: z.int().min(1).max(4096).default(64).describe('Samples in one step.'),
  optimizer: z
    .unknown()
    .optional()
    .describe('How weights are updated: `class` SGD or Adam, `lr` and its other arguments.'),
  precision: z
    .enum(['f32', 'f16'])
    .default('f32')
    .describe(
      'Floats in which a training step keeps maps and their gradients. `f16` halves what the GPU reads and writes; sums and weights stay `f32`. Needs WebGPU with 16-bit floats; otherwise the run trains in `f32` and says so.',
    ),
  seed: z.int().min(0).max(4_294_967_295).default(1).describe('Draws initial weights and the order of samples.'),
  sweep: z
    .unknown()
    .optional()
    .describe(
      'Trains the schedule once for each value of one number: `path` says which, `values` or a range say what.',
    ),
});

const flag = () => z.boolean().default(false);

/** `args` of a pruning policy (reference 3.2). */
export const pruningArgsSchema = z.strictObject({
  levels: z
    .record(z.string(), z.number().min(0).max(1))
    .optional()
    .describe("Sparsity of each parameter, in place of the pruner's own `levels`."),
  keep_mask: flag().describe('At the end of the last epoch, multiplies the weights by the mask for good.'),
  mini_batch_pruning_frequency: z
    .int()
    .min(0)
    .default(0)
    .describe('Computes masks anew every so many steps; 0: at epoch begin only.'),
  mask_on_forward_only: flag().describe('Masks the forward pass only: after the step pruned weights may grow again.'),
  mask_gradients: flag().describe('Multiplies gradients by the mask. Needs `mask_on_forward_only`.'),
  use_double_copies: flag().describe('Computes gradients with masked weights and updates the unmasked ones.'),
  discard_masks_at_minibatch_end: flag().describe('Forgets every mask after each step.'),
  skip_first_minibatch: flag().describe('Computes the first masks after one step. For policies that start at epoch 0.'),
  fold_batchnorm: flag().describe('Ranks by weights with the following batch normalization folded in.'),
});

/** `args` of a regularization policy (reference 3.3). */
export const regularizationArgsSchema = z.strictObject({
  keep_mask: flag().describe('Keeps the mask of the last step of the last epoch for good.'),
});
