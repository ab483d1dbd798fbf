import type { MethodDefinition, MethodKind } from './define-method.ts';
import { extensions } from './extensions.ts';
import { lrSchedulers } from './lr-schedulers.ts';
import { pruners } from './pruners.ts';
import { quantizers } from './quantizers.ts';
import { regularizers } from './regularizers.ts';

/** Every method, sorted by kind and name. A file in the folder of its kind is in it; nothing has to be registered. */
export const catalogue: readonly MethodDefinition[] = [
  ...pruners,
  ...regularizers,
  ...quantizers,
  ...lrSchedulers,
  ...extensions,
].sort((a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name));

/** The method of that exact class name. */
export function findMethod(name: string): MethodDefinition | undefined {
  return catalogue.find((definition) => definition.name === name);
}

/** The methods that a section of a schedule may name. */
export function methodsOfKind(kind: MethodKind): readonly MethodDefinition[] {
  return catalogue.filter((definition) => definition.kind === kind);
}
