import type { z } from 'zod';
import type { Fix, Severity, SourceRange } from './diagnostics.ts';
import { didYouMean, nearestFixes } from './nearest-name.ts';
import type { Report } from './report.ts';
import { listNames } from './report.ts';
import { entryOf, type MapNode, plainValue, type YamlNode } from './yaml-node.ts';
import { numberInText, spellNumber } from './yaml-scalar.ts';

/** What is checked, and how its problems are named. */
export interface ValueCheck<Schema extends z.ZodObject> {
  readonly schema: Schema;
  readonly node: MapNode;
  /** Keys of the map that are read elsewhere. */
  readonly ignore?: readonly string[];
  /** Values that differ from the text, e.g. a list made of one word. */
  readonly replaced?: Readonly<Record<string, unknown>>;
  /** Words for the map: "`gradual`", "the `training` block". */
  readonly owner: string;
  /** Where a missing key is reported. */
  readonly missingAt: SourceRange;
  readonly unknownKey?: { readonly code: string; readonly severity: Severity };
}

type Issue = z.core.$ZodIssue;

/** The checked and defaulted value, or null after errors were reported. */
export function checkValue<Schema extends z.ZodObject>(
  report: Report,
  check: ValueCheck<Schema>,
): z.output<Schema> | null {
  const input = Object.fromEntries(
    check.node.entries
      .filter((entry) => check.ignore?.includes(entry.name) !== true)
      .map((entry) => [entry.name, plainValue(entry.value)]),
  );
  Object.assign(input, check.replaced);
  const known = reportUnknownKeys(report, check, input);
  const parsed = check.schema.safeParse(known);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues.map(deepest)) {
    if (issue.code === 'unrecognized_keys') reportInnerKeys(report, check, issue);
    else reportIssue(report, check, known, issue);
  }
  return null;
}

function reportUnknownKeys<Schema extends z.ZodObject>(
  report: Report,
  check: ValueCheck<Schema>,
  input: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const keys = Object.keys(check.schema.shape);
  const { code = 'unknown-key', severity = 'error' } = check.unknownKey ?? {};
  for (const name of Object.keys(input).filter((key) => !keys.includes(key))) {
    const range = entryOf(check.node, name)?.key.range ?? check.missingAt;
    const fixes = nearestFixes(
      name,
      keys.filter((key) => !(key in input)),
      range,
    );
    const message = `${capital(check.owner)} has no key \`${name}\`.${didYouMean(fixes)} Known: ${listNames(keys)}.`;
    report.add(severity, { code, range, message, fixes });
  }
  return Object.fromEntries(Object.entries(input).filter(([key]) => keys.includes(key)));
}

/** Spellings of older files, and of the quantizer itself, which Distiller refuses in an override (reference 1.3). */
const formerKeys: Readonly<Record<string, string>> = {
  acts: 'bits_activations',
  wts: 'bits_weights',
  bias: 'bits_bias',
  bits_parameters: 'bits_weights',
  bits_accum: 'bits_bias',
};

/** Keys of a map inside the arguments, e.g. of one override. */
function reportInnerKeys<Schema extends z.ZodObject>(
  report: Report,
  check: ValueCheck<Schema>,
  issue: z.core.$ZodIssueUnrecognizedKeys,
): void {
  const path = pathOf(issue);
  const map = nodeAt(check.node, path);
  for (const name of issue.keys) {
    const range = (map?.kind === 'map' ? entryOf(map, name)?.key.range : undefined) ?? check.missingAt;
    const former = formerKeys[name];
    const candidates = former === undefined ? Object.keys(check.schema.shape) : [former];
    const fixes =
      former === undefined
        ? nearestFixes(name, candidates, range)
        : [{ title: `Use \`${former}\``, range, text: former }];
    report.error('unknown-key', range, `\`${path.join('.')}\` has no key \`${name}\`.${didYouMean(fixes)}`, fixes);
  }
}

function pathOf(issue: Issue): (string | number)[] {
  return issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
}

