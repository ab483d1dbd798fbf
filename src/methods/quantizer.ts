import type { FoldablePair } from '../core/batch-norm-folding.ts';
import type { Network, ParameterSpec } from '../core/network.ts';
import type { TensorMath } from './tensor-math.ts';

/** Bits of one module; null means not quantized. */
export interface ModuleBits {
  readonly module: string;
  readonly weights: number | null;
  readonly bias: number | null;
  readonly activations: number | null;
}

/** Learned scalars of a replaced module, e.g. PACT's `clip_val`, in an optimizer group of their own. */
export interface LearnedScalar {
  readonly name: string;
  readonly initial: number;
  /** Weight decay of the group; null: the optimizer's own. */
  readonly weightDecay: number | null;
}

/** A replacement of an activation module, or what follows a module. Pure: state goes in and comes out, so that it can live on the device. */
export interface ActivationQuantizer {
  readonly bits: number;
  /** `after`: the module runs as it is, and this takes its output. Absent: it takes the module's place. */
  readonly placement?: 'instead' | 'after';
  readonly learned: readonly LearnedScalar[];
  /** Tracked scalars and their initial values, e.g. the moving range. */
  readonly state: Readonly<Record<string, number>>;
  readonly forward: <T>(math: TensorMath<T>, input: T, context: ActivationContext<T>) => ActivationResult<T>;
}

export interface ActivationContext<T> {
  readonly training: boolean;
  readonly learned: Readonly<Record<string, T>>;
  readonly state: Readonly<Record<string, T>>;
}

export interface ActivationResult<T> {
  readonly output: T;
  /** The next state; absent entries stay. */
  readonly state?: Readonly<Record<string, T>>;
}

export interface FakeQuantized<T> {
  readonly values: T;
  /** real = (q + zeroPoint) / scale with Distiller's conventions; per output channel if it has more than one element. */
  readonly scale?: T;
  readonly zeroPoint?: T;
}

export interface Quantizer {
  /** Bits of every module of the network, in its order. */
  readonly plan: (network: Network) => readonly ModuleBits[];
  /** Differentiable fake quantization of a kernel or bias with that many bits. */
  readonly quantizeParameter: <T>(
    math: TensorMath<T>,
    values: T,
    parameter: ParameterSpec,
    bits: number,
  ) => FakeQuantized<T>;
  /** What replaces the module (its factory by kind); null leaves it as it is. Names never change. */
  readonly replaceModule: (network: Network, module: string) => ActivationQuantizer | null;
  /** A block in front of the network, e.g. quantization of its inputs; null for none. */
  readonly quantizeInput: () => ActivationQuantizer | null;
  /** Layers whose batch normalization is folded into them before their weights are quantized, in training too. Absent: none. */
  readonly foldedPairs?: (network: Network) => readonly FoldablePair[];
}
