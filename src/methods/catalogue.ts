import type { MethodDefinition, MethodKind } from './define-method.ts';

const files = import.meta.glob<MethodDefinition>(['./*/*.ts', '!./*/*.test.ts'], { eager: true, import: 'default' });

/** Every method, sorted by kind and name. A file in a folder below this one is in it; nothing has to be registered. */
export const catalogue: readonly MethodDefinition[] = Object.values(files).sort(
  (a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name),
);

/** The method of that exact class name. */
export function findMethod(name: string): MethodDefinition | undefined {
  return catalogue.find((definition) => definition.name === name);
}

/** The methods that a section of a schedule may name. */
export function methodsOfKind(kind: MethodKind): readonly MethodDefinition[] {
  return catalogue.filter((definition) => definition.kind === kind);
}
