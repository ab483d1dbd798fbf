import { z } from 'zod';
import {
  type AuthorClaim,
  hideableParts,
  type LinkOptions,
  type LinkView,
  linkLimits,
  predictable,
  type TeachingOptions,
} from './shared-experiment.ts';

/** Options as a link says them: short keys, since every character is paid for in the QR code. */
type WireOptions = Readonly<Record<string, unknown>>;

export interface ReadOptions {
  readonly options: LinkOptions;
  /** What was left out or brought into its range, as sentences. */
  readonly notes: readonly string[];
}

/** The options as one line of JSON; empty if there are none. */
export function writeOptions({ view, claim, teaching }: LinkOptions): string {
  const wire = withoutNothing({
    v: view && writeView(view),
    r: claim && writeClaim(claim),
    t: teaching && withoutNothing({ h: teaching.hide, l: teaching.lock, p: teaching.predict }),
  });
  return wire === undefined ? '' : JSON.stringify(wire);
}

function writeView({ tab, detail, runsTab, layer, epoch, tables, lesson }: LinkView): WireOptions | undefined {
  return withoutNothing({ t: tab, d: detail, r: runsTab, w: layer, e: epoch, f: tables, n: lesson });
}

function writeClaim({ accuracy, sparsity, seed, backend, tolerance }: AuthorClaim): WireOptions | undefined {
  return withoutNothing({ a: rounded(accuracy), s: rounded(sparsity), n: seed, b: backend, t: rounded(tolerance) });
}

/** Four places behind the point of a percentage would be noise. */
function rounded(fraction: number): number {
  return Number(fraction.toFixed(5));
}

function withoutNothing(entries: WireOptions): WireOptions | undefined {
  const kept = Object.entries(entries).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** Reads what anybody may have written. Never throws: what cannot be read is left out, and said. */
export function readOptions(line: string): ReadOptions {
  if (line === '') return { options: {}, notes: [] };
  if (line.length > linkLimits.optionsLength) return unread('The options of this link are too long and were left out.');
  let wire: unknown;
  try {
    wire = JSON.parse(line);
  } catch {
    return unread('The options of this link cannot be read and were left out.');
  }
  const parts = z.record(z.string(), z.unknown()).safeParse(wire);
  if (!parts.success) return unread('The options of this link cannot be read and were left out.');
  return new OptionsReader(parts.data).read();
}

function unread(note: string): ReadOptions {
  return { options: {}, notes: [note] };
}

/** Printable names of one line: they are compared, or shown as text. */
const name = z
  .string()
  .min(1)
  .max(linkLimits.name)
  .regex(/^[\w .:()×-]+$/u);
const path = z.string().min(1).max(linkLimits.path);

const viewSchema = z.looseObject({
  t: name.optional(),
  d: name.optional(),
  r: name.optional(),
  w: name.optional(),
  e: z.number().optional(),
  f: z.array(name).max(linkLimits.tables).optional(),
  n: name.optional(),
});

const claimSchema = z.looseObject({
  a: z.number(),
  s: z.number(),
  n: z.int(),
  b: z.enum(['webgpu', 'webgl', 'cpu']),
  t: z.number(),
});

const teachingSchema = z.looseObject({
  h: z.array(z.string().max(linkLimits.name)).max(linkLimits.tables).optional(),
  l: z.union([z.literal('all'), z.array(path).max(linkLimits.unlocked)]).optional(),
  p: z.array(z.string().max(linkLimits.name)).max(linkLimits.tables).optional(),
});

class OptionsReader {
  readonly #wire: WireOptions;
  readonly #notes: string[] = [];

  constructor(wire: WireOptions) {
    this.#wire = wire;
  }

  read(): ReadOptions {
    const view = this.#view();
    const claim = this.#claim();
    const teaching = this.#teaching();
    const unknown = Object.keys(this.#wire).filter((key) => !['v', 'r', 't'].includes(key));
    if (unknown.length > 0) this.#notes.push('It asks for something that this version does not know: reload the page.');
    return {
      options: { ...(view && { view }), ...(claim && { claim }), ...(teaching && { teaching }) },
      notes: this.#notes,
    };
  }

  #part<T>(key: string, schema: z.ZodType<T>, what: string): T | undefined {
    const value = Object.hasOwn(this.#wire, key) ? this.#wire[key] : undefined;
    if (value === undefined) return undefined;
    const parsed = schema.safeParse(value);
    if (!parsed.success) this.#notes.push(`Its ${what} cannot be read and was left out.`);
    return parsed.data;
  }

  #view(): LinkView | undefined {
    const wire = this.#part('v', viewSchema, 'view of the page');
    if (wire === undefined) return undefined;
    const { t: tab, d: detail, r: runsTab, w: layer, e, f: tables, n: lesson } = wire;
    const epoch = e === undefined ? undefined : this.#within(Math.round(e), [0, linkLimits.epoch], 'epoch');
    return withoutUndefined({ tab, detail, runsTab, layer, epoch, tables, lesson });
  }

  #claim(): AuthorClaim | undefined {
    const wire = this.#part('r', claimSchema, 'result');
    if (wire === undefined) return undefined;
    return {
      accuracy: this.#within(wire.a, [0, 1], 'accuracy'),
      sparsity: this.#within(wire.s, [0, 1], 'sparsity'),
      seed: wire.n,
      backend: wire.b,
      tolerance: this.#within(wire.t, [0, 0.2], 'tolerance'),
    };
  }

  #teaching(): TeachingOptions | undefined {
    const wire = this.#part('t', teachingSchema, 'list of what is hidden or locked');
    if (wire === undefined) return undefined;
    return withoutUndefined({
      hide: this.#known(wire.h, hideableParts, 'hide'),
      lock: wire.l,
      predict: this.#known(wire.p, predictable, 'ask about'),
    });
  }

  #within(value: number, [low, high]: readonly [number, number], what: string): number {
    const clamped = Math.min(high, Math.max(low, value));
    if (clamped !== value) this.#notes.push(`Its ${what} was ${value}, which cannot be: taken as ${clamped}.`);
    return clamped;
  }

  #known<T extends string>(
    names: readonly string[] | undefined,
    all: readonly T[],
    verb: string,
  ): readonly T[] | undefined {
    if (names === undefined) return undefined;
    const isKnown = (one: string): one is T => (all as readonly string[]).includes(one);
    if (!names.every(isKnown)) this.#notes.push(`It asks to ${verb} something that this version does not know.`);
    return all.filter((one) => names.includes(one));
  }
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(entries: T): Defined<T> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as Defined<T>;
}
