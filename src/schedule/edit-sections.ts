import type { TextEdit } from './edit-training.ts';
import { sectionKinds } from './grammar.ts';
import { readYaml } from './read-yaml.ts';
import { entryOf, type MapEntry, type MapNode, type YamlNode } from './yaml-node.ts';

/** What becomes of one section of a schedule: of its instances, or of its list of policies. */
export interface SectionChange {
  /** `pruners`, `policies`, … */
  readonly section: string;
  /** Whether an entry goes, by its place; comments directly above it go with it. */
  readonly isRemoved: (entry: SectionEntry, index: number) => boolean;
  /** New entries, each as lines without the section's indentation. */
  readonly added: readonly (readonly string[])[];
  /** Where new entries go, beside those that stay. */
  readonly at: 'start' | 'end';
}

export interface SectionEntry {
  /** Name of an instance; empty for a policy. */
  readonly name: string;
  readonly value: YamlNode;
}

/**
 * The edits that change sections of a text. Entries that stay keep their place, comments and layout; a section in braces or
 * brackets is written anew as a block. A section that loses all entries goes; one that is missing is put where it usually is.
 *
 * @returns In ascending order, not overlapping; null if the text cannot be read or has no safe place.
 */
export function editSections(text: string, changes: readonly SectionChange[]): readonly TextEdit[] | null {
  const { root } = readYaml(text);
  if (root?.kind !== 'map' || root.flow) return null;
  const edits = changes.map((change) => editSection({ text, root }, change));
  if (edits.includes(null)) return null;
  return edits.flatMap((own) => own ?? []).sort((a, b) => a.start - b.start);
}

interface Page {
  readonly text: string;
  readonly root: MapNode;
}

/** An entry in the text: from the start of its first line, comments above included, to the end of its last. */
interface Span extends SectionEntry {
  readonly start: number;
  readonly end: number;
  readonly indent: string;
  /** Where the entry itself begins: its key, or its dash. */
  readonly mark: number;
  /** Without key or dash in front of a list's item. */
  readonly source: string;
}

function editSection(page: Page, change: SectionChange): readonly TextEdit[] | null {
  const entry = entryOf(page.root, change.section);
  if (!entry) return change.added.length > 0 ? [insertSection(page, change)] : [];
  const spans = spansOf(page, entry);
  if (spans === null) return null;
  const removed = spans.filter((span, index) => change.isRemoved(span, index));
  if (removed.length === 0 && change.added.length === 0) return [];
  if (removed.length === spans.length) return [replaceAll(page, entry, spans, change)];
  const isFlow = entry.value.kind !== 'scalar' && entry.value.flow;
  return isFlow
    ? [rewriteFlow(page, entry, spans, { removed, change })]
    : changeBlock(page.text, spans, { removed, change });
}

/** Null if something stands where no entry is expected. */
function spansOf({ text }: Page, { value }: MapEntry): readonly Span[] | null {
  if (value.kind === 'scalar') return value.value === null ? [] : null;
  if (value.kind === 'list') {
    return value.items.map((item) => span(text, { name: '', value: item }, dashBefore(text, item.range.start.offset)));
  }
  const { start, end } = value.range;
  const isMerged = value.entries.some(
    ({ key: { range } }) => range.start.offset < start.offset || range.start.offset > end.offset,
  );
  if (isMerged) return null;
  return value.entries.map(({ name, key, value: own }) => span(text, { name, value: own }, key.range.start.offset));
}

function span(text: string, entry: SectionEntry, mark: number): Span {
  const end = Math.max(mark, lastOffset(entry.value));
  const lineStart = text.lastIndexOf('\n', mark - 1) + 1;
  const indent = /^[ ]*/.exec(text.slice(lineStart))?.[0] ?? '';
  return {
    ...entry,
    ...{ mark, indent, start: commentsAbove(text, lineStart, indent), end: lineEnd(text, end) },
    source: text.slice(entry.name === '' ? entry.value.range.start.offset : mark, end),
  };
}

function dashBefore(text: string, offset: number): number {
  const before = text.slice(0, offset).trimEnd();
  return before.endsWith('-') ? before.length - 1 : offset;
}

