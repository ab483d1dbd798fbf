import { type Network, networkParameters, type ParameterSpec, withoutModulePrefix } from '../core/network.ts';
import type { ArgumentProblem } from '../methods/define-method.ts';
import type { Fix, SourceRange } from './diagnostics.ts';
import { assignPatterns, compilePattern, globToPattern, resolveOverrides } from '../methods/match-modules.ts';
import { didYouMean, nearestFixes, nearestName } from './nearest-name.ts';
import { type Instance, namesIn, type NameUse, reportArgument } from './read-components.ts';
import { listNames, type Report } from './report.ts';
import type { Component } from './schedule.ts';
import { entryOf } from './yaml-node.ts';

/** The names that a file may use, of one model. */
export interface ModelNames {
  readonly model: string;
  readonly parameters: ReadonlyMap<string, ParameterSpec>;
  /** Modules that patterns are matched against; `flatten` is none in Distiller. */
  readonly modules: readonly string[];
  /** With the layers that methods of the file add. */
  readonly network: Network;
  /** What speaks against adding them. */
  readonly refusals: readonly Refusal[];
}

interface Refusal {
  readonly instance: Instance;
  readonly problem: ArgumentProblem;
}

/** The names of a model, and of what some instances add to it. */
export function modelNames(model: Network, instances: readonly Instance[]): ModelNames {
  const { network, refusals } = extendNetwork(model, instances);
  return {
    model: network.name,
    parameters: new Map(networkParameters(network).map((spec) => [spec.name, spec])),
    modules: network.layers.filter((layer) => layer.kind !== 'flatten').map((layer) => layer.name),
    network,
    refusals,
  };
}

function extendNetwork(model: Network, instances: readonly Instance[]): Pick<ModelNames, 'network' | 'refusals'> {
  const refusals: Refusal[] = [];
  const network = instances.reduce((whole, instance) => {
    const { component } = instance;
    const extended = component?.definition.extendNetwork?.(component.args, whole);
    refusals.push(...(extended?.problems ?? []).map((problem) => ({ instance, problem })));
    return extended?.network ?? whole;
  }, model);
  return { network, refusals };
}

/** Reports names that match nothing in the model; gives the instances with patterns resolved to module names. */
export function checkReferences(
  report: Report,
  instances: readonly Instance[],
  names: ModelNames,
): readonly Instance[] {
  for (const { instance, problem } of names.refusals) {
    const { node, nameRange } = instance;
    if (node) reportArgument(report, problem, { node, missingAt: nameRange });
  }
  return instances.map((instance) => {
    const resolved = checkInstance(report, instance, names);
    const component = instance.component && {
      ...instance.component,
      args: { ...instance.component.args, ...resolved },
    };
    checkNetwork(report, { ...instance, component }, names.network);
    return { ...instance, component };
  });
}

/** What the method itself says about the model. */
function checkNetwork(report: Report, { component, node, nameRange }: Instance, network: Network): void {
  if (!component || !node) return;
  for (const problem of component.definition.checkNetwork?.(component.args, network) ?? []) {
    reportArgument(report, problem, { node, missingAt: nameRange });
  }
}

/** Also of an instance whose arguments are wrong; gives the arguments that hold patterns, resolved. */
function checkInstance(report: Report, instance: Instance, names: ModelNames): Record<string, unknown> {
  const { component, definition, node, kind } = instance;
  const resolved: Record<string, unknown> = {};
  for (const [argument, reference] of Object.entries(definition?.names ?? {})) {
    const value = node && entryOf(node, argument)?.value;
    if (!value) continue;
    const uses = namesIn(value, argument);
    if (reference === 'parameter') checkParameterUses(report, uses, { kind, component, names });
    if (reference === 'module') checkModules(report, uses, names);
    if (reference === 'module-pattern') {
      checkPatterns(report, uses, names);
      resolved[argument] = resolvePatterns(component, argument, names.modules);
    }
  }
  return resolved;
}

function checkParameterUses(
  report: Report,
  uses: readonly NameUse[],
  { kind, component, names }: Pick<Instance, 'kind' | 'component'> & { readonly names: ModelNames },
): void {
  checkParameterNames(report, uses, { names, kind });
  if (component) checkParameters(report, uses, component, names);
}

