import { type ParameterSpec, withoutModulePrefix } from '../core/network.ts';
import type { ModelNames } from './check-references.ts';
import { compilePattern } from '../methods/match-modules.ts';
import { nearestName } from './nearest-name.ts';
import { type Instance, namesIn, type NameUse } from './read-components.ts';
import { entryOf } from './yaml-node.ts';

/** Arguments that hold parameter names in Distiller's classes, also in those that are not built here. */
const parameterArguments = ['weights', 'levels', 'thresholds', 'sensitivities', 'reg_regims'];

export interface ForeignNames {
  /** A name that this model does not have. */
  readonly first: NameUse;
  readonly parameters: readonly NameUse[];
}

/**
 * Whether a file is written for a model that does not exist here: at most a quarter of its names are of this model, and
 * most of the others are not misspelt ones. Such a file deserves one notice, not one for each name.
 */
export function foreignNames(instances: readonly Instance[], names: ModelNames): ForeignNames | null {
  const { parameters, patterns } = namesOf(instances);
  const strange = [
    ...parameters.filter((use) => !names.parameters.has(withoutModulePrefix(use.written))),
    ...patterns.filter((use) => !matchesModule(use.written, names)),
  ];
  const total = parameters.length + patterns.length;
  const misspelt = strange.filter((use) => isNear(use, names)).length;
  const first = strange.find((use) => !isNear(use, names));
  if (first === undefined || strange.length < 0.75 * total || 2 * misspelt >= strange.length) return null;
  return { first, parameters };
}

/** Whether a file names anything in a model. */
export function usesNames(instances: readonly Instance[]): boolean {
  const { parameters, patterns } = namesOf(instances);
  return parameters.length + patterns.length > 0;
}

/** Whether a model has every parameter and, for each pattern, a module of a file. */
export function hasAllNames(instances: readonly Instance[], names: ModelNames): boolean {
  const { parameters, patterns } = namesOf(instances);
  return (
    parameters.every((use) => names.parameters.has(withoutModulePrefix(use.written))) &&
    patterns.every((use) => matchesModule(use.written, names))
  );
}

function namesOf(instances: readonly Instance[]): Record<'parameters' | 'patterns', readonly NameUse[]> {
  return {
    parameters: uniqueUses(instances.flatMap((instance) => usesIn(instance, parameterArguments))),
    patterns: uniqueUses(instances.flatMap((instance) => usesIn(instance, ['overrides']))),
  };
}

function usesIn(instance: Instance, argumentNames: readonly string[]): NameUse[] {
  const { node } = instance;
  if (node === null) return [];
  return argumentNames.flatMap((argument) => {
    const entry = entryOf(node, argument);
    return entry ? namesIn(entry.value, argument) : [];
  });
}

function uniqueUses(uses: readonly NameUse[]): NameUse[] {
  const byName = new Map(
    uses.filter((use) => use.written !== '*').map((use) => [withoutModulePrefix(use.written), use]),
  );
  return [...byName.values()];
}

function matchesModule(pattern: string, names: ModelNames): boolean {
  const matches = compilePattern(pattern);
  return matches !== null && names.modules.some(matches);
}

/** A slip of the pen: letters of a name of this model, or a layer instead of its parameter. */
function isNear({ written }: NameUse, names: ModelNames): boolean {
  const bare = withoutModulePrefix(written);
  const candidates = [...names.parameters.keys(), ...names.modules];
  if (/[*?+]/.test(bare) || names.modules.includes(bare)) return true;
  return nearestName(bare, candidates) !== undefined;
}

/** Stand-ins for parameters of unknown shape. */
export function foreignParameter({ written }: NameUse): ParameterSpec {
  const name = withoutModulePrefix(written);
  const layer = name.replace(/\.[^.]*$/, '');
  const shape = [1, 1, 100, 100];
  return { name, layer, layerKind: 'conv2d', role: 'kernel', shape, size: 10_000, fanIn: 100 };
}
