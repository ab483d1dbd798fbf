import { readYaml } from './read-yaml.ts';
import { methodKinds, sectionOf } from './grammar.ts';
import { trainingSchema } from './schedule-schema.ts';
import { entryOf, plainValue, type YamlNode } from './yaml-node.ts';

/** One thing that a schedule says otherwise than another. */
export interface ScheduleChange {
  readonly kind: 'added' | 'removed' | 'changed';
  /** What it is about: "pruner gradual", "training", "policy of gradual". */
  readonly about: string;
  /** The key within it, joined by dots; empty if all of it was added or removed. */
  readonly key: string;
  /** As YAML writes it in one line; null where it is not written and has no default. */
  readonly before: string | null;
  readonly after: string | null;
}

/** What distinguishes two texts, in the order of the sections. */
export type TextDifference =
  | { readonly kind: 'same' }
  /** Other words, the same schedule: comments, order, layout. */
  | { readonly kind: 'layout' }
  | { readonly kind: 'changes'; readonly changes: readonly ScheduleChange[] }
  /** One of them is no YAML. */
  | { readonly kind: 'unreadable' };

/** How a text differs from the text it is compared with. Defaults of the `training:` block count as written. */
export function scheduleDifference(before: string, after: string): TextDifference {
  if (before === after) return { kind: 'same' };
  const [old, fresh] = [sectionsOf(before), sectionsOf(after)];
  if (old === null || fresh === null) return { kind: 'unreadable' };
  const about = [...new Set([...old.keys(), ...fresh.keys()])];
  const changes = about.flatMap((name) => compareSections(name, old.get(name), fresh.get(name)));
  return changes.length === 0 ? { kind: 'layout' } : { kind: 'changes', changes };
}

/** "pruner gradual: final_sparsity 0.9 instead of 0.8"; "+ quantizer low_bit" */
export function changeText({ kind, about, key, before, after }: ScheduleChange): string {
  if (kind !== 'changed') return `${kind === 'added' ? '+' : '−'} ${about}`;
  const subject = about === 'training' ? key : `${about}: ${key}`;
  if (before === null) return `${subject} ${after ?? ''}, new`;
  return after === null ? `${subject} no longer ${before}` : `${subject} ${after} instead of ${before}`;
}

/** A part of a schedule by what it is called: an instance, a policy, the training block. */
type Sections = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

function sectionsOf(text: string): Sections | null {
  const { root } = readYaml(text);
  if (root?.kind !== 'map') return null;
  return new Map([
    ['training', trainingOf(entryOf(root, 'training')?.value)] as const,
    ...methodKinds.flatMap((kind) => instancesOf(kind, entryOf(root, sectionOf(kind))?.value)),
    ...policiesOf(entryOf(root, 'policies')?.value),
  ]);
}

function instancesOf(
  kind: (typeof methodKinds)[number],
  node: YamlNode | undefined,
): readonly (readonly [string, Readonly<Record<string, unknown>>])[] {
  if (node?.kind !== 'map') return [];
  return node.entries.map(({ name, value }) => [`${kindWord(kind)} ${name}`, asRecord(plainValue(value))] as const);
}

function kindWord(kind: string): string {
  return kind === 'lr_scheduler' ? 'rate' : kind;
}

const trainingDefaults = trainingSchema.parse({});

function trainingOf(node: YamlNode | undefined): Readonly<Record<string, unknown>> {
  const written = node === undefined ? {} : asRecord(plainValue(node));
  const { sweep: _, ...rest } = written;
  return { ...trainingDefaults, ...rest };
}

/** Policies are told apart by the instance that they use, and by their order where several use one. */
function policiesOf(node: YamlNode | undefined): readonly (readonly [string, Readonly<Record<string, unknown>>])[] {
  if (node?.kind !== 'list') return [];
  const counts = new Map<string, number>();
  return node.items.map((item) => {
    const { kind, instance, rest } = policyParts(asRecord(plainValue(item)));
    const name = instance === '' ? `policy without a name` : `policy of ${kind} ${instance}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return [count === 1 ? name : `${name}, number ${count}`, rest] as const;
  });
}

function policyParts(policy: Readonly<Record<string, unknown>>): {
  readonly kind: string;
  readonly instance: string;
  readonly rest: Readonly<Record<string, unknown>>;
} {
  const kind = methodKinds.find((name) => name in policy) ?? '';
  const { [kind]: action, ...rest } = policy;
  const { instance_name: instance = '', ...args } = asRecord(action);
  return { kind: kindWord(kind), instance: typeof instance === 'string' ? instance : '', rest: { ...rest, ...args } };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function compareSections(
  about: string,
  before: Readonly<Record<string, unknown>> | undefined,
  after: Readonly<Record<string, unknown>> | undefined,
): readonly ScheduleChange[] {
  if (before === undefined) return [{ kind: 'added', about, key: '', before: null, after: null }];
  if (after === undefined) return [{ kind: 'removed', about, key: '', before: null, after: null }];
  return compareValues(before, after, '').map((change) => ({ kind: 'changed', about, ...change }));
}

type ValueChange = Pick<ScheduleChange, 'key' | 'before' | 'after'>;

function compareValues(before: unknown, after: unknown, key: string): readonly ValueChange[] {
  if (isMap(before) && isMap(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => compareValues(before[name], after[name], key === '' ? name : `${key}.${name}`));
  }
  const [old, fresh] = [valueText(before), valueText(after)];
  return old === fresh ? [] : [{ key, before: old, after: fresh }];
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value in one line; null for what is not written. */
function valueText(value: unknown): string | null {
  if (value === undefined) return null;
  if (Array.isArray(value)) return `[${value.map((item) => valueText(item) ?? '').join(', ')}]`;
  if (isMap(value)) {
    return `{${Object.entries(value)
      .map(([name, item]) => `${name}: ${valueText(item) ?? ''}`)
      .join(', ')}}`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