function checkModules(report: Report, uses: readonly NameUse[], names: ModelNames): void {
  for (const { written, range } of uses) {
    if (names.network.layers.some(({ name }) => name === written)) continue;
    const fixes = nearestFixes(written, names.modules, range);
    const message = `\`${names.model}\` has no module \`${written}\`.${didYouMean(fixes)} Modules: ${listNames(names.modules)}.`;
    report.error('unknown-module', range, message, fixes);
  }
}

/** An override for each module by its exact name, so that whoever reads the arguments needs no expressions. */
function resolvePatterns(component: Component | null, argument: string, modules: readonly string[]): unknown {
  const overrides = component?.args[argument];
  if (typeof overrides !== 'object' || overrides === null) return overrides;
  return resolveOverrides(overrides as Readonly<Record<string, unknown>>, modules);
}

/** Names of parameters, where a map may also hold the default `*`. */
export function checkParameterNames(
  report: Report,
  uses: readonly NameUse[],
  { names, kind }: { readonly names: ModelNames; readonly kind: Component['kind'] },
): void {
  for (const { written, range } of uses) {
    if (written === '*') {
      if (kind !== 'pruner') continue;
      const message =
        '`*` stands for every other parameter, biases and batch normalization too. Name the kernels to spare them.';
      report.hint('star-touches-biases', range, message);
    } else if (!names.parameters.has(withoutModulePrefix(written))) {
      const fixes = parameterFixes(written, names, range);
      const message = `\`${names.model}\` has no parameter \`${written}\`, so nothing is done to it.${didYouMean(fixes)} Parameters: ${listNames([...names.parameters.keys()])}.`;
      report.warning('unknown-parameter', range, message, fixes);
    }
  }
}

/** The nearest parameter; of a layer's name, its weights. */
function parameterFixes(written: string, names: ModelNames, range: SourceRange): Fix[] {
  const kernel = `${withoutModulePrefix(written)}.weight`;
  if (names.parameters.has(kernel)) return [{ title: `Use \`${kernel}\``, range, text: kernel }];
  return nearestFixes(withoutModulePrefix(written), names.parameters.keys(), range);
}

function checkParameters(report: Report, uses: readonly NameUse[], component: Component, names: ModelNames): void {
  for (const { written, range } of uses) {
    const spec = names.parameters.get(withoutModulePrefix(written));
    if (!spec) continue;
    for (const { code, severity, message } of component.definition.checkParameter?.(component.args, spec) ?? []) {
      report.add(severity, { code, range, message, fixes: [] });
    }
  }
}

function checkPatterns(report: Report, uses: readonly NameUse[], names: ModelNames): void {
  const assigned = new Set(
    assignPatterns(
      uses.map((use) => use.written),
      names.modules,
    ).values(),
  );
  for (const { written, range } of uses) {
    if (assigned.has(written)) continue;
    const matches = compilePattern(written);
    if (matches !== null && names.modules.some(matches)) {
      const message = `Every module that \`${written}\` matches belongs to an earlier pattern: the first match counts. Move it up.`;
      report.warning('pattern-shadowed', range, message);
    } else reportUnmatched(report, written, range, names);
  }
}

function reportUnmatched(report: Report, written: string, range: SourceRange, names: ModelNames): void {
  const better = betterPattern(written, names.modules);
  const fixes = better === undefined ? [] : [{ title: `Use \`${better}\``, range, text: better }];
  if (/^[\w.]+$/.test(written)) {
    const message = `\`${names.model}\` has no module \`${written}\`.${didYouMean(fixes)} Modules: ${listNames(names.modules)}.`;
    report.warning('unknown-module', range, message, fixes);
    return;
  }
  const remedy = better === undefined ? `Modules: ${listNames(names.modules)}.` : `Use \`${better}\`.`;
  const message = `Pattern \`${written}\` matches no module: it is a regular expression, matched in full. ${remedy}`;
  report.warning('pattern-matches-nothing', range, message, fixes);
}

function betterPattern(written: string, modules: readonly string[]): string | undefined {
  const bare = written.replace(/module\\?\./, '');
  const withoutParameter = bare.replace(/\\?\.(?:weight|bias)$/, '');
  const candidates = [bare, withoutParameter, globToPattern(bare), `${bare}.*`];
  const better = candidates.find((pattern) => modules.some((module) => compilePattern(pattern)?.(module)));
  return better ?? nearestName(bare, modules);
}
