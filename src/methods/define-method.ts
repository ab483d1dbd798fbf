import type { z } from 'zod';
import type { FoldablePair } from '../core/batch-norm-folding.ts';
import type { Network, ParameterSpec } from '../core/network.ts';
import type { Random } from '../core/random.ts';
import type { LayerSamples } from '../core/reconstruct-channels.ts';
import type { Extension } from './extension.ts';
import type { PostTrainingQuantizer } from './post-training-quantizer.ts';
import type { TensorMath } from './tensor-math.ts';

/** The sections of a schedule file, by what a policy calls them. */
export type MethodKind = 'pruner' | 'regularizer' | 'quantizer' | 'lr_scheduler' | 'extension';

/** What the strings of an argument name: looked up in the model, completed and checked by shared code. */
export type NameReference =
  /** Parameter names: a list, one string, or the keys of a map (`*` is the default entry of a map). */
  | 'parameter'
  /** Keys are ordered full-match regular expressions of module names. */
  | 'module-pattern'
  /** Module names in a list: every one has to exist. */
  | 'module'
  /** One word: a model of the zoo that takes the dataset of the schedule, or `run` for a finished run. */
  | 'model-or-run';

/** A formula as it is typeset. Literals only: the build turns it into MathML (`scripts/method-equations.mjs`). */
export interface MethodEquation {
  /** TeX, a displayed line each. */
  readonly tex: readonly string[];
  /** What the symbols mean, in a sentence: TeX between dollar signs, names of the file between backticks. */
  readonly where: string;
}

/** Everything about a method that shared code reads: schema, completion, hover, reference page, gallery. */
interface MethodBase<Kind extends MethodKind, Schema extends z.ZodObject, Instance> {
  readonly kind: Kind;
  /** The schedule's `class`; never renamed once released. */
  readonly name: string;
  /** One sentence, present tense. */
  readonly summary: string;
  /** What a reader should know beyond the summary: traps, differences to Distiller. Plain text, short paragraphs. */
  readonly notes?: readonly string[];
  /** The formula in plain text with Unicode mathematics. */
  readonly formula?: string;
  /** The formula for the reference page. Not there at run time: see `virtual:method-equations`. */
  readonly equation?: MethodEquation;
  readonly reference?: { readonly title: string; readonly url: string };
  /** True for a class that Distiller does not have. */
  readonly extension?: boolean;
  /** Strict object; keys spelled as in the YAML, each with `.describe()`. `class` is not part of it. */
  readonly args: Schema;
  /** A valid set of arguments for the default model `cnn_mnist`. */
  readonly example: z.input<Schema>;
  /** Which arguments hold names. */
  readonly names?: Readonly<Partial<Record<keyof z.output<Schema> & string, NameReference>>>;
  /** What a schema cannot say (e.g. final above initial sparsity). Reported at the argument's range. */
  readonly check?: (args: z.output<Schema>) => readonly ArgumentProblem[];
  /** What only a named parameter can tell, e.g. a structure that its rank does not have. Reported at the name. */
  readonly checkParameter?: (args: z.output<Schema>, parameter: ParameterSpec) => readonly ArgumentProblem[];
  /**
   * What only the model can tell, e.g. that it has another number of exits. Reported at the argument. Patterns in `args`
   * are resolved to module names.
   */
  readonly checkNetwork?: (args: z.output<Schema>, network: Network) => readonly ArgumentProblem[];
  /**
   * The network that this method trains, where it adds layers to that of the model, and what speaks against it. Called
   * before any name is looked up, so that the new layers can be named. With problems the network stays as it is.
   */
  readonly extendNetwork?: (args: z.output<Schema>, network: Network) => ExtendedNetwork;
  /** What only the epochs of a policy can tell, e.g. that a ramp has a single epoch. Reported at the policy. */
  readonly checkWindow?: (args: z.output<Schema>, window: PolicyWindow) => readonly ArgumentProblem[];
  /** A new instance with its own state; `args` passed the schema. */
  readonly create: (args: z.output<Schema>) => Instance;
}

