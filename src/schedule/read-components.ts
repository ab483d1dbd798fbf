import type { ArgumentProblem, MethodDefinition, MethodKind } from '../methods/define-method.ts';
import { withoutModulePrefix } from '../core/network.ts';
import { checkValue } from './check-value.ts';
import type { SourceRange } from './diagnostics.ts';
import { distillerClasses, methodKinds, sectionKinds, sectionOf, type Section } from './grammar.ts';
import { compilePattern } from '../methods/match-modules.ts';
import { didYouMean, nearestFixes } from './nearest-name.ts';
import type { Report } from './report.ts';
import type { Component } from './schedule.ts';
import { entryOf, type MapEntry, type MapNode, plainValue, type ScalarNode, type YamlNode } from './yaml-node.ts';

/** An instance as written: also one that cannot be built, so that policies that name it are not called wrong. */
export interface Instance {
  readonly kind: MethodKind;
  readonly name: string;
  readonly nameRange: SourceRange;
  readonly className: string | null;
  readonly classRange: SourceRange;
  readonly node: MapNode | null;
  /** Null if its class is unknown, or not available here. */
  readonly definition: MethodDefinition | null;
  /** Null if its class is not available here or its arguments are wrong. */
  readonly component: Component | null;
}

/** The instances of every section, in file order. */
export function readInstances(
  report: Report,
  root: MapNode,
  methods: readonly MethodDefinition[],
): readonly Instance[] {
  const instances: Instance[] = [];
  for (const entry of root.entries) {
    if (!isSection(entry.name)) continue;
    const section = sectionMap(report, entry);
    const found = (section?.entries ?? []).map((item) =>
      readInstance(report, sectionKinds[entry.name as Section], item, methods),
    );
    if (entry.name === 'quantizers') reportSecondQuantizer(report, found);
    instances.push(...found);
  }
  return instances;
}

function isSection(name: string): name is Section {
  return Object.hasOwn(sectionKinds, name);
}

function sectionMap(report: Report, entry: MapEntry): MapNode | null {
  const { value } = entry;
  if (value.kind === 'map') return value;
  if (value.kind === 'scalar' && value.value === null) return null;
  report.error(
    'wrong-type',
    value.range,
    `\`${entry.name}\` is not a map. Write each instance below it: \`name: {class: …}\`.`,
  );
  return null;
}

function reportSecondQuantizer(report: Report, found: readonly Instance[]): void {
  const [first] = found;
  for (const extra of found.slice(1)) {
    const message = `\`${extra.name}\` is a second quantizer beside \`${first?.name ?? ''}\`. A schedule has one: remove one, and use \`overrides\` for layers that differ.`;
    report.error('two-quantizers', extra.nameRange, message);
  }
}

function readInstance(
  report: Report,
  kind: MethodKind,
  entry: MapEntry,
  methods: readonly MethodDefinition[],
): Instance {
  const node = entry.value.kind === 'map' ? entry.value : null;
  const unread = { kind, name: entry.name, nameRange: entry.key.range, node, definition: null, component: null };
  if (node === null) {
    const message = `\`${entry.name}\` is not a map. Write \`class\` and its arguments below it.`;
    report.error('wrong-type', entry.key.range, message);
    return { ...unread, className: null, classRange: entry.key.range };
  }
  const classNode = entryOf(node, 'class')?.value;
  if (classNode?.kind !== 'scalar' || typeof classNode.value !== 'string') {
    const message = `\`${entry.name}\` has no \`class\`: it says which ${kindWords[kind]} it is. Add it.`;
    report.error('missing-class', entry.key.range, message);
    return { ...unread, className: null, classRange: entry.key.range };
  }
  const instance = { ...unread, className: classNode.value, classRange: classNode.range };
  const definition = findDefinition(report, kind, classNode, methods);
  if (definition === null) return instance;
  const args = readArguments(report, { instance: entry, node, definition });
  if (args === null) return { ...instance, definition };
  return { ...instance, definition, component: { kind, name: entry.name, definition, args, range: entry.key.range } };
}

export const kindWords: Readonly<Record<MethodKind, string>> = {
  pruner: 'pruner',
  regularizer: 'regularizer',
  quantizer: 'quantizer',
  lr_scheduler: 'learning-rate scheduler',
  extension: 'extension',
};

