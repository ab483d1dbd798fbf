import { catalogue } from './catalogue.ts';
import type { LearningRateScheduler, MethodDefinition, Pruner, Quantizer, Regularizer } from './define-method.ts';
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

/**
 * An instance from written arguments, made as a schedule makes it: schema, checks, factory.
 *
 * @throws RangeError for an unknown name, another kind, and arguments that a schedule would refuse.
 */
export function createInstance<Kind extends keyof Instances>(kind: Kind, name: string, args: object): Instances[Kind] {
  const definition = definitionOf(name);
  const actual = isPostTraining(definition) ? 'post-training' : definition.kind;
  if (actual !== kind) throw new RangeError(`${name} is a ${actual}, no ${kind}`);
  const parsed = definition.args.safeParse(args);
  if (!parsed.success) throw new RangeError(`${name}: ${parsed.error.issues.map(({ message }) => message).join(' ')}`);
  const problem = definition.check?.(parsed.data).find(({ severity }) => severity === 'error');
  if (problem) throw new RangeError(problem.message);
  return definition.create(parsed.data) as Instances[Kind];
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
