import type { NetworkValues } from '../core/network-reference.ts';
import type { Network } from '../core/network.ts';
import type { Random } from '../core/random.ts';
import type { LayerSamples } from '../core/reconstruct-channels.ts';
import type { ThinningResult } from '../core/thinning/apply-thinning.ts';
import type { RemovalFunction } from '../core/thinning/thinning-recipe.ts';
import type { FeatureMapSampling, PruneRequest } from '../methods/pruner.ts';
import type { Quantizer } from '../methods/quantizer.ts';
import type { Regularizer } from '../methods/regularizer.ts';
import type { EarlyExitExtension, Teacher } from '../methods/extension.ts';
import type { TensorMath } from '../methods/tensor-math.ts';
import type { ScheduleEvent } from '../protocol/training-event.ts';
import type { Policy } from '../schedule/schedule.ts';
import type { ParameterStore } from './parameter-store.ts';

/** Where training stands. `step` counts from 0 within the epoch and is -1 outside minibatches. */
export interface Position {
  readonly epoch: number;
  readonly step: number;
  readonly stepsPerEpoch: number;
}

/** The loss as it grows from policy to policy: each sees the total of those before it. */
export interface LossSoFar<T> {
  readonly overall: T;
  readonly parts: readonly { readonly name: string; readonly value: T }[];
}

/** What a policy may compute its term from; differentiable. */
export interface LossInputs<T> {
  readonly math: TensorMath<T>;
  /** The float weights that the optimizer moves, masked where the step masked them. */
  readonly weightsOf: (parameter: string) => T;
  /** The batch and what the network made of it. */
  readonly inputs: T;
  readonly logits: T;
}

export interface ValidationMetrics {
  readonly loss: number;
  readonly top1: number;
}

/** Behaviour of one parameter's mask (Distiller's masker, reference 2.1). */
export interface MaskFlags {
  useDoubleCopies: boolean;
  maskOnForwardOnly: boolean;
  masksGradient: boolean;
}

/** The network that is trained, as policies see it besides its parameters. */
export interface NetworkAccess {
  /** As it stands; thinning replaces it. */
  readonly network: Network;
  /** Running statistics of batch normalizations, by name. */
  readStatistics(): Promise<NetworkValues>;
  /** Per output channel of a layer, what this epoch's training, or else the last one's, saw of its activation. */
  readActivations(layer: string): Promise<NonNullable<PruneRequest['activations']> | null>;
  /** Of the last step; null before the first. */
  readGradient(parameter: string): Promise<Float32Array | null>;
  /** Inputs and outputs of layers, by layer, for samples of the training set; empty if there are none to send through. */
  sampleFeatureMaps(
    layers: readonly string[],
    sampling: FeatureMapSampling,
    random: Random,
  ): Promise<ReadonlyMap<string, LayerSamples>>;
  /** Cuts what is entirely zero out of the network; training goes on with what is left. */
  thin(removals: readonly RemovalFunction[]): Promise<ThinningResult>;
}

/** What policies act on besides parameters. */
export interface PolicyEnvironment {
  readonly store: ParameterStore;
  readonly network: NetworkAccess;
  /** One entry per parameter. */
  readonly flags: ReadonlyMap<string, MaskFlags>;
  /** Rates and momentum of the optimizer; `base` are those it was made with. */
  readonly rates: OptimizerRates;
  /** Starts fake quantization of weights and activations; it stays on. */
  readonly startQuantization: (quantizer: Quantizer) => void;
  /** Notes an action for the conformance trace. */
  readonly act: (action: PolicyAction) => void;
  /** Notes something for the marks on the charts. */
  readonly note: (what: ScheduleEvent['what'], message: string) => void;
}

export interface OptimizerRates {
  readonly base: readonly number[];
  current: readonly number[];
  momentum: number;
}

export type PolicyAction = 'set_masks' | 'add_loss' | 'threshold' | 'lr_step' | 'quantize' | 'prepare';

/** What a policy adds to the loss, said so that a step can be recorded with it. */
export type LossTerm =
  | { readonly kind: 'penalty'; readonly name: string; readonly regularizer: Regularizer }
  | {
      readonly kind: 'distillation';
      readonly name: string;
      readonly teacher: Teacher;
      readonly temperature: number;
      readonly distillWeight: number;
      /** Of everything that is in the loss so far. */
      readonly studentWeight: number;
    };

/** One policy of the schedule with the instance it drives. All hooks are optional; only active epochs call them. */
export interface ActivePolicy {
  readonly policy: Policy;
  /** What is trained and evaluated by several answers of the network while the policy is active. */
  readonly exits?: EarlyExitExtension;
  /** While the schedule is read. */
  readonly onPrepare?: (environment: PolicyEnvironment) => void;
  /** Instead of all other hooks, for an active epoch that was trained before: no weights, masks or running state change. */
  readonly catchUp?: (position: Position, environment: PolicyEnvironment, metrics: ValidationMetrics) => void;
  readonly onEpochBegin?: (position: Position, environment: PolicyEnvironment) => Promise<void> | void;
  readonly onMinibatchBegin?: (position: Position, environment: PolicyEnvironment) => Promise<void> | void;
  /** What `beforeBackwardPass` adds. */
  readonly lossTerm?: LossTerm;
  readonly beforeBackwardPass?: <T>(
    loss: LossSoFar<T>,
    inputs: LossInputs<T>,
    environment: PolicyEnvironment,
  ) => LossSoFar<T>;
  readonly beforeParameterOptimization?: (position: Position, environment: PolicyEnvironment) => void;
  readonly onMinibatchEnd?: (position: Position, environment: PolicyEnvironment) => void;
  /** By which `onMinibatchEnd` zeroes weights, where it does no more than that; a recorded step does it itself. */
  readonly threshold?: Regularizer;
  /** Whether `onMinibatchBegin` or `onMinibatchEnd` reads weights or changes them at this position, beyond `threshold`; never if absent. */
  readonly actsOnWeights?: (position: Position) => boolean;
  readonly onEpochEnd?: (position: Position, environment: PolicyEnvironment, metrics: ValidationMetrics) => void;
}

/** True in the epoch after which the policy never acts again: its ending epoch less one (reference 3.2). */
export function isLastEpoch(policy: Policy, epoch: number): boolean {
  return epoch === policy.window.endingEpoch - 1;
}
