import { weightsToRank } from '../core/batch-norm-folding.ts';
import type { NetworkValues } from '../core/network-reference.ts';
import { networkParameters, type ParameterSpec } from '../core/network.ts';
import type { Pruner, PruneRequest } from '../methods/pruner.ts';
import type { Random } from '../core/random.ts';
import type { Policy } from '../schedule/schedule.ts';
import type { ParameterStore } from './parameter-store.ts';
import { needsOf } from './pruner-evidence.ts';
import { type ActivePolicy, isLastEpoch, type PolicyEnvironment, type Position } from './policy.ts';

type PruningPolicy = Extract<Policy, { kind: 'pruner' }>;

/** A policy that asks a pruner for masks (reference 3.2). Hooks in the order in which a step calls them. */
export function createPruningPolicy(policy: PruningPolicy, pruner: Pruner, random: Random): ActivePolicy {
  const { args } = policy;
  let isInitialized = false;

  const setMasks = (position: Position, environment: PolicyEnvironment): Promise<void> =>
    computeMasks({ policy, pruner, random }, position, environment);

  const begin = (environment: PolicyEnvironment): void => {
    if (!isInitialized) writeFlags(policy, environment);
    isInitialized = true;
  };

  return {
    policy,
    actsOnWeights: (position) => isMaskStep(policy, position) || args.discard_masks_at_minibatch_end,

    catchUp({ epoch }, environment) {
      begin(environment);
      if (isLastEpoch(policy, epoch)) release(policy, environment);
    },

    async onEpochBegin(position, environment) {
      begin(environment);
      if (args.skip_first_minibatch && position.epoch === policy.window.startingEpoch) return;
      await setMasks(position, environment);
    },

    onMinibatchBegin(position, environment) {
      if (!isMaskStep(policy, position)) {
        applyMasks(environment);
        return;
      }
      return setMasks(position, environment).then(() => {
        applyMasks(environment);
      });
    },

    beforeParameterOptimization(_, { store }) {
      for (const { name } of store.specs) store.restore(name);
    },

    onMinibatchEnd(_, { store }) {
      if (!args.discard_masks_at_minibatch_end) return;
      for (const { name } of store.specs) store.setMask(name, null);
    },

    onEpochEnd(position, environment) {
      if (!isLastEpoch(policy, position.epoch)) return;
      if (args.keep_mask) keepMasks(environment);
      release(policy, environment);
    },
  };
}

/** The policy that is initialized last decides the flags of all parameters, as in Distiller. */
function writeFlags({ args }: PruningPolicy, { flags }: PolicyEnvironment): void {
  for (const entry of flags.values()) {
    entry.useDoubleCopies = args.use_double_copies;
    entry.maskOnForwardOnly = args.mask_on_forward_only;
    if (args.mask_gradients) entry.masksGradient = true;
  }
}

/** Whether masks are made anew within the epoch; counts steps over all epochs. */
function isMaskStep({ args }: PruningPolicy, { epoch, step, stepsPerEpoch }: Position): boolean {
  const globalStep = epoch * stepsPerEpoch + step;
  const frequency = args.mini_batch_pruning_frequency;
  if (step > 0 && frequency !== 0 && globalStep % frequency === 0) return true;
  return args.skip_first_minibatch && globalStep === 1;
}

interface MaskMaker {
  readonly policy: PruningPolicy;
  readonly pruner: Pruner;
  readonly random: Random;
}

async function computeMasks(maker: MaskMaker, position: Position, environment: PolicyEnvironment): Promise<void> {
  const { policy, pruner } = maker;
  const { store } = environment;
  // A stream for each place: what is drawn does not hang on what was drawn before, so that a run can go on from any epoch.
  const random = maker.random.fork(`masks/${String(position.epoch)}/${String(position.step)}`);
  const levels = policy.args.levels === undefined ? {} : { levels: policy.args.levels };
  const touched = store.specs.filter((spec) => pruner.touches(spec, policy.args.levels));
  const names = touched.map(({ name }) => name);
  const values = await store.readValues(names);
  const masks = await store.readMasks(names);
  const folded = policy.args.fold_batchnorm ? await readFoldable(environment, values) : null;
  const featureMaps = await sampleFeatureMaps(maker, touched, position, environment);
  const weightsOf: PruneRequest['weightsOf'] = (name) => {
    const spec = touched.find((candidate) => candidate.name === name);
    return spec && { spec, weights: values.get(name)! };
  };
  let changed = 0;
  const blind: string[] = [];
  for (const parameter of touched) {
    const weights = values.get(parameter.name)!;
    const ranked = folded === null ? null : foldKernel(folded, parameter, environment);
    const request: PruneRequest = {
      parameter,
      weights: ranked ?? weights,
      mask: masks.get(parameter.name) ?? null,
      epoch: position.epoch,
      window: policy.window,
      ...levels,
      weightsOf,
      ...(await readEvidence(policy, parameter, environment)),
      ...featureMaps(parameter),
      // There is no gradient of a folded weight.
      ...(ranked && { gradient: null }),
      random,
    };
    if (renewMask(pruner, request, weights, store)) changed++;
    else if (lacksEvidence(policy, request)) blind.push(parameter.name);
  }
  environment.act('set_masks');
  noteBlindness(maker.policy, blind, position, environment);
  noteMasks(maker.policy, changed, position, environment);
}