export interface ExtendedNetwork {
  readonly network: Network;
  readonly problems: readonly ArgumentProblem[];
}

export interface ArgumentProblem {
  readonly argument: string;
  readonly code: string;
  readonly message: string;
  readonly severity: 'error' | 'warning' | 'hint';
  /** What to write for the argument instead, as a fix. */
  readonly suggestion?: string;
}

/** The epochs of a policy. `endingEpoch` is exclusive; `frequency` is null for an explicit list of epochs. */
export interface PolicyWindow {
  readonly startingEpoch: number;
  readonly endingEpoch: number;
  readonly frequency: number | null;
}

// -- pruners ---------------------------------------------------------------------------------------------------------

/** What a pruner sees of one parameter when it is asked for a mask. */
export interface PruneRequest {
  readonly parameter: ParameterSpec;
  /** Current values in project layout. Not to be changed. */
  readonly weights: Float32Array;
  /** The standing mask (1 keeps, 0 prunes), null if there is none. */
  readonly mask: Float32Array | null;
  readonly epoch: number;
  readonly window: PolicyWindow;
  /** Policy argument `levels`, replacing the pruner's own. */
  readonly levels?: Readonly<Record<string, number>>;
  /** Current values of another parameter of the model, for group dependency. */
  readonly weightsOf: (
    parameter: string,
  ) => { readonly spec: ParameterSpec; readonly weights: Float32Array } | undefined;
  /** Gradient of the last step, null before the first one. Only if the definition needs it. */
  readonly gradient?: Float32Array | null;
  /** Per output channel of the activation that consumes this layer. Only if the definition needs it. */
  readonly activations?: { readonly apoz: Float32Array; readonly mean: Float32Array } | null;
  /** Of this layer as it is, null if there are no samples to send through. Only if the definition needs it. */
  readonly featureMaps?: LayerSamples | null;
  readonly random: Random;
}

/** How much of the feature maps a pruner wants to see. */
export interface FeatureMapSampling {
  /** Output positions of each sample. */
  readonly points: number;
  /** Training samples. */
  readonly samples: number;
}

export interface PrunePromise {
  readonly parameter: ParameterSpec;
  readonly epoch: number;
  readonly window: PolicyWindow;
  readonly levels?: Readonly<Record<string, number>>;
}

export interface Pruner {
  /** Whether this pruner addresses the parameter at all. */
  readonly touches: (parameter: ParameterSpec, levels?: Readonly<Record<string, number>>) => boolean;
  /** The new mask (1 keeps, 0 prunes, same length as the weights), or null to leave the standing one untouched. */
  readonly computeMask: (request: PruneRequest) => Float32Array | null;
  /** Weights that make up for what a new mask takes; they replace those that there are. null leaves these. */
  readonly reconstruct?: (request: PruneRequest, mask: Float32Array) => Float32Array | null;
  /** Where the definition needs feature maps. */
  readonly sampling?: FeatureMapSampling;
  /**
   * Share of zeros that the mask will have after `computeMask` on generic weights (no ties), known without weights.
   * null: it depends on the weights. Used for promised curves.
   */
  readonly promise: (request: PrunePromise) => number | null;
}

export interface PrunerDefinition<Schema extends z.ZodObject = z.ZodObject>
  extends MethodBase<'pruner', Schema, Pruner> {
  readonly needs?: readonly ('gradient' | 'activations' | 'feature-maps')[];
}

// -- regularizers ----------------------------------------------------------------------------------------------------

export interface Regularizer {
  readonly touches: (parameter: ParameterSpec) => boolean;
  /** The penalty of one parameter, a scalar added to the loss. */
  readonly penalty: <T>(math: TensorMath<T>, weights: T, parameter: ParameterSpec) => T;
  /** Mask (1 keeps) from the current weights after a step, null when no threshold criterion is set. */
  readonly thresholdMask: <T>(math: TensorMath<T>, weights: T, parameter: ParameterSpec) => T | null;
}

export type RegularizerDefinition<Schema extends z.ZodObject = z.ZodObject> = MethodBase<
  'regularizer',
  Schema,
  Regularizer
