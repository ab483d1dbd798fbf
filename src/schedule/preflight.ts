import { type Network, networkParameters, type ParameterSpec } from '../core/network.ts';
import { describeLane, type LaneContext } from './lane-fact.ts';
import { promisedRates } from './learning-rate.ts';
import { timingOf } from './policy-timing.ts';
import type { PolicyLane, Preflight } from './preflight-types.ts';
import { promisedSparsity } from './promised-sparsity.ts';
import type { Policy, Schedule } from './schedule.ts';
import { quantizerPlan, touchedModules, touchedParameters } from './touched.ts';

/** Bits of a tensor that is not quantized. */
const floatBits = 32;

/**
 * What a schedule promises before any training, from the text and the model alone: which policy acts when on what, and
 * the curves of sparsity, bits and learning rate. Pure; a schedule for a model that is not here shows its own names.
 */
export function preflight(schedule: Schedule): Preflight {
  const { epochs } = schedule.training;
  const isForeign = schedule.foreignParameters.length > 0;
  const parameters = isForeign ? schedule.foreignParameters : networkParameters(schedule.network);
  const sparsity = promisedSparsity(schedule.policies, parameters, epochs);
  const learningRate = promisedRates(schedule);
  const context: LaneContext = { schedule, parameters, learningRate };
  return {
    epochs,
    lanes: schedule.policies.map((policy) => laneOf(policy, context)),
    sparsity,
    totalSparsity: isForeign ? unknown(epochs) : totalSparsity(sparsity, parameters, epochs),
    ...promisedBits(schedule),
    learningRate,
  };
}

function laneOf(policy: Policy, context: LaneContext): PolicyLane {
  const { schedule, parameters } = context;
  const runEpochs = schedule.training.epochs;
  const touches = touchedBy(policy, schedule.network, parameters);
  const epochs = policy.epochs.filter((epoch) => epoch < runEpochs);
  return {
    policy: policy.index,
    kind: policy.kind,
    instanceName: policy.component.name,
    className: policy.component.definition.name,
    epochs,
    startingEpoch: policy.window.startingEpoch,
    endingEpoch: Math.min(policy.window.endingEpoch, runEpochs),
    timing: timingOf(policy),
    touches,
    weightCount: countWeights(policy, touches, schedule),
    ...describeLane(policy, { touches, epochs }, context),
    range: policy.range,
  };
}

function touchedBy(policy: Policy, network: Network, parameters: readonly ParameterSpec[]): readonly string[] {
  switch (policy.kind) {
    case 'pruner':
    case 'regularizer':
      return touchedParameters(policy, parameters);
    case 'quantizer':
      return touchedModules(policy, network);
    case 'lr_scheduler':
    case 'extension':
      return [];
  }
}

/** Single weights of this model: parameters of another model have no known size. */
function countWeights(policy: Policy, touches: readonly string[], { network }: Schedule): number {
  const touched = new Set(touches);
  const isTouched = (spec: ParameterSpec) =>
    policy.kind === 'quantizer' ? touched.has(spec.layer) && spec.role === 'kernel' : touched.has(spec.name);
  return networkParameters(network)
    .filter(isTouched)
    .reduce((sum, spec) => sum + spec.size, 0);
}

/** Parameters of another model have no known sizes to weigh them by. */
function unknown(epochs: number): null[] {
  return Array.from({ length: epochs }, () => null);
}

/** Share of zeros over all kernels; null where one of them is unknown. */
function totalSparsity(
  sparsity: Preflight['sparsity'],
  parameters: readonly ParameterSpec[],
  epochs: number,
): (number | null)[] {
  const kernels = parameters.filter((spec) => spec.role === 'kernel');
  const size = kernels.reduce((sum, spec) => sum + spec.size, 0);
  return Array.from({ length: epochs }, (_, epoch) => {
    let zeros = 0;
    for (const spec of kernels) {
      const share = sparsity[spec.name]?.[epoch];
      if (share === null || share === undefined) return null;
      zeros += share * spec.size;
    }
    return size > 0 ? zeros / size : null;
  });
}

/** Bits take effect when a quantizer's policy starts, and stay to the end of the run. */
function promisedBits({ network, policies, training }: Schedule): Pick<Preflight, 'weightBits' | 'activationBits'> {
  const kernelLayers = networkParameters(network).filter((spec) => spec.role === 'kernel');
  const activations = network.layers.filter((layer) => layer.kind === 'relu');
  const weightBits = new Map(kernelLayers.map((spec) => [spec.layer, flat(training.epochs)]));
  const activationBits = new Map(activations.map((layer) => [layer.name, flat(training.epochs)]));
  for (const policy of policies) {
    if (policy.kind !== 'quantizer') continue;
    const start = Math.min(...policy.epochs);
    for (const bits of quantizerPlan(policy.component, network)) {
      setFrom(weightBits, { name: bits.module, bits: bits.weights, start });
      if (bits.activations !== null && !activationBits.has(bits.module))
        activationBits.set(bits.module, flat(training.epochs));
      setFrom(activationBits, { name: bits.module, bits: bits.activations, start });
    }
  }
  return { weightBits: Object.fromEntries(weightBits), activationBits: Object.fromEntries(activationBits) };
}

function flat(epochs: number): number[] {
  return Array.from({ length: epochs }, () => floatBits);
}

interface BitChange {
  readonly name: string;
  readonly bits: number | null;
  readonly start: number;
}

function setFrom(lines: Map<string, number[]>, { name, bits, start }: BitChange): void {
  lines.get(name)?.fill(bits ?? floatBits, start);
}
