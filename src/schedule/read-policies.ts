import { withoutModulePrefix } from '../core/network.ts';
import { isPostTraining, type MethodKind } from '../methods/define-method.ts';
import type { PolicyWindow } from '../methods/policy-window.ts';
import { checkValue } from './check-value.ts';
import { checkPruningArgs } from './check-pruning-args.ts';
import type { SourceRange } from './diagnostics.ts';
import { actionKeys, methodKinds, sectionOf, windowKeys } from './grammar.ts';
import { didYouMean, nearestFixes } from './nearest-name.ts';
import { type Instance, kindWords } from './read-components.ts';
import { readWindow } from './read-window.ts';
import { listNames, type Report } from './report.ts';
import { pruningArgsSchema, regularizationArgsSchema } from './schedule-schema.ts';
import type { Policy, PruningPolicyArgs, RegularizationPolicyArgs } from './schedule.ts';
import { entryOf, type MapEntry, type MapNode, type YamlNode } from './yaml-node.ts';

/** A policy as written, with where its parts stand. */
export interface PolicyNode {
  readonly index: number;
  readonly node: MapNode;
  readonly instance: Instance;
  /** The value of `instance_name`. */
  readonly nameRange: SourceRange;
  /** Null if the instance cannot run here; then the policy is left out. */
  readonly policy: Policy | null;
  readonly epochs: readonly number[];
  readonly window: PolicyWindow;
}

export interface PolicyList {
  readonly policies: readonly PolicyNode[];
  /** Instances that a policy names, also one that is left out. */
  readonly used: ReadonlySet<Instance>;
}

/** The items of `policies`; wrong ones are reported and left out. */
export function readPolicies(report: Report, list: readonly YamlNode[], instances: readonly Instance[]): PolicyList {
  const used = new Set<Instance>();
  const policies = list.flatMap((item, index) => {
    if (item.kind !== 'map') {
      const message = `Policy ${index + 1} is not a map. Write \`pruner: {instance_name: …}\` and its epochs.`;
      report.error('wrong-type', item.range, message);
      return [];
    }
    const found = readPolicy(report, item, index, { instances, used });
    return found === null ? [] : [found];
  });
  return { policies, used };
}

interface InstanceUse {
  readonly instances: readonly Instance[];
  readonly used: Set<Instance>;
}

function readPolicy(report: Report, node: MapNode, index: number, { instances, used }: InstanceUse): PolicyNode | null {
  const action = findAction(report, node, index);
  if (action === null) return null;
  reportUnknownKeys(report, node, index);
  const timing = readWindow(report, node, { label: `Policy ${index + 1}`, at: action.key.range });
  const kind = action.name as MethodKind;
  const named = readAction(report, action, kind, instances);
  if (named === null) return null;
  used.add(named.instance);
  const args = readArgs(report, action, kind, named.instance);
  if (timing === null || args === null) return null;
  const { component } = named.instance;
  const base = { index, range: node.range, ...timing };
  const policy = component === null ? null : ({ ...base, component, kind, ...args } as Policy);
  return { ...base, ...named, node, policy };
}

/** The one key that says what the policy does. */
function findAction(report: Report, node: MapNode, index: number): MapEntry | null {
  const actions = node.entries.filter((entry) => (methodKinds as readonly string[]).includes(entry.name));
  const [first, second] = actions;
  if (first === undefined) {
    const wrong = node.entries.find((entry) => !Object.hasOwn(windowKeys, entry.name));
    const fixes = wrong ? nearestFixes(wrong.name, methodKinds, wrong.key.range) : [];
    const message = `Policy ${index + 1} names nothing to run.${didYouMean(fixes)} Add one of ${listNames(methodKinds)}.`;
    report.error('policy-without-action', wrong?.key.range ?? node.range, message, fixes);
    return null;
  }
  if (second !== undefined) {
    const message = `Policy ${index + 1} has \`${first.name}\` and \`${second.name}\`. Distiller runs only one of them. Write two policies.`;
    report.error('policy-with-two-actions', second.key.range, message);
    return null;
  }
  return first;
}

function reportUnknownKeys(report: Report, node: MapNode, index: number): void {
  for (const { name, key } of node.entries) {
    if (Object.hasOwn(windowKeys, name) || (methodKinds as readonly string[]).includes(name)) continue;
    const fixes = nearestFixes(
      name,
      Object.keys(windowKeys).filter((known) => !entryOf(node, known)),
      key.range,
    );
    const message = `Policy ${index + 1} has no key \`${name}\`, and Distiller ignores it.${didYouMean(fixes)}`;
    report.warning('unknown-key', key.range, message, fixes);
  }
}

interface NamedInstance {
  readonly instance: Instance;
  readonly nameRange: SourceRange;
}