function findDefinition(
  report: Report,
  kind: MethodKind,
  node: ScalarNode,
  methods: readonly MethodDefinition[],
): MethodDefinition | null {
  const name = node.source;
  const found = methods.find((definition) => definition.name === name);
  const actual = found?.kind ?? methodKinds.find((candidate) => distillerClasses[candidate].includes(name));
  if (actual === kind) return found ?? null;
  if (actual !== undefined) {
    const message = `\`${name}\` is a ${kindWords[actual]} and stands under \`${sectionOf(kind)}\`. Move it to \`${sectionOf(actual)}\`.`;
    report.error('class-in-wrong-section', node.range, message);
    return null;
  }
  const ofKind = methods.filter((definition) => definition.kind === kind).map((definition) => definition.name);
  const fixes = nearestFixes(name, new Set([...ofKind, ...distillerClasses[kind]]), node.range);
  const message = `There is no ${kindWords[kind]} \`${name}\`.${didYouMean(fixes)} Class names are matched letter by letter.`;
  report.error('unknown-class', node.range, message, fixes);
  return null;
}

interface ArgumentContext {
  readonly instance: MapEntry;
  readonly node: MapNode;
  readonly definition: MethodDefinition;
}

/** Checked, defaulted, one name made a list, `module.` removed from parameter names. */
function readArguments(
  report: Report,
  { instance, node, definition }: ArgumentContext,
): Record<string, unknown> | null {
  const replaced = singleNames(report, node, definition);
  const values = checkValue(report, {
    schema: definition.args,
    node,
    ignore: ['class'],
    replaced,
    owner: `\`${instance.name}\` (\`${definition.name}\`)`,
    missingAt: instance.key.range,
  });
  if (values === null || !checkPatterns(report, node, definition)) return null;
  const problems = definition.check?.(values) ?? [];
  for (const problem of problems) reportArgument(report, problem, { node, missingAt: instance.key.range });
  if (problems.some((problem) => problem.severity === 'error')) return null;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      definition.names?.[name] === 'parameter' ? withoutPrefixes(value) : value,
    ]),
  );
}

/** A problem that a method itself finds, at the value of the argument. */
export function reportArgument(
  report: Report,
  { argument, code, message, severity, suggestion }: ArgumentProblem,
  { node, missingAt }: { readonly node: MapNode; readonly missingAt: SourceRange },
): void {
  const written = entryOf(node, argument)?.value.range;
  const fixes =
    written && suggestion !== undefined ? [{ title: `Write \`${suggestion}\``, range: written, text: suggestion }] : [];
  report.add(severity, { code, message, range: written ?? missingAt, fixes });
}

/** False if a pattern is no regular expression: reported at the pattern itself. */
function checkPatterns(report: Report, node: MapNode, definition: MethodDefinition): boolean {
  let valid = true;
  for (const [argument, reference] of Object.entries(definition.names ?? {})) {
    const value = reference === 'module-pattern' ? entryOf(node, argument)?.value : undefined;
    for (const { written, range } of value ? namesIn(value, argument) : []) {
      if (compilePattern(written) !== null) continue;
      const message = `\`${written.slice(0, 60)}\` is no regular expression that can be matched here. Close its brackets; look-ahead and back references do not exist.`;
      report.error('invalid-pattern', range, message);
      valid = false;
    }
  }
  return valid;
}

/** Arguments that hold a list of names and are written as one word. */
function singleNames(report: Report, node: MapNode, definition: MethodDefinition): Record<string, unknown> {
  const replaced: Record<string, unknown> = {};
  for (const [argument, reference] of Object.entries(definition.names ?? {})) {
    const value = entryOf(node, argument)?.value;
    if (reference !== 'parameter' || value?.kind !== 'scalar' || typeof value.value !== 'string') continue;
    const schema: unknown = definition.args.shape[argument];
    if (!acceptsList(schema)) continue;
    replaced[argument] = [value.value];
    const message = `\`${argument}\` is one word. Distiller then matches every parameter whose name is a part of it. Write a list.`;
    const fixes = [{ title: `Write \`[${value.source}]\``, range: value.range, text: `[${value.source}]` }];
    report.hint('text-instead-of-list', value.range, message, fixes);
  }
  return replaced;
}

function acceptsList(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null || !('safeParse' in schema)) return false;
  const { safeParse } = schema as { safeParse: (value: unknown) => { success: boolean } };
  return safeParse(['conv1.weight']).success;
}

function withoutPrefixes(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map((name) => (typeof name === 'string' ? withoutModulePrefix(name) : (name as unknown)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [withoutModulePrefix(name), entry as unknown]),
  );
}

/** A name in an argument that refers to the model, where it stands. */
export interface NameUse {
  readonly argument: string;
  /** As written. */
  readonly written: string;
  readonly range: SourceRange;
}

/** The names in an argument: items of a list, keys of a map, or one word. */
export function namesIn(node: YamlNode, argument: string): readonly NameUse[] {
  if (node.kind === 'map')
    return node.entries.map((entry) => ({ argument, written: entry.name, range: entry.key.range }));
  const items = node.kind === 'list' ? node.items : [node];
  return items.flatMap((item) => {
    const written = plainValue(item);
    return typeof written === 'string' ? [{ argument, written, range: item.range }] : [];
  });
}
