import * as tf from '@tensorflow/tfjs-core';
import { networkParameters, type Network, type ParameterSpec } from '../core/network.ts';
import type { ActivationQuantizer, FakeQuantized, Quantizer } from '../methods/quantizer.ts';
import type { FoldedPair } from './folded-norms.ts';
import { loadedComputations } from './reference-backend.ts';

/** Name of the block before the first layer. */
export const inputBlock = 'inputs_quant';

interface Replacement {
  readonly quantizer: ActivationQuantizer;
  readonly learned: Readonly<Record<string, tf.Variable>>;
  readonly state: Readonly<Record<string, tf.Variable>>;
}

export interface LearnedGroup {
  readonly members: readonly tf.Variable[];
  readonly weightDecay: number | null;
}

/** A quantizer at work on a network: bits, replaced and followed modules, their learned scalars and tracked state on the device. */
export class ActiveQuantization {
  readonly quantizer: Quantizer;
  private readonly parameterBits: ReadonlyMap<string, number>;
  /** By the names of their parameters that folding changes: those of the layer, and the shift. */
  private readonly folded: ReadonlyMap<string, FoldedPair>;
  private readonly replacements = new Map<string, Replacement>();
  private pendingState: { readonly variable: tf.Variable; readonly next: tf.Tensor }[] = [];

  constructor(quantizer: Quantizer, network: Network) {
    this.quantizer = quantizer;
    this.folded = foldedParameters(quantizer, network);
    this.parameterBits = quantizedParameters(quantizer, network, this.folded);
    for (const { name } of network.layers) this.replace(name, quantizer.replaceModule(network, name));
    this.replace(inputBlock, quantizer.quantizeInput());
  }

  /** Bits of a parameter; 32 means float. */
  bitsOf(parameter: string): number {
    return this.parameterBits.get(parameter) ?? 32;
  }

  /** Bits of a layer's activation; 32 means float. */
  activationBitsOf(layer: string): number {
    return this.replacements.get(layer)?.quantizer.bits ?? 32;
  }

  quantizes(parameter: string): boolean {
    return this.parameterBits.has(parameter);
  }

  get foldsBatchNorm(): boolean {
    return this.folded.size > 0;
  }

  /** The folded pair to which a kernel, a bias or a shift belongs. Bits of the bias are then those of the shift. */
  pairOf(parameter: string): FoldedPair | undefined {
    return this.folded.get(parameter);
  }

  /** fakeQuantize(weights); differentiable. */
  effectiveWeights(spec: ParameterSpec, weights: tf.Tensor): tf.Tensor {
    return this.quantizes(spec.name) ? this.quantize(spec, weights).values : weights;
  }

  /** The same with scale and zero point. The parameter must be one that is quantized. */
  quantize(spec: ParameterSpec, weights: tf.Tensor): FakeQuantized<tf.Tensor> {
    return this.quantizer.quantizeParameter(loadedComputations().math, weights, spec, this.bitsOf(spec.name));
  }

  /** Output of a replaced module; null if it is not replaced. While training, new state waits for `commitState`. */
  forward(module: string, input: tf.Tensor, training: boolean): tf.Tensor | null {
    const replacement = this.replacements.get(module);
    if (replacement === undefined || isBehind(replacement)) return null;
    return this.quantizeActivation(replacement, input, training);
  }

  /** What becomes of the output of a module that runs as it is: quantized if a quantizer stands behind it. */
  behind(module: string, output: tf.Tensor, training: boolean): tf.Tensor {
    const replacement = this.replacements.get(module);
    if (replacement === undefined || !isBehind(replacement)) return output;
    return this.quantizeActivation(replacement, output, training);
  }

  /** Makes the state of the last training forward pass the current one. */
  commitState(): void {
    for (const { variable, next } of this.pendingState) {
      variable.assign(next.shape.length === 0 ? next : tf.tidy(() => tf.reshape(next, [])));
      next.dispose();
    }
    this.pendingState = [];
  }

