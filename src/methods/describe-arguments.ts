import type { z } from 'zod';

/** What may be written in a place of a schedule, in words and as far as it can be offered. */
export interface ValueShape {
  /** "number from 0 to 1", "list of words". */
  readonly words: string;
  /** All that may be written, if that is a closed set. */
  readonly choices: readonly string[];
  /** Keys of a map whose keys are fixed. */
  readonly keys: readonly ArgumentDescription[];
  /** What the items of a list, or the values of a map with free keys, may be. */
  readonly entry: ValueShape | null;
}

/** A key of a map, as completion, hover and reference describe it. */
export interface ArgumentDescription extends ValueShape {
  readonly name: string;
  /** A sentence. */
  readonly description: string;
  readonly isRequired: boolean;
  /** Absent: it has none. */
  readonly defaultValue?: unknown;
}

/** The part of JSON Schema that the schemas of methods come to. */
interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly items?: JsonSchema | boolean;
  readonly prefixItems?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

const described = new WeakMap<z.ZodObject, readonly ArgumentDescription[]>();

/** The keys of a schema in their order. The answer for one schema is always the same object. */
export function describeArguments(schema: z.ZodObject): readonly ArgumentDescription[] {
  const known = described.get(schema);
  if (known !== undefined) return known;
  const json = schema.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const keys = shapeOf(json).keys;
  described.set(schema, keys);
  return keys;
}

function keysOf({ properties = {}, required = [] }: JsonSchema): readonly ArgumentDescription[] {
  return Object.entries(properties).map(([name, property]) => ({
    name,
    description: property.description ?? '',
    isRequired: required.includes(name),
    ...(property.default === undefined ? {} : { defaultValue: property.default }),
    ...shapeOf(property),
  }));
}

const nothing: ValueShape = { words: 'anything', choices: [], keys: [], entry: null };

function shapeOf(schema: JsonSchema): ValueShape {
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return union(branches.map(shapeOf));
  if (schema.allOf?.[0] !== undefined) return shapeOf(schema.allOf[0]);
  if (schema.enum !== undefined) return choice(schema.enum);
  if (schema.const !== undefined) return choice([schema.const]);
  switch (schema.type) {
    case 'boolean':
      return { ...nothing, words: '`true` or `false`', choices: ['true', 'false'] };
    case 'string':
      return { ...nothing, words: 'word' };
    case 'null':
      return { ...nothing, words: 'empty' };
    case 'number':
    case 'integer':
      return { ...nothing, words: numberWords(schema) };
    case 'array':
      return listShape(schema);
    case 'object':
      return mapShape(schema);
    default:
      return nothing;
  }
}

function choice(values: readonly unknown[]): ValueShape {
  const choices = values.map(String);
  return { ...nothing, words: orWords(choices.map((value) => `\`${value}\``)), choices };
}

function union(branches: readonly ValueShape[]): ValueShape {
  return {
    words: orWords([...new Set(branches.map(({ words }) => words))]),
    choices: branches.flatMap(({ choices }) => choices),
    keys: branches.flatMap(({ keys }) => keys),
    entry: branches.find(({ entry }) => entry !== null)?.entry ?? null,
  };
}

function listShape({ items, prefixItems }: JsonSchema): ValueShape {
  if (prefixItems !== undefined) {
    const parts = prefixItems.map(shapeOf);
    return { ...nothing, words: `list of ${parts.map(({ words }) => words).join(', ')}`, entry: union(parts) };
  }
  const entry = typeof items === 'object' ? shapeOf(items) : nothing;
  return { ...nothing, words: listWords(entry.words), entry };
}

function listWords(entry: string): string {
  const plural = /^(?:word|number|whole number)\b/.exec(entry)?.[0];
  return plural === undefined ? `list: ${entry} each` : `list of ${plural}s${entry.slice(plural.length)}`;
}

function mapShape(schema: JsonSchema): ValueShape {
  const entry = typeof schema.additionalProperties === 'object' ? shapeOf(schema.additionalProperties) : null;
  const keys = keysOf(schema);
  const words = entry === null || keys.length > 0 ? 'map' : `map: name to ${entry.words}`;
  return { ...nothing, words, keys, entry };
}

function numberWords(schema: JsonSchema): string {
  const noun = schema.type === 'integer' ? 'whole number' : 'number';
  const low = bound(schema.minimum);
  const high = bound(schema.maximum);
  if (low !== null && high !== null) return `${noun} from ${low} to ${high}`;
  const above = bound(schema.exclusiveMinimum);
  const below = bound(schema.exclusiveMaximum);
  const limits = [
    low === null ? '' : `from ${low}`,
    above === null ? '' : `above ${above}`,
    high === null ? '' : `up to ${high}`,
    below === null ? '' : `below ${below}`,
  ].filter((limit) => limit !== '');
  return [noun, ...limits].join(' ');
}

/** The borders of all whole numbers are no border to tell. */
function bound(value: number | undefined): number | null {
  return value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? null : value;
}

function orWords(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