>;

// -- quantizers used during training ---------------------------------------------------------------------------------

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

export interface QuantizerDefinition<Schema extends z.ZodObject = z.ZodObject>
  extends MethodBase<'quantizer', Schema, Quantizer> {
  readonly stage?: 'training';
}

// -- quantizers used after training ----------------------------------------------------------------------------------

/** No policy may use it: it acts on the trained model. */
export interface PostTrainingDefinition<Schema extends z.ZodObject = z.ZodObject>
  extends MethodBase<'quantizer', Schema, PostTrainingQuantizer> {
  readonly stage: 'after-training';
}

// -- learning-rate schedulers ----------------------------------------------------------------------------------------

export interface LearningRateRequest {
  /** The epoch about to start (PyTorch's `last_epoch` after the step). */
  readonly epoch: number;
  /** Initial rate of each optimizer group. */
  readonly base: readonly number[];
  /** Rate of each group now. */
  readonly current: readonly number[];
  /** Of the epoch that just ended; absent in a promise. Top-1 is a fraction. */
  readonly validation?: { readonly loss: number; readonly top1: number };
}

export interface LearningRateStep {
  readonly learningRates: readonly number[];
  /** Schedulers that also cycle momentum. */
  readonly momentum?: number;
}

export interface LearningRateScheduler {
  /** Rates that stand before the first epoch, where the class changes them at construction. */
  readonly initial?: (base: readonly number[]) => LearningRateStep;
  readonly step: (request: LearningRateRequest) => LearningRateStep;
  /** False if the rate depends on measured metrics, so that it cannot be promised. */
  readonly predictable: boolean;
}

export type LearningRateDefinition<Schema extends z.ZodObject = z.ZodObject> = MethodBase<
  'lr_scheduler',
  Schema,
  LearningRateScheduler
>;

// -- extensions ------------------------------------------------------------------------------------------------------

export type ExtensionDefinition<Schema extends z.ZodObject = z.ZodObject> = MethodBase<'extension', Schema, Extension>;

export type MethodDefinition =
  | PrunerDefinition
  | RegularizerDefinition
  | QuantizerDefinition
  | PostTrainingDefinition
  | LearningRateDefinition
  | ExtensionDefinition;

/** Whether a method quantizes a trained model, so that no policy may use it. */
export function isPostTraining(definition: MethodDefinition | null): definition is PostTrainingDefinition {
  return definition?.kind === 'quantizer' && definition.stage === 'after-training';
}

type DefinitionOf<Kind extends MethodKind, Schema extends z.ZodObject> = {
  pruner: PrunerDefinition<Schema>;
  regularizer: RegularizerDefinition<Schema>;
  quantizer: QuantizerDefinition<Schema>;
  lr_scheduler: LearningRateDefinition<Schema>;
  extension: ExtensionDefinition<Schema>;
}[Kind];

/** Checks a definition's types and hides its schema, so that the catalogue can hold all of them. */
export function definePruner<Schema extends z.ZodObject>(definition: DefinitionOf<'pruner', Schema>): PrunerDefinition {
  return definition;
}

export function defineRegularizer<Schema extends z.ZodObject>(
  definition: DefinitionOf<'regularizer', Schema>,
): RegularizerDefinition {
  return definition;
}

export function defineQuantizer<Schema extends z.ZodObject>(
  definition: DefinitionOf<'quantizer', Schema>,
): QuantizerDefinition {
  return definition;
}

export function defineLearningRateScheduler<Schema extends z.ZodObject>(
  definition: DefinitionOf<'lr_scheduler', Schema>,
): LearningRateDefinition {
  return definition;
}

export function definePostTrainingQuantizer<Schema extends z.ZodObject>(
  definition: PostTrainingDefinition<Schema>,
): PostTrainingDefinition {
  return definition;
}

export function defineExtension<Schema extends z.ZodObject>(
  definition: DefinitionOf<'extension', Schema>,
): ExtensionDefinition {
  return definition;
}
