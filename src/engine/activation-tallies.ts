import * as tf from '@tensorflow/tfjs-core';
import type { PruneRequest } from '../methods/pruner.ts';
import { loadedComputations } from './reference-backend.ts';

/** Per channel: APoZ, the percentage of zeros (0 to 100), and the mean (reference 5.4, also per unit of a dense layer). */
export type ActivationStatistics = NonNullable<PruneRequest['activations']>;

/** Sums over all that was seen of an activation, per channel. */
interface Tally {
  readonly zeros: tf.Tensor;
  readonly sums: tf.Tensor;
  /** Values of each channel. */
  readonly count: number;
}

/** Counts zeros and sums values of activations over batches, on the device. Owns what it keeps until `clear`. */
export class ActivationTallies {
  private readonly tallies = new Map<string, Tally>();

  /** @param output [batch, ..., channels]; stays with the caller. */
  add(name: string, output: tf.Tensor): void {
    const before = this.tallies.get(name);
    const { zeros, sums } = tallyOf(output);
    this.tallies.set(name, {
      zeros: before ? addKept(before.zeros, zeros) : zeros,
      sums: before ? addKept(before.sums, sums) : sums,
      count: (before?.count ?? 0) + output.size / output.shape.at(-1)!,
    });
  }

  /** Null if nothing was seen under that name. */
  async read(name: string): Promise<ActivationStatistics | null> {
    const tally = this.tallies.get(name);
    if (tally === undefined) return null;
    const [zeros, sums] = await Promise.all([tally.zeros.data(), tally.sums.data()]);
    return {
      apoz: Float32Array.from(zeros, (zero) => (100 * zero) / tally.count),
      mean: Float32Array.from(sums, (sum) => sum / tally.count),
    };
  }

  clear(): void {
    for (const { zeros, sums } of this.tallies.values()) tf.dispose([zeros, sums]);
    this.tallies.clear();
  }
}

/** Per channel, kept: how many values are 0, and the sum of all. Off the tape of gradients. */
function tallyOf(output: tf.Tensor): { readonly zeros: tf.Tensor; readonly sums: tf.Tensor } {
  const kept: tf.Tensor[] = [];
  tf.tidy(() =>
    tf.customGrad((...args) => {
      const [values] = args as [tf.Tensor];
      // The product makes real floats: a cast alone leaves integers in the WebGPU buffer.
      const isZero = tf.mul(tf.cast(tf.equal(values, 0), 'float32'), 1);
      kept.push(tf.keep(loadedComputations().columnSum(isZero)), tf.keep(loadedComputations().columnSum(values)));
      return { value: tf.scalar(0), gradFunc: () => tf.zerosLike(values) };
    })(output),
  );
  return { zeros: kept[0]!, sums: kept[1]! };
}

function addKept(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const sum = tf.keep(tf.tidy(() => tf.add(a, b)));
  tf.dispose([a, b]);
  return sum;
}
