import { type Alias, isAlias, isMap, isScalar, isSeq, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { Diagnostic, SourceRange } from './diagnostics.ts';
import { foldedBlanks, foldedBreak } from './relax-yaml.ts';
import type { SourceText } from './source-text.ts';
import type { MapEntry, MapNode, ScalarNode, YamlNode } from './yaml-node.ts';
import { resolvePlainScalar, resolveTaggedScalar } from './yaml-scalar.ts';

/** Longest text, deepest nesting and most nodes (with aliases counted each time) that are read. */
export const yamlLimits = { textLength: 200_000, depth: 40, nodes: 20_000 } as const;

export function depthProblem(range: SourceRange): Diagnostic {
  const message = `Nested deeper than ${yamlLimits.depth} levels. A schedule needs six: close a bracket or move it out.`;
  return { code: 'too-deep', severity: 'error', message, range, fixes: [] };
}

class StopReading extends Error {}

/** Turns the library's nodes into ours, with PyYAML's values and true source ranges. */
export class TreeBuilder {
  readonly diagnostics: Diagnostic[] = [];
  private count = 0;
  /** Latest node of each anchor: the library's own lookup walks the whole document for every alias. */
  private readonly anchors = new Map<string, unknown>();
  private readonly source: SourceText;

  constructor(source: SourceText) {
    this.source = source;
  }

  build(node: unknown, depth: number): YamlNode | null {
    try {
      return this.node(node, depth, this.source.rangeOf(0, 0));
    } catch (error) {
      if (error instanceof StopReading) return null;
      throw error;
    }
  }

  private node(node: unknown, depth: number, around: SourceRange): YamlNode {
    this.count += 1;
    const range = this.rangeOf(node, around);
    if (depth > yamlLimits.depth) this.stop(depthProblem(range));
    if (this.count > yamlLimits.nodes) this.stop(aliasProblem(range));
    if (isAlias(node)) return this.alias(this.anchored(node, range), depth, range);
    this.remember(node);
    if (isMap(node)) return this.map(node, depth, range);
    if (isSeq(node)) {
      this.checkTag(node, 'seq', range);
      const items = node.items.map((item) => this.node(item, depth + 1, range));
      return { kind: 'list', range, items, flow: node.flow === true };
    }
    if (isScalar(node)) return this.scalar(node, range, 'value');
    return { kind: 'scalar', range, value: null, source: '' };
  }

  private remember(node: unknown): void {
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined)
      this.anchors.set(node.anchor, node);
  }

  private anchored(alias: Alias, range: SourceRange): unknown {
    if (this.anchors.has(alias.source)) return this.anchors.get(alias.source);
    const message = `\`*${alias.source}\` repeats a value that no \`&${alias.source}\` above it names. Name one.`;
    this.report({ code: 'yaml-syntax', severity: 'error', message, range, fixes: [] });
    return undefined;
  }

  private alias(target: unknown, depth: number, range: SourceRange): YamlNode {
    // Depth grows by one, so that an anchor which holds its own alias ends at the limit.
    return { ...this.node(target, depth + 1, range), range };
  }

  private scalar(node: Scalar, range: SourceRange, place: 'key' | 'value'): ScalarNode {
    const written = this.written(node, range);
    if (node.tag !== undefined) return this.taggedScalar(node.tag, written, range);
    const plain = node.type === 'PLAIN';
    if (plain && (written === '=' || (written === '<<' && place === 'value')))
      this.report(indicatorProblem(written, range));
    return { kind: 'scalar', range, value: plain ? resolvePlainScalar(written) : written, source: written };
  }

  private written(node: Scalar, range: SourceRange): string {
    const text = typeof node.value === 'string' ? node.value : (node.source ?? '');
    if (range.start.line === range.end.line) return text;
    if (node.type !== 'PLAIN') return text.replaceAll(foldedBlanks, foldBreaks);
    return foldLines(this.source.text.slice(range.start.offset, range.end.offset));
  }

  private taggedScalar(tag: string, source: string, range: SourceRange): ScalarNode {
    const value = resolveTaggedScalar(tag, source);
    if (value === undefined) {
      const message = `\`${source}\` cannot be read with the tag \`${tag}\`. Leave the tag out.`;
      this.report({ code: 'yaml-syntax', severity: 'error', message, range, fixes: [] });
    }
    return { kind: 'scalar', range, value: value ?? null, source };
  }

  private checkTag(node: { readonly tag?: string }, kind: 'map' | 'seq', range: SourceRange): void {
    if (node.tag === undefined || node.tag === `tag:yaml.org,2002:${kind}`) return;
    const message = `The tag \`${node.tag}\` means nothing here. Leave it out.`;
    this.report({ code: 'yaml-syntax', severity: 'error', message, range, fixes: [] });
  }

  private map(node: YAMLMap, depth: number, range: SourceRange): MapNode {
    this.checkTag(node, 'map', range);
    const merged: MapEntry[] = [];
    const own: MapEntry[] = [];
    for (const pair of node.items) {
      const key = this.key(pair, range);
      const value = this.node(pair.value, depth + 1, this.emptyValueRange(key.range));
      if (key.source === '<<' && isScalar(pair.key) && pair.key.type === 'PLAIN') merged.push(...this.merge(value));
      else
        own.push({
          name: typeof key.value === 'string' ? key.source : String(key.value),
          key,
          value,
        });
    }
    return { kind: 'map', range, entries: this.unique(merged, own), flow: node.flow === true };
  }

  private key(pair: Pair, around: SourceRange): ScalarNode {
    const range = this.rangeOf(pair.key, around);
    this.remember(pair.key);
    const target = isAlias(pair.key) ? this.anchored(pair.key, range) : pair.key;
    const fits = target === null || target === undefined || isScalar(target);
    if (!fits || range.start.line !== range.end.line || this.standsApart(range)) {
      const message = 'A key is one word, and its colon follows on the same line. Write `key: value`.';
      this.report({ code: 'yaml-syntax', severity: 'error', message, range, fixes: [] });
    }
    return isScalar(target)
      ? { ...this.scalar(target, range, 'key'), range }
      : { kind: 'scalar', range, value: null, source: 'null' };
  }

  /** A key without a word, or with its colon on a later line: the library reads both, PyYAML neither. */
  private standsApart({ start, end }: SourceRange): boolean {
    const { text } = this.source;
    if (/\?\s*$/.test(text.slice(Math.max(0, start.offset - 20), start.offset))) return false;
    return start.offset === end.offset || /^[ \t]*[\r\n]\s*:(?:\s|$)/.test(text.slice(end.offset, end.offset + 200));
  }

  /** Entries of `<<: *anchor` or `<<: [*first, *second]`; of a key in several, the first map's counts. */
  private merge(value: YamlNode): MapEntry[] {
    const maps = value.kind === 'list' ? value.items.toReversed() : [value];
    return maps.flatMap((map) => {
      if (map.kind === 'map') return map.entries;
      const message = '`<<` merges maps: give it an alias of a map, or a list of them.';
      this.report({ code: 'yaml-syntax', severity: 'error', message, range: value.range, fixes: [] });
      return [];
    });
  }

  /** The last entry of a name wins, at the place of the first, as in Python's dictionaries. */
  private unique(merged: readonly MapEntry[], own: readonly MapEntry[]): MapEntry[] {
    const entries = new Map<string, MapEntry>();
    for (const entry of merged) entries.set(entry.name, entry);
    const written = new Map<string, MapEntry>();
    for (const entry of own) {
      const earlier = written.get(entry.name);
      if (earlier !== undefined) this.report(duplicateKey(entry, earlier));
      written.set(entry.name, entry);
      entries.set(entry.name, entry);
    }
    return [...entries.values()];
  }

  private emptyValueRange(key: SourceRange): SourceRange {
    return { start: key.end, end: key.end };
  }

  private rangeOf(node: unknown, around: SourceRange): SourceRange {
    const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
    if (!range) return around;
    // A scalar without text stands behind its colon; some nodes end in the blanks that follow them.
    const end = this.trimmedEnd(range[0], range[1]);
    return this.source.rangeOf(range[0], end);
  }

  private trimmedEnd(start: number, end: number): number {
    let trimmed = end;
    while (trimmed > start && /\s/.test(this.source.text[trimmed - 1] ?? '')) trimmed -= 1;
    return trimmed;
  }

  private report(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic);
  }

  private stop(diagnostic: Diagnostic): never {
    this.report(diagnostic);
    throw new StopReading();
  }
}

