import { isLinear, type BatchNormLayer, type Layer, type LinearLayer, type Network } from './network.ts';
import { linkLayers, withoutLayers, type LinkedLayer } from './network-graph.ts';
import { valuesOf, type NetworkValues } from './network-reference.ts';

/** What a batch normalization makes of its input in evaluation: one number per channel each. */
export interface BatchNormValues {
  readonly scale: Float32Array;
  readonly shift: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly epsilon: number;
}

/** A linear layer's kernel (the outputs along the last axis) and bias. */
export interface LinearValues {
  readonly kernel: Float32Array;
  readonly bias: Float32Array | null;
}

/**
 * A batch normalization folded into the layer before it: w · γ / √(var + ε) and β + (b − mean) · γ / √(var + ε)
 * (reference 10.5). A missing bias counts as 0.
 */
export function foldBatchNorm(
  linear: LinearValues,
  norm: BatchNormValues,
): { kernel: Float32Array; bias: Float32Array } {
  const factors = foldFactors(norm);
  return {
    kernel: scaleOutputs(linear.kernel, factors),
    bias: norm.shift.map((shift, c) => shift + ((linear.bias?.[c] ?? 0) - norm.mean[c]!) * factors[c]!),
  };
}

/** γ / √(var + ε) per channel. */
export function foldFactors({ scale, variance, epsilon }: Omit<BatchNormValues, 'mean' | 'shift'>): Float64Array {
  return Float64Array.from(scale, (gamma, c) => gamma / Math.sqrt(variance[c]! + epsilon));
}

/** A kernel with every output multiplied by its factor. */
export function scaleOutputs(kernel: Float32Array, factors: ArrayLike<number>): Float32Array {
  return kernel.map((weight, index) => weight * factors[index % factors.length]!);
}

/** The values of one batch-norm layer. */
export function batchNormValues(layer: BatchNormLayer, values: NetworkValues): BatchNormValues {
  return {
    scale: valuesOf(values, `${layer.name}.weight`),
    shift: valuesOf(values, `${layer.name}.bias`),
    mean: valuesOf(values, `${layer.name}.running_mean`),
    variance: valuesOf(values, `${layer.name}.running_var`),
    epsilon: layer.epsilon,
  };
}

/** A convolution or dense layer whose output goes into a batch normalization and nowhere else. */
export interface FoldablePair {
  readonly linear: LinearLayer;
  readonly norm: BatchNormLayer;
}

/**
 * The pairs of a network that can be folded. Distiller looks for a batch normalization beyond the next convolution too,
 * and then takes one that belongs to another layer; here it must read the layer directly.
 */
export function foldablePairs(network: Network): readonly FoldablePair[] {
  const graph = linkLayers(network);
  return network.layers.flatMap((layer) => {
    const norm = soleConsumer(graph, layer);
    return isLinear(layer) && norm?.kind === 'batch-norm' ? [{ linear: layer, norm }] : [];
  });
}

function soleConsumer(graph: ReadonlyMap<string, LinkedLayer>, layer: Layer): Layer | undefined {
  const { consumers } = graph.get(layer.name)!;
  return consumers.length === 1 ? graph.get(consumers[0]!)!.layer : undefined;
}

/** A network without its foldable batch normalizations, and the values that make it compute the same. */
export interface FoldedNetwork {
  readonly network: Network;
  readonly values: NetworkValues;
  /** Name of each folded batch-norm -> the layer that took it in. */
  readonly folded: ReadonlyMap<string, string>;
}

/**
 * Folds every batch normalization that directly follows a convolution or dense layer. A layer that takes one in has a
 * bias afterwards; the folded layers and their values are gone. The output in evaluation stays the same.
 */
export function foldNetwork(network: Network, values: NetworkValues): FoldedNetwork {
  const pairs = foldablePairs(network);
  const folded = new Map(pairs.map(({ linear, norm }) => [norm.name, linear.name]));
  const result = new Map(values);
  for (const { linear, norm } of pairs) {
    const own = {
      kernel: valuesOf(values, `${linear.name}.weight`),
      bias: linear.bias ? valuesOf(values, `${linear.name}.bias`) : null,
    };
    const { kernel, bias } = foldBatchNorm(own, batchNormValues(norm, values));
    result.set(`${linear.name}.weight`, kernel).set(`${linear.name}.bias`, bias);
    for (const suffix of ['weight', 'bias', 'running_mean', 'running_var']) result.delete(`${norm.name}.${suffix}`);
  }
  const remaining = withoutLayers(network, new Set(folded.keys()));
  const takers = new Set(folded.values());
  const layers = remaining.layers.map((layer) =>
    isLinear(layer) && takers.has(layer.name) ? { ...layer, bias: true } : layer,
  );
  return { network: { ...remaining, layers }, values: result, folded };
}

/**
 * The weights that a pruning policy with `fold_batchnorm` ranks: the kernel of a layer times γ / √(var + ε) of the batch
 * normalization that directly follows it, else the kernel as it is.
 *
 * @param parameter Name of a weight, e.g. `conv1.weight`.
 */
export function weightsToRank(network: Network, values: NetworkValues, parameter: string): Float32Array {
  const weights = valuesOf(values, parameter);
  const pair = foldablePairs(network).find(({ linear }) => `${linear.name}.weight` === parameter);
  return pair ? scaleOutputs(weights, foldFactors(batchNormValues(pair.norm, values))) : weights;
}
