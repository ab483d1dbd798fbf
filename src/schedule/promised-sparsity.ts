import type { ParameterSpec } from '../core/network.ts';
import type { Pruner, PrunePromise } from '../methods/pruner.ts';
import type { Policy } from './schedule.ts';
import { createExtension, createPruner, createRegularizer, hasThreshold } from './touched.ts';

type PruningPolicy = Extract<Policy, { readonly kind: 'pruner' }>;
type RegularizationPolicy = Extract<Policy, { readonly kind: 'regularizer' }>;

/** Share of zeros; null where it depends on the weights. */
type Share = number | null;

/** What stands on one parameter while the epochs pass. */
interface MaskState {
  /** Of the mask; 0 without one. */
  mask: Share;
  /** The mask holds in the forward pass only, so that the weights themselves have no zeros at the end of an epoch. */
  forwardOnly: boolean;
}

interface PrunerRun {
  readonly policy: PruningPolicy;
  readonly pruner: Pruner;
  readonly active: ReadonlySet<number>;
}

/**
 * Promised share of zeros of each kernel at the end of each epoch, after what policies do there. Follows the masks as
 * the scheduler does (reference 2.3 and 3.2): a later policy replaces a mask, a mask stands after its policy has ended,
 * and masks that hold in the forward pass only leave no zeros in the weights until they are kept.
 */
export function promisedSparsity(
  policies: readonly Policy[],
  parameters: readonly ParameterSpec[],
  epochs: number,
): Readonly<Record<string, readonly Share[]>> {
  const prunerRuns = policies.flatMap(prunerRun);
  const thresholds = policies.filter(
    (policy): policy is RegularizationPolicy => policy.kind === 'regularizer' && hasThreshold(policy),
  );
  const kernels = parameters.filter((spec) => spec.role === 'kernel');
  const thinned = firstThinning(policies);
  return Object.fromEntries(
    kernels.map((spec) => {
      const runs = prunerRuns.filter(({ pruner, policy }) => pruner.touches(spec, policy.args.levels));
      const regularized = thresholds.filter((policy) => createRegularizer(policy.component)?.touches(spec) === true);
      // Flags of the masks are set for every parameter by any pruning policy that starts, not only by those that touch it.
      const shares = followParameter(spec, { runs, all: prunerRuns, regularized, epochs });
      // What goes takes zeros with it, and how many depends on the weights. Where there are none, none go.
      return [spec.name, shares.map((share, epoch) => (epoch >= thinned && share !== 0 ? null : share))];
    }),
  );
}

/** The epoch in which structures are first removed; infinite if they never are. */
function firstThinning(policies: readonly Policy[]): number {
  const thinning = policies.filter(({ component }) => createExtension(component)?.type === 'thinning');
  return Math.min(...thinning.flatMap(({ epochs }) => epochs));
}

function prunerRun(policy: Policy): PrunerRun[] {
  const pruner = policy.kind === 'pruner' ? createPruner(policy.component) : null;
  return policy.kind === 'pruner' && pruner !== null ? [{ policy, pruner, active: new Set(policy.epochs) }] : [];
}

interface Actors {
  readonly runs: readonly PrunerRun[];
  readonly all: readonly PrunerRun[];
  readonly regularized: readonly RegularizationPolicy[];
  readonly epochs: number;
}

function followParameter(spec: ParameterSpec, { runs, all, regularized, epochs }: Actors): Share[] {
  if (runs.length === 0 && regularized.length === 0) return Array.from({ length: epochs }, () => 0);
  const state: MaskState = { mask: 0, forwardOnly: false };
  const shares: Share[] = [];
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    for (const run of all) if (run.policy.epochs[0] === epoch) state.forwardOnly = run.policy.args.mask_on_forward_only;
    for (const run of runs) if (run.active.has(epoch)) computeMask(state, spec, run, epoch);
    for (const run of all) endEpoch(state, run, epoch);
    for (const policy of regularized) applyThreshold(state, policy, epoch);
    shares.push(shareOfWeights(state, runs, epoch));
  }
  return shares;
}

function computeMask(state: MaskState, spec: ParameterSpec, { policy, pruner }: PrunerRun, epoch: number): void {
  const { args, window } = policy;
  // Computed after the first step of the run, which a policy that starts later never sees (reference 3.2).
  if (args.skip_first_minibatch && epoch === policy.epochs[0] && epoch > 0) return;
  const promise: PrunePromise = { parameter: spec, epoch, window, ...(args.levels ? { levels: args.levels } : {}) };
  state.mask = args.discard_masks_at_minibatch_end ? null : pruner.promise(promise);
}

function endEpoch(state: MaskState, { policy, active }: PrunerRun, epoch: number): void {
  const isLast = active.has(epoch) && epoch === policy.window.endingEpoch - 1;
  if (isLast && policy.args.keep_mask) state.forwardOnly = false;
}

/** A threshold overwrites the mask while it is active and deletes it, unless it is kept at the end. */
function applyThreshold(state: MaskState, policy: RegularizationPolicy, epoch: number): void {
  const { startingEpoch, endingEpoch } = policy.window;
  if (policy.epochs.includes(epoch)) state.mask = null;
  else if (epoch >= endingEpoch && startingEpoch < epoch && !keeps(policy) && state.mask === null) state.mask = 0;
}

function keeps(policy: RegularizationPolicy): boolean {
  return policy.args.keep_mask && policy.epochs.at(-1) === policy.window.endingEpoch - 1;
}

function shareOfWeights(state: MaskState, runs: readonly PrunerRun[], epoch: number): Share {
  if (!state.forwardOnly) return state.mask;
  // With masked gradients, pruned weights move by momentum alone: some come to rest at zero.
  return runs.some(({ policy }) => policy.args.mask_gradients && (policy.epochs[0] ?? 0) <= epoch) ? null : 0;
}
