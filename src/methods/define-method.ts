import type { z } from 'zod';
import type { Network, ParameterSpec } from '../core/network.ts';
import type { Extension } from './extension.ts';
import type { LearningRateScheduler } from './learning-rate-scheduler.ts';
import type { PolicyWindow } from './policy-window.ts';
import type { PostTrainingQuantizer } from './post-training-quantizer.ts';
import type { Pruner } from './pruner.ts';
import type { Quantizer } from './quantizer.ts';
import type { Regularizer } from './regularizer.ts';

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

export interface PrunerDefinition<Schema extends z.ZodObject = z.ZodObject>
  extends MethodBase<'pruner', Schema, Pruner> {
  readonly needs?: readonly ('gradient' | 'activations' | 'feature-maps')[];
}

export type RegularizerDefinition<Schema extends z.ZodObject = z.ZodObject> = MethodBase<
  'regularizer',
  Schema,
  Regularizer
>;

export interface QuantizerDefinition<Schema extends z.ZodObject = z.ZodObject>
  extends MethodBase<'quantizer', Schema, Quantizer> {
  readonly stage?: 'training';
}

/** No policy may use it: it acts on the trained model. */
export interface PostTrainingDefinition<Schema extends z.ZodObject = z.ZodObject>
  extends MethodBase<'quantizer', Schema, PostTrainingQuantizer> {
  readonly stage: 'after-training';
}

export type LearningRateDefinition<Schema extends z.ZodObject = z.ZodObject> = MethodBase<
  'lr_scheduler',
  Schema,
  LearningRateScheduler
>;

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