/** Asks for a mask, and for weights that go with it if the pruner has such. False: it leaves the parameter alone. */
function renewMask(pruner: Pruner, request: PruneRequest, weights: Float32Array, store: ParameterStore): boolean {
  const mask = pruner.computeMask(request);
  if (mask === null) return false;
  const { name } = request.parameter;
  const rebuilt = pruner.reconstruct?.({ ...request, weights }, mask) ?? null;
  if (rebuilt !== null) store.setValues(name, rebuilt);
  store.setMask(name, mask);
  return true;
}

/** Everything that folding batch normalizations into kernels takes, beside the kernels. */
async function readFoldable({ store, network }: PolicyEnvironment, kernels: NetworkValues): Promise<NetworkValues> {
  const norms = networkParameters(network.network).filter(({ layerKind }) => layerKind === 'batch-norm');
  const values = await store.readValues(norms.map(({ name }) => name));
  return new Map([...values, ...(await network.readStatistics()), ...kernels]);
}

/** A convolution's kernel as its batch normalization scales it; null for other parameters. */
function foldKernel(
  values: NetworkValues,
  { name, layerKind, role }: ParameterSpec,
  { network }: PolicyEnvironment,
): Float32Array | null {
  const isConvolution = layerKind === 'conv2d' || layerKind === 'depthwise-conv2d';
  return isConvolution && role === 'kernel' ? weightsToRank(network.network, values, name) : null;
}

/** What a pruner needs besides weights, if it says so. */
async function readEvidence(
  { component: { definition } }: PruningPolicy,
  parameter: ParameterSpec,
  { network }: PolicyEnvironment,
): Promise<Pick<PruneRequest, 'activations' | 'gradient'>> {
  const needs = needsOf(definition);
  return {
    ...(needs.includes('activations') && { activations: await network.readActivations(parameter.layer) }),
    ...(needs.includes('gradient') && { gradient: await network.readGradient(parameter.name) }),
  };
}

/** Whether nothing was seen yet of what a pruner ranks by. */
function lacksEvidence(
  { component: { definition } }: PruningPolicy,
  { activations, gradient, featureMaps }: PruneRequest,
): boolean {
  return needsOf(definition).length > 0 && [activations, gradient, featureMaps].includes(null);
}

/** Feature maps of the layers that a pruner rebuilds, if it does; a stream of its own, so that masks stay as they are. */
async function sampleFeatureMaps(
  { policy, pruner, random }: MaskMaker,
  touched: readonly ParameterSpec[],
  { epoch, step }: Position,
  { network }: PolicyEnvironment,
): Promise<(parameter: ParameterSpec) => Pick<PruneRequest, 'featureMaps'>> {
  const { sampling } = pruner;
  if (sampling === undefined || !needsOf(policy.component.definition).includes('feature-maps')) return () => ({});
  const layers = touched.map(({ layer }) => layer);
  const label = `feature-maps/${String(epoch)}/${String(step)}`;
  const samples = await network.sampleFeatureMaps(layers, sampling, random.fork(label));
  return ({ layer }) => ({ featureMaps: samples.get(layer) ?? null });
}

const evidenceWords = {
  gradient: 'gradient',
  activations: 'activation behind it',
  'feature-maps': 'feature map',
} as const;

/** A pruner that had nothing to rank by does nothing: that is said, once in an epoch. */
function noteBlindness(
  { component }: PruningPolicy,
  blind: readonly string[],
  { step }: Position,
  { note }: PolicyEnvironment,
): void {
  const [first, ...others] = blind;
  const [need] = needsOf(component.definition);
  if (first === undefined || need === undefined || step >= 0) return;
  const names = others.length === 0 ? first : `${first} and ${String(others.length)} more`;
  const message = `${component.name} did not prune ${names}: no ${evidenceWords[need]} has been seen. Start it after an epoch of training, on layers with a ReLU behind them.`;
  note('not-pruned', message);
}

/** Masks that are made within an epoch are too many to be told of. */
function noteMasks(
  { component }: PruningPolicy,
  changed: number,
  { step }: Position,
  { note }: PolicyEnvironment,
): void {
  if (changed === 0 || step >= 0) return;
  const parameters = changed === 1 ? 'parameter' : 'parameters';
  note('mask-update', `${component.name} set the masks of ${String(changed)} ${parameters}`);
}

/**
 * Weights become masked weights, for every parameter that has a mask. With double copies the unmasked ones are put aside
 * first; a second active policy finds the first copy and keeps it (Distiller loses it there).
 */
function applyMasks({ store, flags }: PolicyEnvironment): void {
  for (const { name } of store.specs) {
    if (!store.hasMask(name)) continue;
    if (flags.get(name)!.useDoubleCopies) store.stash(name);
    store.multiplyByMask(name);
  }
}

/** After its last epoch a policy leaves gradients alone, and masks that are kept hold for the weights themselves. */
function release({ args }: PruningPolicy, { flags }: PolicyEnvironment): void {
  for (const entry of flags.values()) {
    entry.masksGradient = false;
    if (!args.keep_mask) continue;
    entry.useDoubleCopies = false;
    entry.maskOnForwardOnly = false;
  }
}

function keepMasks({ store, note }: PolicyEnvironment): void {
  for (const { name } of store.specs) store.multiplyByMask(name);
  note('mask-kept', 'The masks are permanent from here');
}
