import * as tf from '@tensorflow/tfjs-core';
import type { NetworkValues } from '../core/network-reference.ts';
import type { BatchNormLayer, Network } from '../core/network.ts';
import { loadedComputations } from './reference-backend.ts';

/** Running mean and variance of one batch normalization, [features]. */
interface Statistics {
  readonly mean: tf.Variable;
  readonly variance: tf.Variable;
}

/**
 * The batch normalizations of a network and what they have seen: means that start at 0 and variances that start at 1. A
 * training forward pass normalizes by its batch and leaves what it saw pending until the step is done.
 */
export class RunningStatistics {
  private statistics: ReadonlyMap<string, Statistics>;
  private pending: { readonly variable: tf.Variable; readonly next: tf.Tensor }[] = [];

  /** @param values By `<layer>.running_mean` and `<layer>.running_var`; those that are absent start anew. */
  constructor(network: Network, values: NetworkValues = new Map()) {
    this.statistics = createStatistics(network, values);
  }

  /** The statistics of a network of other shapes take the place of these. */
  replace(network: Network, values: NetworkValues): void {
    this.dispose();
    this.statistics = createStatistics(network, values);
  }

  /**
   * Output of a batch normalization, differentiable if `training`. The caller tidies.
   *
   * New running statistics are (1 − momentum) · old + momentum · those of the batch, with the variance of the batch divided
   * by the number of values less one, as PyTorch does it.
   */
  normalize(
    layer: BatchNormLayer,
    input: tf.Tensor,
    weights: (name: string) => tf.Tensor,
    training: boolean,
  ): tf.Tensor {
    const { epsilon } = layer;
    const own = this.of(layer.name);
    const [scale, shift] = [weights(`${layer.name}.weight`), weights(`${layer.name}.bias`)];
    if (!training) return loadedComputations().normalizeByStatistics(input, { scale, shift, ...own, epsilon });
    const { output, mean, variance } = loadedComputations().normalizeBatch(input, scale, shift, epsilon);
    this.see(layer, mean, variance, input.size / layer.features);
    return output;
  }

  /** Current statistics of a batch normalization; the variables stay with this object. */
  of(layer: string): Statistics {
    return this.statistics.get(layer)!;
  }

  /**
   * Leaves what a batch normalization saw pending, and disposes it.
   *
   * @param variance Divided by `count`, the number of values of each channel.
   * @returns The new running variance, which lives until `commit` or `forget`.
   */
  see({ name, momentum }: BatchNormLayer, mean: tf.Tensor, variance: tf.Tensor, count: number): tf.Tensor {
    const own = this.of(name);
    this.remember(own.mean, mean, momentum, momentum);
    return this.remember(own.variance, variance, momentum, (momentum * count) / Math.max(1, count - 1));
  }

  /** Makes what the last training forward pass saw part of the running statistics. */
  commit(): void {
    for (const { variable, next } of this.pending) variable.assign(next);
    this.forget();
  }

  /** Forgets what the last training forward pass saw. */
  forget(): void {
    tf.dispose(this.pending.map(({ next }) => next));
    this.pending = [];
  }

  /** By the names under which PyTorch stores them. The variables stay with this object. */
  variables(): ReadonlyMap<string, tf.Variable> {
    return new Map(
      [...this.statistics].flatMap(([layer, { mean, variance }]): [string, tf.Variable][] => [
        [`${layer}.running_mean`, mean],
        [`${layer}.running_var`, variance],
      ]),
    );
  }

  /** Copies. */
  async read(): Promise<NetworkValues> {
    const variables = [...this.variables()];
    const values = await Promise.all(variables.map(([, variable]) => variable.data()));
    return new Map(variables.map(([name], at) => [name, Float32Array.from(values[at]!)]));
  }

  /** Takes over running statistics, by the same names, that were computed elsewhere. */
  advance(values: NetworkValues): void {
    for (const [name, variable] of this.variables()) {
      const tensor = tf.tensor1d(values.get(name)!.slice());
      variable.assign(tensor);
      tensor.dispose();
    }
  }

  dispose(): void {
    this.forget();
    tf.dispose([...this.variables().values()]);
  }

  private remember(variable: tf.Variable, seen: tf.Tensor, momentum: number, weight: number): tf.Tensor {
    // A constant of the step: the tape of gradients need not know of it.
    const next = tf.customGrad((...args) => {
      const [batch] = args as [tf.Tensor];
      return { value: tf.add(tf.mul(variable, 1 - momentum), tf.mul(batch, weight)), gradFunc: (dy) => dy };
    })(seen);
    this.pending.push({ variable, next: tf.keep(next) });
    seen.dispose();
    return next;
  }
}

function isBatchNorm(layer: Network['layers'][number]): layer is BatchNormLayer {
  return layer.kind === 'batch-norm';
}

function createStatistics(network: Network, values: NetworkValues): ReadonlyMap<string, Statistics> {
  const create = (name: string, features: number, initial: number): tf.Variable => {
    const given = values.get(name) ?? new Float32Array(features).fill(initial);
    if (given.length !== features) throw new RangeError(`${name} has ${features} values, got ${given.length}`);
    const tensor = tf.tensor1d(given.slice());
    const variable = tf.variable(tensor, false);
    tensor.dispose();
    return variable;
  };
  return new Map(
    network.layers.filter(isBatchNorm).map(({ name, features }) => [
      name,
      {
        mean: create(`${name}.running_mean`, features, 0),
        variance: create(`${name}.running_var`, features, 1),
      },
    ]),
  );
}
