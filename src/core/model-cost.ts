import { summarizeCompute } from './compute-summary.ts';
import { denseSizeBytes, type TensorLayout } from './encoded-size.ts';
import { isLinear, networkParameters, type Layer, type Network } from './network.ts';
import { valuesOf, type NetworkValues } from './network-reference.ts';
import { storeTensor } from './stored-tensor.ts';
import { thinModel } from './thinning/apply-thinning.ts';

/** A trained network, and what it was when it was built. */
export interface CostInput {
  readonly built: Network;
  /** The same, unless it has been thinned since. */
  readonly network: Network;
  /** Of `network`, as inference uses them. */
  readonly values: NetworkValues;
  /** By parameter, as the quantizer says; those left out are float. */
  readonly bits: ReadonlyMap<string, number>;
}

/** Bytes of some tensors. */
export interface StorageCost {
  /** As float32, as built. */
  readonly denseBytes: number;
  /** Bit-packed, zeros left out where that is smaller, with scales and zero points. */
  readonly neededBytes: number;
  /** What no code of independent values gets below. */
  readonly entropyBytes: number;
}

/** Multiply-accumulates of one input. */
export interface ComputeCost {
  /** As built. */
  readonly dense: number;
  /** When every structure that is entirely zero is gone: ordinary hardware saves the difference. */
  readonly afterRemoval: number;
  /** Those of `afterRemoval` that multiply by a single zero: only hardware made for sparse matrices saves them. */
  readonly scatteredZeros: number;
}

export interface LayerCost extends StorageCost {
  readonly layer: string;
  /** Of its kernel, or of its scales where it is a normalization. */
  readonly bits: number;
  readonly layout: TensorLayout;
  /** null where a layer only scales and shifts. */
  readonly macs: ComputeCost | null;
}

export interface ModelCost {
  /** Every layer with parameters, in the network's order. */
  readonly layers: readonly LayerCost[];
  readonly storage: StorageCost;
  readonly macs: ComputeCost;
  /** Why zero structures cannot be removed, as a sentence; null if they can, or there are none. */
  readonly refusal: string | null;
}

/**
 * What a compressed network really costs, layer by layer. Biases, normalizations and their running statistics count.
 * Structures count as removed only where the plan of `contract_model` (reference 10) removes them.
 *
 * @throws RangeError if a layer has no values.
 */
export function modelCost(input: CostInput): ModelCost {
  const thinned = thinModel({ network: input.network, values: input.values }, 'contract_model');
  const removed = thinned.ok ? thinned.model : input;
  const after = new Map(summarizeCompute(removed.network).layers.map((work) => [work.layer, work]));
  const macs = new Map(
    summarizeCompute(input.built).layers.map(({ layer, macs: dense }): [string, ComputeCost] => {
      const work = after.get(layer);
      const nonZero = work ? nonZeroMacs(valuesOf(removed.values, `${layer}.weight`), work.macs) : 0;
      const afterRemoval = work?.macs ?? 0;
      return [layer, { dense, afterRemoval, scatteredZeros: afterRemoval - nonZero }];
    }),
  );
  const current = new Map(input.network.layers.map((layer) => [layer.name, layer]));
  const layers = input.built.layers
    .filter((layer) => hasParameters(layer))
    .map((layer) => layerCost(layer, current.get(layer.name) ?? layer, input, macs.get(layer.name) ?? null));
  return {
    layers,
    storage: sum(layers, ['denseBytes', 'neededBytes', 'entropyBytes']),
    macs: sum([...macs.values()], ['dense', 'afterRemoval', 'scatteredZeros']),
    refusal: thinned.ok ? null : thinned.refusal.message,
  };
}

const nonZeroMacs = (kernel: Float32Array, macs: number): number =>
  (macs / Math.max(1, kernel.length)) * kernel.reduce((count, weight) => (weight === 0 ? count : count + 1), 0);

const hasParameters = (layer: Layer): boolean => isLinear(layer) || layer.kind === 'batch-norm';

function layerCost(built: Layer, layer: Layer, { values, bits }: CostInput, macs: ComputeCost | null): LayerCost {
  const stored = tensorsOf(layer).map(({ name, shape }) =>
    storeTensor(shape, valuesOf(values, name), bits.get(name) ?? 32),
  );
  const total = (key: 'bytes' | 'entropyBytes'): number => stored.reduce((sum, tensor) => sum + tensor[key], 0);
  return {
    layer: built.name,
    bits: stored[0]!.bits,
    layout: stored[0]!.layout,
    denseBytes: tensorsOf(built).reduce((sum, { size }) => sum + denseSizeBytes(size), 0),
    neededBytes: total('bytes'),
    entropyBytes: total('entropyBytes'),
    macs,
  };
}

interface TensorFact {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
}

/** Parameters of a layer, the kernel first, then running statistics. */
function tensorsOf(layer: Layer): readonly TensorFact[] {
  const parameters = networkParameters({ name: '', inputShape: [], layers: [layer] });
  if (layer.kind !== 'batch-norm') return parameters;
  const statistics = ['running_mean', 'running_var'].map((suffix) => ({
    name: `${layer.name}.${suffix}`,
    shape: [layer.features],
    size: layer.features,
  }));
  return [...parameters, ...statistics];
}

function sum<Key extends string>(parts: readonly Readonly<Record<Key, number>>[], keys: readonly Key[]) {
  const totals = keys.map((key) => [key, parts.reduce((total, part) => total + part[key], 0)]);
  return Object.fromEntries(totals) as Readonly<Record<Key, number>>;
}
