import { z } from 'zod';
import { keptChannels, reconstructChannels } from '../../core/reconstruct-channels.ts';
import { fraction, parameterNames } from '../arguments.ts';
import { definePruner } from '../define-method.ts';
import { checkRankedParameter, createRankedPruner } from '../ranked-structures.ts';

export default definePruner({
  kind: 'pruner',
  name: 'FMReconstructionChannelPruner',
  needs: ['feature-maps'],
  summary: 'Prunes the input channels with the smallest weights, and changes the others so that the outputs stay.',
  notes: [
    'At each of its epochs some training samples go through the network. The inputs under the kernel and the outputs there are kept, and the weights of the channels that stay are solved for by least squares.',
    'It changes weights, unlike all other pruners. The bias stays: it is taken off the outputs first, which Distiller forgets.',
    'All kernels of one policy are rebuilt for the network as it is when the epoch begins.',
    'In Distiller a program has to collect the samples beforehand; here the schedule is enough. `points` and `samples` are additions.',
    'The last channel is never pruned unless the sparsity is exactly 1; channels that tie with the last one to go are pruned too.',
  ],
  formula:
    'keep the channels with the largest Σ|w|; W′ = argmin ‖X·W′ − Y‖², X the inputs of the kept channels, Y the outputs before',
  equation: {
    tex: [
      String.raw`\lVert c \rVert = \sum_{w \in c} |w|, \qquad k = \lfloor p\,n \rfloor`,
      String.raw`W' = \operatorname*{arg\,min}_{W} \lVert X W - Y \rVert_F^2`,
    ],
    where:
      '$p$ is `desired_sparsity`; of the $n$ input channels $c$ the $k$ smallest go, $X$ holds sampled input patches of those that stay, and $Y$ the outputs at the same places before.',
  },
  reference: {
    title: 'He et al. 2017, Channel Pruning for Accelerating Very Deep Neural Networks',
    url: 'https://arxiv.org/abs/1707.06168',
  },
  args: z.strictObject({
    group_type: z
      .literal('Channels', { error: 'Only `Channels` can be rebuilt from feature maps.' })
      .describe('Always Channels: the input channels of a convolution, or the inputs of a dense layer.'),
    desired_sparsity: fraction.describe('Share of the channels to prune.'),
    weights: parameterNames.describe('Names of the parameters to prune.'),
    group_dependency: z
      .null({ error: 'Each kernel is rebuilt by itself: leave the key away.' })
      .optional()
      .describe('None: kernels cannot be led by another one.'),
    group_size: z.int().min(1).default(1).describe('How many adjacent channels go together.'),
    ranking_noise: fraction.default(0).describe('Chance of an activation to rank by noisy magnitudes, 0 to 1.'),
    points: z.int().min(1).default(10).describe('Output positions that are looked at in each sample.'),
    samples: z.int().min(1).default(500).describe('Training samples that are looked at.'),
  }),
  example: { group_type: 'Channels', desired_sparsity: 0.5, weights: ['conv2.weight'] },
  names: { weights: 'parameter' },
  checkParameter: (args, parameter) => checkRankedParameter(args, parameter, args.group_size),
  create: (args) => ({
    ...createRankedPruner(
      args,
      { norm: 'L1', noise: args.ranking_noise, groupSize: args.group_size },
      () => args.desired_sparsity,
    ),
    sampling: { points: args.points, samples: args.samples },
    reconstruct: ({ parameter: { shape }, weights, featureMaps }, mask) =>
      featureMaps ? reconstructChannels(weights, shape, keptChannels(shape, mask), featureMaps) : null,
  }),
});
