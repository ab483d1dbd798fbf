import { z } from 'zod';
import { dropLowest } from '../core/rank-structures.ts';
import { expandGroups, groupStructures } from '../core/structures.ts';
import type { ParameterSpec } from '../core/network.ts';
import { nameList, parameterNames } from './arguments.ts';
import type { ArgumentProblem } from './define-method.ts';
import type { PolicyWindow } from './policy-window.ts';
import type { Pruner, PruneRequest } from './pruner.ts';

/** What the pruners that choose filters of a convolution by a score have in common (reference 4.8 and 4.11 to 4.14). */

export const filterArguments = {
  group_type: z
    .enum(['Filters', '3D'], { error: 'This pruner only prunes `Filters` (`3D` is a synonym).' })
    .describe('Filters, or its synonym 3D; nothing else is pruned here.'),
  weights: parameterNames.describe('Names of the convolution kernels to prune.'),
  group_dependency: z
    .null({ error: '`Leader` works with L1 and L2 ranking only. Remove the key.' })
    .optional()
    .describe('Not available here: `Leader` works with L1 and L2 ranking only.'),
};

type FilterArguments = z.output<z.ZodObject<typeof filterArguments>>;

/** The share of filters that should be pruned at a moment. */
export type FilterShare = (moment: { readonly epoch: number; readonly window: PolicyWindow }) => number;

/** How many of `count` filters go: ⌊share · count⌋, without keeping a last one. */
export function filtersToPrune(count: number, share: number): number {
  return Math.trunc(share * count);
}

/** A pruner that asks for one number per filter: what the mask holds there, or null to leave the standing mask. */
export function createFilterPruner(
  args: FilterArguments,
  filterMask: (request: PruneRequest, filterCount: number) => Float32Array | null,
  promise: (filterCount: number, moment: Parameters<FilterShare>[0]) => number | null,
): Pruner {
  const names = nameList(args.weights);
  return {
    touches: ({ name }) => names.includes(name),
    computeMask: (request) => {
      if (!names.includes(request.parameter.name)) return null;
      const [problem] = checkConvolution(args, request.parameter);
      if (problem) throw new RangeError(problem.message);
      const groups = groupStructures(request.parameter.shape, 'filter');
      const mask = filterMask(request, groups.groupCount);
      return mask && expandGroups(mask, groups);
    },
    promise: ({ parameter, epoch, window }) => promise(parameter.shape.at(-1) ?? 0, { epoch, window }),
  };
}

/** Masks a random subset of the filters, drawn anew for every call. */
export function createRandomFilterPruner(args: FilterArguments, share: FilterShare): Pruner {
  return createFilterPruner(
    args,
    (request, count) => {
      const prune = filtersToPrune(count, share(request));
      return prune === 0 ? null : dropLowest(request.random.permutation(count), prune);
    },
    (count, moment) => filtersToPrune(count, share(moment)) / count,
  );
}

/** One number for each filter; null if nothing is known yet. */
export type FilterScores = (request: PruneRequest) => ArrayLike<number> | null;

/**
 * Prunes the filters with the lowest or the highest scores, and nothing while there are no scores. Of equal ones the lowest
 * go in the order of their indices, the highest against it.
 */
export function createScoredFilterPruner(
  args: FilterArguments,
  share: FilterShare,
  { scores, prunes }: { readonly scores: FilterScores; readonly prunes: 'lowest' | 'highest' },
): Pruner {
  return createFilterPruner(
    args,
    (request, count) => {
      const prune = filtersToPrune(count, share(request));
      const found = prune === 0 ? null : scores(request);
      if (found === null) return null;
      if (found.length !== count) throw new RangeError(`There are ${found.length} scores of ${count} filters`);
      return prunes === 'lowest' ? dropLowest(found, prune) : dropLowest(found, count - prune).map((keep) => 1 - keep);
    },
    (count, moment) => filtersToPrune(count, share(moment)) / count,
  );
}

/**
 * Keeps every filter with probability 1 - share, and scales those that stay so that their sum is kept on average. If chance
 * keeps none, one stays.
 */
export function createBernoulliFilterPruner(args: FilterArguments, share: FilterShare): Pruner {
  return createFilterPruner(
    args,
    (request, count) => {
      const chance = share(request);
      const keep = Float32Array.from({ length: count }, () => (request.random.next() < chance ? 0 : 1));
      if (!keep.includes(1)) keep[request.random.integer(count)] = 1;
      const kept = keep.reduce((sum, value) => sum + value, 0) / count;
      return keep.map((value) => value / kept);
    },
    () => null,
  );
}

/** Filters exist in convolutions only. */
export function checkConvolution(args: FilterArguments, parameter: ParameterSpec): readonly ArgumentProblem[] {
  if (!nameList(args.weights).includes(parameter.name) || parameter.shape.length === 4) return [];
  const message = `\`${parameter.name}\` is no convolution kernel; its shape is [${parameter.shape.join(', ')}]. This pruner only prunes filters.`;
  return [{ argument: 'weights', code: 'wrong-structure', message, severity: 'error' }];
}

export const bernoulliNotes = [
  'The mask is no plain mask: filters that stay are scaled up by the inverse of the share that stays.',
  'Masks are multiplied into the weights, so without `use_double_copies: true` the scaling compounds. The intended policy has `mini_batch_pruning_frequency: 16`, `discard_masks_at_minibatch_end`, `use_double_copies`, `mask_on_forward_only` and `mask_gradients`, all true.',
  'If chance keeps no filter, one stays; in Distiller the mask is not a number then.',
];

export const randomNotes = [
  'Filters are drawn anew at every activation. Those that a new draw releases start from zero, because their weights were lost, unless the policy has `use_double_copies: true`.',
  'A sparsity close to 1 can remove all filters: none is kept by rule.',
];

export const activationNotes = [
  'What is measured is the activation that reads the convolution, found through the network: behind a batch normalization or an addition too. Distiller derives its name from that of the weight, `.conv` becoming `.relu`.',
  'Activations are measured while an epoch trains, so nothing is known in epoch 0: start at epoch 1. Masks made within an epoch use what it has measured so far.',
  'A sparsity close to 1 can remove all filters: none is kept by rule.',
];

export const gradientNotes = [
  'The gradient is that of the last step before the mask is made. Before the first step there is none, and nothing is pruned: the first epoch of a run does nothing.',
  'The score is signed as in Distiller: the most negative ones go. The criterion of the paper takes the magnitude.',
  'A sparsity close to 1 can remove all filters: none is kept by rule.',
];

/** Σ gradient · weight over each filter: how much the loss would fall, to first order, if the filter grew. */
export function gradientScores({ gradient, weights, parameter }: PruneRequest): Float64Array | null {
  if (!gradient) return null;
  const scores = new Float64Array(parameter.shape.at(-1) ?? 0);
  for (const [index, weight] of weights.entries()) {
    const filter = index % scores.length;
    scores[filter] = (scores[filter] ?? 0) + weight * (gradient[index] ?? 0);
  }
  return scores;
}

/** A policy that begins before anything was measured. */
export function checkMeasuredFirst(_: unknown, window: PolicyWindow): readonly ArgumentProblem[] {
  if (window.startingEpoch > 0) return [];
  const message =
    'Activations are measured while an epoch trains: in epoch 0 nothing is known and nothing is pruned. Start at epoch 1 or later; Distiller stops here.';
  return [{ argument: 'starting_epoch', code: 'nothing-measured', message, severity: 'warning' }];
}