function readAction(
  report: Report,
  action: MapEntry,
  kind: MethodKind,
  instances: readonly Instance[],
): NamedInstance | null {
  const node = action.value;
  if (node.kind !== 'map') return reportActionType(report, action);
  reportActionKeys(report, node, kind);
  const name = entryOf(node, 'instance_name')?.value;
  if (name?.kind !== 'scalar' || typeof name.value !== 'string') {
    const message = `\`${kind}\` does not say which one: add \`instance_name\` with a name from \`${sectionOf(kind)}\`.`;
    report.error('missing-instance', name?.range ?? action.key.range, message);
    return null;
  }
  const ofKind = instances.filter((instance) => instance.kind === kind);
  const instance = ofKind.find((candidate) => candidate.name === name.value);
  if (instance === undefined) return reportMissing(report, { name: name.value, range: name.range, kind, instances });
  if (isPostTraining(instance.definition)) {
    const message = `\`${instance.definition.name}\` works on a trained model, and a policy acts during training. Remove this policy.`;
    report.error('quantizer-in-training-only', name.range, message);
  }
  return { instance, nameRange: name.range };
}

function reportActionType(report: Report, action: MapEntry): null {
  const { value, key } = action;
  const isEmpty = value.kind === 'scalar' && value.value === null;
  const fixes =
    value.kind === 'scalar' && !isEmpty
      ? [{ title: 'Write `instance_name`', range: value.range, text: `{instance_name: ${value.source}}` }]
      : [];
  const message = `\`${action.name}\` is not a map. Write \`instance_name: …\` below it, indented deeper.`;
  report.error('wrong-type', isEmpty ? key.range : value.range, message, fixes);
  return null;
}

function reportActionKeys(report: Report, node: MapNode, kind: MethodKind): void {
  for (const { name, key } of node.entries) {
    if (Object.hasOwn(actionKeys, name)) continue;
    if (Object.hasOwn(windowKeys, name)) {
      const message = `\`${name}\` stands inside \`${kind}\`, where Distiller does not look. Move it out, beside \`${kind}\`.`;
      report.error('unknown-key', key.range, message);
      continue;
    }
    const fixes = nearestFixes(
      name,
      [...Object.keys(actionKeys)].filter((known) => !entryOf(node, known)),
      key.range,
    );
    const message = `\`${kind}\` has no key \`${name}\`.${didYouMean(fixes)} Known: \`instance_name\`, \`args\`.`;
    report.warning('unknown-key', key.range, message, fixes);
  }
}

interface Missing {
  readonly name: string;
  readonly range: SourceRange;
  readonly kind: MethodKind;
  readonly instances: readonly Instance[];
}

function reportMissing(report: Report, { name, range, kind, instances }: Missing): null {
  const elsewhere = instances.find((instance) => instance.name === name);
  const names = instances.filter((instance) => instance.kind === kind).map((instance) => instance.name);
  const fixes = nearestFixes(name, names, range);
  const remedy = elsewhere
    ? `It is a ${kindWords[elsewhere.kind]}: write \`${elsewhere.kind}:\`.`
    : `${didYouMean(fixes).trim()} Defined: ${names.length > 0 ? listNames(names) : 'none'}.`;
  report.error('missing-instance', range, `Unknown ${kindWords[kind]} \`${name}\`. ${remedy.trim()}`, fixes);
  return null;
}

type Args = { readonly args?: PruningPolicyArgs | RegularizationPolicyArgs };

/** Checked `args`, `{}` for kinds without, null after errors were reported. */
function readArgs(report: Report, action: MapEntry, kind: MethodKind, instance: Instance): Args | null {
  const entry = action.value.kind === 'map' ? entryOf(action.value, 'args') : undefined;
  if (kind !== 'pruner' && kind !== 'regularizer') {
    if (entry) {
      const message = `\`args\` of a ${kindWords[kind]} policy are never read. Put arguments into \`${instance.name}\` itself.`;
      report.warning('args-ignored', entry.key.range, message);
    }
    return {};
  }
  const node = argsMap(report, entry, action);
  if (node === null) return null;
  if (kind === 'pruner') return readPruningArgs(report, node);
  const args = checkValue(report, { node, owner: '`args`', missingAt: node.range, schema: regularizationArgsSchema });
  return args && { args };
}

function readPruningArgs(report: Report, node: MapNode): Args | null {
  const unknownKey = { code: 'unknown-key', severity: 'warning' } as const;
  const args = checkValue(report, {
    node,
    owner: '`args`',
    missingAt: node.range,
    schema: pruningArgsSchema,
    unknownKey,
  });
  if (args === null || !checkPruningArgs(report, node, args)) return null;
  const { levels, ...flags } = args;
  return { args: levels ? { ...flags, levels: withoutPrefixes(levels) } : flags };
}

function argsMap(report: Report, entry: MapEntry | undefined, action: MapEntry): MapNode | null {
  const value = entry?.value;
  if (value === undefined || (value.kind === 'scalar' && value.value === null)) {
    return { kind: 'map', range: action.key.range, entries: [], flow: false };
  }
  if (value.kind === 'map') return value;
  report.error('wrong-type', value.range, '`args` is not a map. Write `{keep_mask: true}` or keys below it.');
  return null;
}

function withoutPrefixes(levels: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(levels).map(([name, level]) => [withoutModulePrefix(name), level]));
}