/** Of a union, the branch that got furthest: its problem is the one that the writer meant to avoid. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  let best: Issue | undefined;
  for (const inner of issue.errors.flatMap((branch) => branch.slice(0, 1)).map(deepest)) {
    if (best === undefined || rank(inner) > rank(best)) best = inner;
  }
  return best === undefined || rank(best) === 0 ? issue : { ...best, path: [...issue.path, ...best.path] };
}

function rank(issue: Issue): number {
  return issue.path.length * 2 + (issue.code === 'invalid_type' || issue.code === 'invalid_union' ? 0 : 1);
}

function reportIssue<Schema extends z.ZodObject>(
  report: Report,
  check: ValueCheck<Schema>,
  input: unknown,
  issue: Issue,
): void {
  const path = pathOf(issue);
  const value = valueAt(input, path);
  const name = path.length === 0 ? check.owner : `\`${path.join('.')}\``;
  if (value === undefined) {
    const message = `${capital(check.owner)} has no ${name}. Add it.`;
    report.error('missing-argument', check.missingAt, message);
    return;
  }
  const place = locate(check.node, path);
  const range = place ?? check.missingAt;
  const problem = explain(issue, name, value, range);
  report.error(problem.code, range, problem.message, problem.fixes);
}

interface Explained {
  readonly code: string;
  readonly message: string;
  readonly fixes: readonly Fix[];
}

function explain(issue: Issue, name: string, value: unknown, range: SourceRange): Explained {
  switch (issue.code) {
    case 'invalid_type':
      return explainType(issue.expected, name, value, range);
    case 'too_big':
      return explainTooBig(issue, name, value, range);
    case 'too_small':
      return { code: 'out-of-range', message: `${name} is ${words(value)}. It is ${lowerBound(issue)}.`, fixes: [] };
    case 'invalid_value':
      return explainChoice(issue.values.map(String), name, value, range);
    case 'custom':
      return { code: 'out-of-range', message: `${name} is ${words(value)}. ${issue.message}`, fixes: [] };
    default:
      return { code: 'wrong-type', message: `${name} is ${words(value)}. ${issue.message}`, fixes: [] };
  }
}

const typeWords: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a word',
  boolean: '`true` or `false`',
  array: 'a list',
  tuple: 'a list',
  object: 'a map',
  record: 'a map',
  null: 'empty',
};

function explainType(expected: string, name: string, value: unknown, range: SourceRange): Explained {
  const text = typeof value === 'string' ? value : '';
  const number = numberInText(text);
  if (number !== null && (expected === 'number' || expected === 'int')) {
    const spelled = spellNumber(number);
    // A quote makes the range longer than the text.
    const isQuoted = range.end.offset - range.start.offset > text.length;
    const why = isQuoted ? 'is text, because it is in quotes' : 'is text in YAML 1.1';
    const message = `\`${text}\` ${why}, so Distiller reads a word for ${name}. Write \`${spelled}\`.`;
    return { code: 'number-as-text', message, fixes: [{ title: `Write \`${spelled}\``, range, text: spelled }] };
  }
  const fixes: Fix[] = [];
  if (expected === 'array' && text !== '') {
    fixes.push({ title: 'Make it a list', range, text: `[${text}]` });
  }
  const message = `${name} is ${words(value)}. It must be ${typeWords[expected] ?? expected}.`;
  return { code: 'wrong-type', message, fixes };
}

function explainTooBig(issue: z.core.$ZodIssueTooBig, name: string, value: unknown, range: SourceRange): Explained {
  const bound = `${issue.inclusive === false ? 'below' : 'at most'} ${String(issue.maximum)}`;
  const size = issue.origin === 'array' || issue.origin === 'string' ? ' long' : '';
  const message = `${name} is ${words(value)}. It is ${bound}${size}`;
  const isPercent = typeof value === 'number' && value >= 2 && value <= 100 && Number(issue.maximum) === 1;
  if (!isPercent) return { code: 'out-of-range', message: `${message}.`, fixes: [] };
  const fraction = String(Number((value / 100).toPrecision(12)));
  const fixes = [{ title: `Write \`${fraction}\``, range, text: fraction }];
  return { code: 'out-of-range', message: `${message}: for ${value} % write ${fraction}.`, fixes };
}

function lowerBound(issue: z.core.$ZodIssueTooSmall): string {
  if (issue.origin === 'array' || issue.origin === 'string') return 'not empty';
  return `${issue.inclusive === false ? 'above' : 'at least'} ${String(issue.minimum)}`;
}

function explainChoice(choices: readonly string[], name: string, value: unknown, range: SourceRange): Explained {
  const fixes = typeof value === 'string' ? nearestFixes(value, choices, range) : [];
  const message = `${name} is ${words(value)}.${didYouMean(fixes)} Known: ${listNames(choices)}.`;
  return { code: 'unknown-value', message, fixes };
}

/** A value in a sentence. */
export function words(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return `the word \`${value.slice(0, 60)}\``;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'a map';
}

function valueAt(input: unknown, path: readonly (string | number)[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.getOwnPropertyDescriptor(value, part)?.value;
  }
  return value;
}

function nodeAt(root: YamlNode, path: readonly (string | number)[]): YamlNode | undefined {
  let node: YamlNode | undefined = root;
  for (const part of path) {
    if (node?.kind === 'map') node = entryOf(node, String(part))?.value;
    else if (node?.kind === 'list') node = node.items[Number(part)];
    else return undefined;
  }
  return node;
}

/** Where the value of a path stands; its key if the value is not written. */
export function locate(root: YamlNode, path: readonly (string | number)[]): SourceRange | undefined {
  let node = root;
  let range: SourceRange | undefined;
  for (const part of path) {
    if (node.kind === 'map') {
      const entry = entryOf(node, String(part));
      if (entry === undefined) return range;
      node = entry.value;
      range = isEmpty(node.range) ? entry.key.range : node.range;
    } else if (node.kind === 'list') {
      const item = node.items[Number(part)];
      if (item === undefined) return range;
      node = item;
      range = isEmpty(node.range) ? range : node.range;
    }
  }
  return range;
}

function isEmpty(range: SourceRange): boolean {
  return range.start.offset === range.end.offset;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
