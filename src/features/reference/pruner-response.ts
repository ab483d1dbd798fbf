import { type Network, networkParameters, type ParameterSpec } from '../../core/network.ts';
import { createRandom } from '../../core/random.ts';
import type { PrunerDefinition } from '../../methods/define-method.ts';
import type { PruneRequest } from '../../methods/pruner.ts';
import type { CurveLine } from './curve-types.ts';

/** Evenly spaced weights from −0.1 to 0.1. */
const weights = Float32Array.from({ length: 2001 }, (_, index) => (index - 1000) / 10_000);

/** Weights before and after the mask of the first epoch: two lines where it matters whether they were pruned before. */
export function keptWeights(method: PrunerDefinition, network: Network): readonly CurveLine[] | null {
  const parameter = mostPruned(method, network);
  if (parameter === null) return null;
  const [kept, pruned] = [1, 0].map((standing) => maskOf(method, parameter, standing)(0));
  const lineOf = (mask: Float32Array | undefined): CurveLine => ({
    points: Array.from(weights, (x, index) => ({ x, y: x * (mask?.[index] ?? 1) })),
  });
  if (kept?.every((keep, index) => keep === pruned?.[index])) return [lineOf(kept)];
  return [
    { ...lineOf(kept), name: 'kept before' },
    { ...lineOf(pruned), name: 'pruned before' },
  ];
}

/** The smallest magnitude that each epoch keeps; null where it is always the same. */
export function thresholdsByEpoch(
  method: PrunerDefinition,
  network: Network,
  epochs: number,
): readonly number[] | null {
  const parameter = mostPruned(method, network);
  if (parameter === null) return null;
  const maskAt = maskOf(method, parameter, 1, epochs);
  const thresholds = Array.from({ length: epochs }, (_, epoch) => {
    const mask = maskAt(epoch);
    return weights.reduce((least, x, index) => (mask[index] === 0 ? least : Math.min(least, Math.abs(x))), Infinity);
  });
  return new Set(thresholds).size > 1 && thresholds.every(Number.isFinite) ? thresholds : null;
}

/** The parameter of which the example prunes most; null for a method that looks at whole structures. */
function mostPruned(method: PrunerDefinition, network: Network): ParameterSpec | null {
  // What checks the shape of a parameter prunes parts of it, of which single weights tell nothing.
  if (method.checkParameter !== undefined) return null;
  const counted = networkParameters(network).map((spec) => ({
    spec,
    zeros: maskOf(method, spec, 1)(0).filter((keep) => keep === 0).length,
  }));
  return counted.toSorted((a, b) => b.zeros - a.zeros)[0]?.spec ?? null;
}

/** The mask of each epoch, where all elements had the same before; asked for in ascending order. */
function maskOf(
  method: PrunerDefinition,
  spec: ParameterSpec,
  standing: number,
  endingEpoch = 30,
): (epoch: number) => Float32Array {
  const pruner = method.create(method.args.parse(method.example));
  const mask = new Float32Array(weights.length).fill(standing);
  const request: Omit<PruneRequest, 'epoch'> = {
    parameter: { ...spec, shape: [weights.length], size: weights.length },
    weights,
    mask,
    window: { startingEpoch: 0, endingEpoch, frequency: 1 },
    weightsOf: () => undefined,
    random: createRandom(1),
  };
  return (epoch) => pruner.computeMask({ ...request, epoch }) ?? mask;
}