/** Where the last written character of a node is; comments behind it are not its own. */
function lastOffset(node: YamlNode): number {
  const { start, end } = node.range;
  if (node.kind === 'scalar' || node.flow) return end.offset;
  const values = node.kind === 'map' ? node.entries.map(({ value }) => value) : node.items;
  // What comes from an anchor stands elsewhere.
  const offsets = values.map(lastOffset).filter((offset) => offset >= start.offset && offset <= end.offset);
  return Math.max(start.offset, ...offsets);
}

/** The start of the comment lines that stand directly above a line, with the same indentation. */
function commentsAbove(text: string, lineStart: number, indent: string): number {
  let start = lineStart;
  while (start > 0) {
    const previous = text.lastIndexOf('\n', start - 2) + 1;
    const line = text.slice(previous, start);
    if (!line.startsWith(`${indent}#`)) break;
    start = previous;
  }
  return start;
}

function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at;
}

const breakOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

function blockOf(text: string, added: SectionChange['added'], indent: string): string {
  const newLine = breakOf(text);
  return added.map((lines) => lines.map((line) => indent + line).join(newLine)).join(newLine);
}

const usualIndent = '  ';

/** Each section before the one that usually follows it, `policies` last. */
const sectionOrder: readonly string[] = [...Object.keys(sectionKinds), 'policies'];

function insertSection({ text, root }: Page, { section, added }: SectionChange): TextEdit {
  const newLine = breakOf(text);
  const block = `${section}:${newLine}${blockOf(text, added, usualIndent)}${newLine}`;
  const later = sectionOrder.slice(sectionOrder.indexOf(section) + 1);
  const next = root.entries.find(({ name }) => later.includes(name));
  if (!next) {
    const gap = text === '' || text.endsWith('\n') ? '' : newLine;
    return { start: text.length, end: text.length, text: gap + block };
  }
  const at = commentsAbove(text, text.lastIndexOf('\n', next.key.range.start.offset - 1) + 1, '');
  return { start: at, end: at, text: block };
}

/** All entries go: the new ones take their place, or the section goes too. */
function replaceAll({ text }: Page, { key, value }: MapEntry, spans: readonly Span[], change: SectionChange): TextEdit {
  const [first] = spans;
  const keyStart = key.range.start.offset;
  const end = Math.max(lastOffset(value), ...spans.map((one) => one.end));
  if (change.added.length === 0) {
    const stop = lineEnd(text, end);
    return { start: commentsAbove(text, keyStart, ''), end: Math.min(text.length, stop + 1), text: '' };
  }
  const isFlow = value.kind !== 'scalar' && value.flow;
  if (first && !isFlow) return { start: first.start, end, text: blockOf(text, change.added, first.indent) };
  const colon = text.indexOf(':', key.range.end.offset) + 1;
  const block = breakOf(text) + blockOf(text, change.added, usualIndent);
  return { start: colon, end: value.kind === 'scalar' ? colon : value.range.end.offset, text: block };
}

interface Changed {
  readonly removed: readonly Span[];
  readonly change: SectionChange;
}

/** A section in braces becomes a block; the entries that stay are copied as they are written. */
function rewriteFlow({ text }: Page, { key, value }: MapEntry, spans: readonly Span[], changed: Changed): TextEdit {
  const { removed, change } = changed;
  const kept = spans
    .filter((one) => !removed.includes(one))
    .map(({ name, source }) => [name === '' ? `- ${source}` : source]);
  const entries = change.at === 'start' ? [...change.added, ...kept] : [...kept, ...change.added];
  const colon = text.indexOf(':', key.range.end.offset) + 1;
  return { start: colon, end: value.range.end.offset, text: breakOf(text) + blockOf(text, entries, usualIndent) };
}

function changeBlock(text: string, spans: readonly Span[], { removed, change }: Changed): readonly TextEdit[] {
  const [first] = spans;
  const last = spans.at(-1);
  if (!first || !last) return [];
  const cuts = removed.map(({ start, end }): TextEdit => ({ start, end: Math.min(text.length, end + 1), text: '' }));
  if (change.added.length === 0) return cuts;
  const newLine = breakOf(text);
  const block = blockOf(text, change.added, first.indent);
  const isLast = change.at === 'end';
  const at = isLast ? Math.min(text.length, last.end + 1) : first.start;
  const gap = isLast && !text.slice(0, at).endsWith('\n') ? newLine : '';
  return [{ start: at, end: at, text: `${gap}${block}${newLine}` }, ...cuts];
}