  /** The learned scalars that share a weight decay make an optimizer group. */
  learnedGroups(): readonly LearnedGroup[] {
    const groups = new Map<number | null, tf.Variable[]>();
    for (const { quantizer, learned } of this.replacements.values()) {
      for (const { name, weightDecay } of quantizer.learned) {
        groups.set(weightDecay, [...(groups.get(weightDecay) ?? []), learned[name]!]);
      }
    }
    return [...groups].map(([weightDecay, members]) => ({ weightDecay, members }));
  }

  /** Learned scalars and tracked state by `<module>.<name>`. */
  scalars(): ReadonlyMap<string, tf.Variable> {
    return new Map(
      [...this.replacements].flatMap(([module, { learned, state }]) =>
        Object.entries({ ...learned, ...state }).map(([name, variable]): [string, tf.Variable] => [
          `${module}.${name}`,
          variable,
        ]),
      ),
    );
  }

  /** Quantizers of activations by module, the inputs' among them. */
  get quantizers(): ReadonlyMap<string, ActivationQuantizer> {
    return new Map([...this.replacements].map(([module, { quantizer }]) => [module, quantizer]));
  }

  /** Takes over learned scalars and tracked state, by `<module>.<name>`, that were computed elsewhere. */
  advance(values: ReadonlyMap<string, number>): void {
    for (const [name, variable] of this.scalars()) {
      const value = tf.scalar(values.get(name)!, 'float32');
      variable.assign(value);
      value.dispose();
    }
  }

  dispose(): void {
    tf.dispose([...this.scalars().values()]);
  }

  private quantizeActivation(
    { quantizer, learned, state }: Replacement,
    input: tf.Tensor,
    training: boolean,
  ): tf.Tensor {
    const result = quantizer.forward<tf.Tensor>(loadedComputations().math, input, { training, learned, state });
    if (training) {
      for (const [key, next] of Object.entries(result.state ?? {})) {
        this.pendingState.push({ variable: state[key]!, next: tf.keep(next) });
      }
    }
    return result.output;
  }

  private replace(module: string, quantizer: ActivationQuantizer | null): void {
    if (quantizer === null) return;
    const learned = Object.fromEntries(quantizer.learned.map(({ name, initial }) => [name, scalarVariable(initial)]));
    const state = Object.fromEntries(
      Object.entries(quantizer.state).map(([name, initial]) => [name, scalarVariable(initial)]),
    );
    this.replacements.set(module, { quantizer, learned, state });
  }
}

function isBehind({ quantizer }: Replacement): boolean {
  return quantizer.placement === 'after';
}

function foldedParameters(quantizer: Quantizer, network: Network): ReadonlyMap<string, FoldedPair> {
  return new Map(
    quantizer.foldedPairs?.(network).flatMap(({ linear, norm }) => {
      const pair = { linear: linear.name, norm: norm.name };
      return [`${linear.name}.weight`, `${linear.name}.bias`, `${norm.name}.bias`].map((name) => [name, pair] as const);
    }),
  );
}

function quantizedParameters(
  quantizer: Quantizer,
  network: Network,
  folded: ReadonlyMap<string, FoldedPair>,
): ReadonlyMap<string, number> {
  const plans = new Map(quantizer.plan(network).map((bits) => [bits.module, bits]));
  const bitsOf = ({ name, layer, role }: ParameterSpec): number | null => {
    const bits = plans.get(folded.get(name)?.linear ?? layer);
    if (role === 'kernel') return bits?.weights ?? null;
    const isOffset = role === (folded.has(name) ? 'shift' : 'bias');
    return isOffset ? (bits?.bias ?? null) : null;
  };
  return new Map(
    networkParameters(network).flatMap((spec): [string, number][] => {
      const bits = bitsOf(spec);
      return bits === null ? [] : [[spec.name, bits]];
    }),
  );
}

function scalarVariable(initial: number): tf.Variable {
  const value = tf.scalar(initial, 'float32');
  const variable = tf.variable(value);
  value.dispose();
  return variable;
}