/** Lines of a plain scalar: one break is a space, and of several all but the first stay. */
function foldLines(text: string): string {
  return text.replaceAll(/[ \t]*(?:(?:\r\n|\r|\n)[ \t]*)+/g, (blanks) =>
    foldBreaks(blanks.replaceAll(/\r\n|\r|\n/g, foldedBreak)),
  );
}

function foldBreaks(blanks: string): string {
  const breaks = blanks.split(foldedBreak).length - 1;
  return breaks <= 1 ? ' ' : '\n'.repeat(breaks - 1);
}

function indicatorProblem(text: string, range: SourceRange): Diagnostic {
  const message = `\`${text}\` alone has a meaning of its own in YAML, and PyYAML stops at it. Put it in quotes.`;
  return { code: 'yaml-syntax', severity: 'error', message, range, fixes: [] };
}

function aliasProblem(range: SourceRange): Diagnostic {
  const message = `More than ${yamlLimits.nodes} values, aliases counted each time. Use fewer aliases.`;
  return { code: 'too-many-aliases', severity: 'error', message, range, fixes: [] };
}

function duplicateKey(entry: MapEntry, earlier: MapEntry): Diagnostic {
  const line = earlier.key.range.start.line;
  const message = `\`${entry.name}\` is written twice in this map. The last one counts; line ${line} is ignored. Remove one.`;
  return { code: 'duplicate-key', severity: 'warning', message, range: entry.key.range, fixes: [] };
}
