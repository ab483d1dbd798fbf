import { catalogue } from './catalogue.ts';
import type { LearningRateScheduler, Pruner, Quantizer, Regularizer } from './define-method.ts';

/** Instances for tests, made as a schedule makes them: schema, checks, factory. */

interface Instances {
  readonly pruner: Pruner;
  readonly regularizer: Regularizer;
  readonly quantizer: Quantizer;
  readonly lr_scheduler: LearningRateScheduler;
}

export function createInstance<Kind extends keyof Instances>(kind: Kind, name: string, args: object): Instances[Kind] {
  const definition = catalogue.find((candidate) => candidate.name === name);
  if (definition?.kind !== kind) throw new RangeError(`${name} is no ${kind}`);
  const parsed = definition.args.parse(args);
  const [problem] = (definition.check?.(parsed) ?? []).filter(({ severity }) => severity === 'error');
  if (problem) throw new RangeError(problem.message);
  return definition.create(parsed) as Instances[Kind];
}

/** Codes of the problems that a method finds in its arguments. */
export function problemsOf(name: string, args: object): readonly string[] {
  const definition = catalogue.find((candidate) => candidate.name === name);
  if (definition === undefined) throw new RangeError(`There is no ${name}`);
  return (definition.check?.(definition.args.parse(args)) ?? []).map(({ code }) => code);
}
