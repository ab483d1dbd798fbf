import { catalogue } from './catalogue.ts';
import type { MethodDefinition } from './define-method.ts';
import type { LearningRateScheduler } from './learning-rate-scheduler.ts';
import type { Pruner } from './pruner.ts';
import type { Quantizer } from './quantizer.ts';
import type { Regularizer } from './regularizer.ts';
import { isPostTraining } from './define-method.ts';
import type { Extension } from './extension.ts';
import type { PostTrainingQuantizer } from './post-training-quantizer.ts';

interface Instances {
  readonly pruner: Pruner;
  readonly regularizer: Regularizer;
  readonly quantizer: Quantizer;
  /** A quantizer that acts on the trained model. */
  readonly 'post-training': PostTrainingQuantizer;
  readonly lr_scheduler: LearningRateScheduler;
  readonly extension: Extension;
}

/** What a method is made from: its arguments with their defaults. */
export type CompleteArguments = Readonly<Record<string, unknown>>;

/**
 * An instance from written arguments, made as a schedule makes it: schema, checks, factory.
 *
 * @throws RangeError for an unknown name, another kind, and arguments that a schedule would refuse.
 */
export function createInstance<Kind extends keyof Instances>(kind: Kind, name: string, args: object): Instances[Kind] {
  return createChecked(kind, name, completeArguments(name, args));
}

/**
 * An instance from arguments that have been checked before.
 *
 * @throws RangeError for an unknown name or another kind.
 */
export function createChecked<Kind extends keyof Instances>(
  kind: Kind,
  name: string,
  args: CompleteArguments,
): Instances[Kind] {
  const definition = definitionOf(name);
  const actual = isPostTraining(definition) ? 'post-training' : definition.kind;
  if (actual !== kind) throw new RangeError(`${name} is a ${actual}, no ${kind}`);
  return definition.create(args) as Instances[Kind];
}

/**
 * Written arguments with the defaults of those that are left out.
 *
 * @throws RangeError for an unknown name, and arguments that a schedule would refuse.
 */
export function completeArguments(name: string, args: object): CompleteArguments {
  const definition = definitionOf(name);
  const parsed = definition.args.safeParse(args);
  if (!parsed.success) throw new RangeError(`${name}: ${parsed.error.issues.map(({ message }) => message).join(' ')}`);
  const problem = definition.check?.(parsed.data).find(({ severity }) => severity === 'error');
  if (problem) throw new RangeError(problem.message);
  return parsed.data;
}

/** Codes of the problems that a method finds in arguments that pass its schema. */
export function problemsOf(name: string, args: object): readonly string[] {
  const definition = definitionOf(name);
  return (definition.check?.(definition.args.parse(args)) ?? []).map(({ code }) => code);
}

function definitionOf(name: string): MethodDefinition {
  const definition = catalogue.find((candidate) => candidate.name === name);
  if (definition === undefined) throw new RangeError(`There is no method ${name}`);
  return definition;
}
