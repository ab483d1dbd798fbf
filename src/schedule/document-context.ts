import { type Section, sectionKinds } from './grammar.ts';

/** Where a position is in a schedule: read from lines and indentation, so that it works on a text in the making. */
export interface DocumentContext {
  /** Keys and list indices from the root to the position. A key that is being written is not part of it; see `key`. */
  readonly path: readonly (string | number)[];
  /** First key of the path: `pruners`, `policies`, `training`, … */
  readonly section: string | null;
  /** The instance that the position is in, of a section that defines instances. */
  readonly instanceName: string | null;
  /** The `class` of that instance, or of `training.optimizer`. */
  readonly className: string | null;
  /** The key of this line whose value the position is in, or null where a key or a list item is written. */
  readonly key: string | null;
  /** Offset at which the value, key or item under the position starts. */
  readonly tokenStart: number;
  /** Its text up to the position, and the whole of it. */
  readonly before: string;
  readonly token: string;
  /** Keys that the map at the position already has. */
  readonly siblings: readonly string[];
}

interface Frame {
  readonly indent: number;
  readonly part: string | number;
}

interface Entry {
  readonly path: readonly (string | number)[];
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

const tokenCharacter = /[^\s,[\]{}"'#]/;

/** What the position is part of. Never throws; the text may be broken in any way. */
export function documentContext(text: string, offset: number): DocumentContext {
  const lines = text.split(/\r\n|\r|\n/);
  const at = Math.max(0, Math.min(offset, text.length));
  const lineIndex = text.slice(0, at).split(/\r\n|\r|\n/).length - 1;
  const lineStart = Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
  const outline = readOutline(lines);
  const token = tokenAt(text, at);
  const prefix = text.slice(lineStart, token.start);
  const inLine = placeInLine(prefix, framesAt(lines, lineIndex, prefix));
  const { path } = inLine;
  const section = typeof path[0] === 'string' ? path[0] : null;
  const instanceName =
    section !== null && Object.hasOwn(sectionKinds, section) && typeof path[1] === 'string' ? path[1] : null;
  const holder = section === 'training' ? path.slice(0, 2) : path.slice(0, 2);
  const classEntry = outline.find((entry) => entry.key === 'class' && samePath(entry.path, holder) && path.length >= 2);
  return {
    path,
    section,
    instanceName,
    className: classEntry === undefined || classEntry.value === '' ? null : classEntry.value,
    key: inLine.key,
    tokenStart: token.start,
    before: text.slice(token.start, at),
    token: token.text,
    siblings: siblingsOf(outline, path, lineIndex),
  };
}

/** Names of the instances of each section, also in a text that is not valid YAML. */
export function instanceNames(text: string): Readonly<Record<Section, readonly string[]>> {
  const names: Record<Section, string[]> = {
    pruners: [],
    regularizers: [],
    quantizers: [],
    lr_schedulers: [],
    extensions: [],
  };
  for (const { path, key } of readOutline(text.split(/\r\n|\r|\n/))) {
    const [section] = path;
    if (path.length === 1 && typeof section === 'string' && Object.hasOwn(names, section))
      names[section as Section].push(key);
  }
  return names;
}

/** The value of a key of the `training:` block, such as the model, in a text that may be broken. */
export function trainingValue(text: string, key: string): string | null {
  const found = readOutline(text.split(/\r\n|\r|\n/)).find(
    (entry) => entry.key === key && entry.path.join() === 'training',
  );
  return found === undefined || found.value === '' ? null : found.value;
}

function tokenAt(text: string, at: number): { readonly start: number; readonly text: string } {
  let start = at;
  while (start > 0 && tokenCharacter.test(text[start - 1] ?? ' ') && !isColon(text, start - 1)) start -= 1;
  let end = at;
  while (end < text.length && tokenCharacter.test(text[end] ?? ' ') && !isColon(text, end)) end += 1;
  return { start, text: text.slice(start, end) };
}

/** A colon that ends a key. */
function isColon(text: string, at: number): boolean {
  return text[at] === ':' && /^(?:[\s,[\]{}]|$)/.test(text.slice(at + 1, at + 2));
}

/** The block keys and dashes that a line at this indentation is inside of. */
function framesAt(lines: readonly string[], lineIndex: number, prefix: string): Frame[] {
  const frames: Frame[] = [];
  for (const line of lines.slice(0, lineIndex)) addLine(frames, line);
  const indent = prefix.length - prefix.trimStart().length;
  // A dash may stand in the column of its parent key.
  const isDash = /^\s*-(?:\s|$)/.test(prefix);
  popTo(frames, indent, isDash);
  return frames;
}

function popTo(frames: Frame[], indent: number, isDash: boolean): void {
  while (frames.length > 0) {
    const last = frames.at(-1);
    if (last === undefined || last.indent < indent) return;
    if (isDash && last.indent === indent && typeof last.part === 'string') return;
    if (isDash && last.indent === indent && typeof last.part === 'number') return;
    frames.pop();
  }
}

/** Adds the dashes and the key of a block line to the frames; flow collections stay inside their line. */
function addLine(
  frames: Frame[],
  line: string,
): readonly { readonly key: string; readonly value: string; readonly path: (string | number)[] }[] {
  const found: { key: string; value: string; path: (string | number)[] }[] = [];
  let rest = stripComment(line);
  let indent = rest.length - rest.trimStart().length;
  rest = rest.trim();
  if (rest === '') return found;
  while (/^-(?:\s|$)/.test(rest)) {
    pushDash(frames, indent);
    const inner = rest.slice(1).trimStart();
    indent += rest.length - inner.length;
    rest = inner;
    if (rest !== '') popDeeper(frames, indent);
  }
  const match = /^("[^"]*"|'[^']*'|[^\s"'[{][^[\]{}]*?)\s*:(?:\s+(.*))?$/.exec(rest);
  if (!match) return found;
  popTo(frames, indent, false);
  const key = unquote(match[1] ?? '');
  const value = match[2] ?? '';
  const path = frames.map((frame) => frame.part);
  found.push({ key, value: unquote(value), path });
  frames.push({ indent, part: key });
  for (const inner of flowEntries(value)) found.push({ ...inner, path: [...path, key] });
  return found;
}

function pushDash(frames: Frame[], indent: number): void {
  popTo(frames, indent, true);
  const last = frames.at(-1);
  if (last?.indent === indent && typeof last.part === 'number')
    frames[frames.length - 1] = { indent, part: last.part + 1 };
  else frames.push({ indent, part: 0 });
}

function popDeeper(frames: Frame[], indent: number): void {
  while ((frames.at(-1)?.indent ?? -1) >= indent) frames.pop();
}

/** Pairs of a flow map on one line, one level deep. */
function flowEntries(value: string): { readonly key: string; readonly value: string }[] {
  if (!value.startsWith('{')) return [];
  return [...value.matchAll(/[{,]\s*([\w.*]+)\s*:\s*([^,{}[\]]*)/g)].map((match) => ({
    key: match[1] ?? '',
    value: unquote((match[2] ?? '').trim()),
  }));
}

function readOutline(lines: readonly string[]): Entry[] {
  const frames: Frame[] = [];
  return lines.flatMap((text, line) => addLine(frames, text).map((entry) => ({ ...entry, line })));
}

/** Follows the part of the line before the token: dashes, the line's key, and brackets that are still open. */
function placeInLine(
  prefix: string,
  frames: readonly Frame[],
): { readonly path: (string | number)[]; readonly key: string | null } {
  const stack = [...frames];
  const stripped = stripComment(prefix);
  const entry = addLine(stack, /\S$/.test(stripped) ? `${stripped} ` : stripped)[0];
  const value = entry ? stripped.slice(stripped.indexOf(':') + 1) : stripped;
  const path = stack.map((frame) => frame.part);
  const open = openBrackets(value, path);
  if (open !== null) return open;
  if (!entry) return { path, key: null };
  return { path: path.slice(0, -1), key: entry.key };
}

function openBrackets(
  value: string,
  path: readonly (string | number)[],
): { path: (string | number)[]; key: string | null } | null {
  const places: { readonly bracket: string; key: string | null; index: number; readonly outer: (string | number)[] }[] =
    [];
  const current = () => places.at(-1);
  for (const match of value.matchAll(/[[\]{},]|([\w.*"']+)\s*:(?=\s|$|[[{])/g)) {
    const [token] = match;
    const top = current();
    if (token === '[' || token === '{') {
      const outer = top ? [...top.outer, top.bracket === '{' ? (top.key ?? '') : top.index] : [...path];
      places.push({ bracket: token, key: null, index: 0, outer });
    } else if (token === ']' || token === '}') places.pop();
    else if (token === ',' && top) {
      top.key = null;
      top.index += 1;
    } else if (top) top.key = unquote(match[1] ?? '');
  }
  const top = current();
  if (!top) return null;
  return top.bracket === '{' ? { path: top.outer, key: top.key } : { path: [...top.outer, top.index], key: null };
}

function siblingsOf(outline: readonly Entry[], path: readonly (string | number)[], line: number): string[] {
  return outline.filter((entry) => samePath(entry.path, path) && entry.line !== line).map((entry) => entry.key);
}

function samePath(a: readonly (string | number)[], b: readonly (string | number)[]): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}

function stripComment(line: string): string {
  return line.replace(/(^|\s)#.*$/, '$1');
}

function unquote(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2');
}
