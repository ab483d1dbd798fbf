/**
 * A scan of YAML that never fails: half-written text, wrong indentation and open brackets still give paths. It serves the
 * editor while the text is being typed; what a schedule means is decided by the parser of the schedule language alone.
 */
export type YamlPath = readonly (string | number)[];

/** A written word: a key, the scalar value of a key, or a scalar item of a list. Offsets count UTF-16 units. */
export interface YamlToken {
  readonly role: 'key' | 'value' | 'item';
  /** The map or list that holds the word. */
  readonly path: YamlPath;
  /** The key itself, the key of the value, or the key of the list. */
  readonly key: string;
  /** As written, without quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What would be written next at the end of the scanned text. */
export interface YamlSpot {
  readonly role: 'key' | 'value' | 'item' | 'comment';
  readonly path: YamlPath;
  readonly key: string;
  readonly isFlow: boolean;
}

export interface YamlScan {
  readonly tokens: readonly YamlToken[];
  readonly end: YamlSpot;
}

interface Frame {
  readonly indent: number;
  readonly path: YamlPath;
  readonly isItem: boolean;
}

interface FlowFrame {
  readonly kind: 'map' | 'list';
  readonly path: YamlPath;
  index: number;
  key: string | null;
}

const KEY = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s#[\]{},"'][^#]*?))(\s*):(?=\s|$)/;
const SCALAR = /^(?:"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[^#]+?(?=\s+#|\s*$)|[^#]+)/;
const FLOW_TOKEN =
  /\s+|#[^\n]*|[[\]{},]|:(?=\s|$|[,[\]{}])|"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|(?:[^\s,[\]{}:]|:(?!\s|$|[,[\]{}]))+/gy;

/** All words of a text with their paths, and what its end expects. */
export function scanYaml(text: string): YamlScan {
  return new Scanner(text).scan();
}

class Scanner {
  private readonly tokens: YamlToken[] = [];
  private readonly frames: Frame[] = [{ indent: -1, path: [], isItem: false }];
  private readonly itemCounts = new Map<string, number>();
  private end: YamlSpot = { role: 'key', path: [], key: '', isFlow: false };
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  scan(): YamlScan {
    let offset = 0;
    while (offset <= this.text.length) {
      const lineEnd = this.lineEnd(offset);
      const consumed = this.scanLine(offset, this.text.slice(offset, lineEnd));
      offset = Math.max(lineEnd, this.lineEnd(consumed)) + 1;
    }
    return { tokens: this.tokens, end: this.end };
  }

  private lineEnd(offset: number): number {
    const at = this.text.indexOf('\n', offset);
    return at < 0 ? this.text.length : at;
  }

  /** @returns Where reading stopped: past the line if a bracket spans several. */
  private scanLine(offset: number, line: string): number {
    let column = line.search(/\S/);
    if (column < 0) {
      this.enter(line.length);
      this.setEnd('key', this.top.path, '');
      return offset;
    }
    if (line[column] === '#') {
      this.setEnd('comment', [], '');
      return offset;
    }
    for (let dash = /^-(\s+|$)/.exec(line.slice(column)); dash; dash = /^-(\s+|$)/.exec(line.slice(column))) {
      this.enterItem(column);
      column += dash[0].length;
    }
    const rest = line.slice(column);
    const key = KEY.exec(rest);
    if (key === null) return this.scanLooseWord(offset + column, column, rest);
    const name = key[1] ?? key[2] ?? key[3] ?? '';
    this.enter(column);
    const parent = this.top.path;
    const keyEnd = column + key[0].length - 1 - (key[4]?.length ?? 0);
    this.add('key', parent, { key: name, text: name, start: offset + column, end: offset + keyEnd });
    this.frames.push({ indent: column, path: [...parent, name], isItem: false });
    this.setEnd('value', parent, name);
    return this.scanValue(offset, column + key[0].length, line, { role: 'value', path: parent, key: name });
  }

  private scanLooseWord(start: number, column: number, rest: string): number {
    const holder = this.top;
    if (!holder.isItem || holder.indent >= column) this.enter(column);
    const { path } = this.top;
    if (!this.top.isItem) {
      this.setEnd('key', path, '');
      const word = /^\S+/.exec(rest)?.[0] ?? '';
      if (word !== '') this.add('key', path, { key: word, text: word, start, end: start + word.length });
      return start;
    }
    const list = path.slice(0, -1);
    const key = String(list.at(-1) ?? '');
    this.setEnd('item', path, key);
    return this.scanValue(start, 0, rest, { role: 'item', path: list, key });
  }

  /** A scalar, or a bracket that may go on over further, deeper lines. */
  private scanValue(
    offset: number,
    column: number,
    line: string,
    place: Pick<YamlToken, 'role' | 'path' | 'key'>,
  ): number {
    const start = column + Math.max(0, line.slice(column).search(/\S|$/));
    const rest = line.slice(start);
    if (rest.startsWith('[') || rest.startsWith('{')) {
      const path = place.role === 'value' ? [...place.path, place.key] : this.top.path;
      return this.scanFlow(offset + start, path);
    }
    const scalar = rest.startsWith('#') ? undefined : SCALAR.exec(rest)?.[0];
    if (scalar === undefined || scalar === '') return offset;
    this.add(place.role, place.path, {
      key: place.key,
      text: scalar.replace(/^["']|["']$/g, ''),
      start: offset + start,
      end: offset + start + scalar.length,
    });
    if (offset + start + scalar.length < this.text.length && /\s#/.test(rest)) this.setEnd('comment', [], '');
    return offset;
  }

  private scanFlow(start: number, path: YamlPath): number {
    const limit = this.flowLimit(start);
    const open: FlowFrame[] = [];
    FLOW_TOKEN.lastIndex = start;
    let at = start;
    for (let match = FLOW_TOKEN.exec(this.text); match && match.index < limit; match = FLOW_TOKEN.exec(this.text)) {
      const [token] = match;
      at = Math.min(limit, match.index + token.length);
      this.flowToken(open, token, match.index, path);
      if (open.length === 0) return at;
    }
    if (limit >= this.text.length) this.endInFlow(open.at(-1));
    return at;
  }

  /** An open bracket ends where a line is not deeper than the key that it belongs to: there it was forgotten. */
  private flowLimit(start: number): number {
    const indent = Math.max(0, this.top.indent);
    let lineEnd = this.lineEnd(start);
    while (lineEnd < this.text.length) {
      const next = this.text.slice(lineEnd + 1, this.lineEnd(lineEnd + 1));
      const column = next.search(/\S/);
      if (column >= 0 && column <= indent && !/^\s*[\]}]/.test(next)) return lineEnd;
      lineEnd = this.lineEnd(lineEnd + 1);
    }
    return this.text.length;
  }

  private flowToken(open: FlowFrame[], token: string, start: number, rootPath: YamlPath): void {
    const frame = open.at(-1);
    if (token === '[' || token === '{') {
      const path = frame === undefined ? rootPath : childPath(frame);
      open.push({ kind: token === '[' ? 'list' : 'map', path, index: 0, key: null });
    } else if (token === ']' || token === '}') open.pop();
    else if (frame !== undefined && !/^(?:[\s#]|:$)/.test(token)) this.flowWord(frame, token, start);
  }

  private flowWord(frame: FlowFrame, token: string, start: number): void {
    if (token === ',') {
      frame.index += 1;
      frame.key = null;
      return;
    }
    const text = token.replace(/^["']|["']$/g, '');
    const end = start + token.length;
    if (frame.kind === 'list') {
      const key = String(frame.path.at(-1) ?? '');
      this.add('item', frame.path, { key, text, start, end });
    } else if (frame.key === null) {
      if (/^\s*:/.test(this.text.slice(end))) frame.key = text;
      this.add('key', frame.path, { key: text, text, start, end });
    } else this.add('value', frame.path, { key: frame.key, text, start, end });
  }

  private endInFlow(frame: FlowFrame | undefined): void {
    if (frame === undefined) return;
    const { kind, path, key } = frame;
    if (kind === 'list') this.end = { role: 'item', path, key: String(path.at(-1) ?? ''), isFlow: true };
    else this.end = { role: key === null ? 'key' : 'value', path, key: key ?? '', isFlow: true };
  }

  private get top(): Frame {
    return this.frames.at(-1) ?? { indent: -1, path: [], isItem: false };
  }

  /** Leaves everything that is not above a word in this column. */
  private enter(column: number): void {
    while (this.top.indent >= column && this.frames.length > 1) this.frames.pop();
  }

  /** A dash belongs to the key above it, which may stand in the same column. */
  private enterItem(column: number): void {
    while (this.frames.length > 1 && (this.top.indent > column || (this.top.indent === column && this.top.isItem))) {
      this.frames.pop();
    }
    const { path } = this.top;
    const id = JSON.stringify(path);
    const index = this.itemCounts.get(id) ?? 0;
    this.itemCounts.set(id, index + 1);
    this.frames.push({ indent: column, path: [...path, index], isItem: true });
    this.setEnd('item', [...path, index], String(path.at(-1) ?? ''));
  }

  private add(role: YamlToken['role'], path: YamlPath, word: Pick<YamlToken, 'key' | 'text' | 'start' | 'end'>): void {
    this.tokens.push({ role, path, ...word });
  }

  private setEnd(role: YamlSpot['role'], path: YamlPath, key: string): void {
    this.end = { role, path, key, isFlow: false };
  }
}

function childPath(frame: FlowFrame): YamlPath {
  return [...frame.path, frame.kind === 'list' ? frame.index : (frame.key ?? '')];
}

/** Keys of the map at a path. */
export function keysAt(scan: YamlScan, path: YamlPath): readonly string[] {
  return scan.tokens.filter((token) => token.role === 'key' && isSamePath(token.path, path)).map((token) => token.key);
}

/** The scalar value of a key of the map at a path. */
export function valueAt(scan: YamlScan, path: YamlPath, key: string): string | undefined {
  return scan.tokens.find((token) => token.role === 'value' && token.key === key && isSamePath(token.path, path))?.text;
}

export function isSamePath(a: YamlPath, b: YamlPath): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}
