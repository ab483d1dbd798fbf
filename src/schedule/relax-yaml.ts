export interface RelaxedText {
  /** Same length as the original, so that every offset stays true. */
  readonly text: string;
  /** What PyYAML refuses and the library reads. */
  readonly refused: readonly RefusedCharacter[];
  /** Offsets of the comments, from their `#` to before the end of their line. */
  readonly comments: readonly { readonly start: number; readonly end: number }[];
}

/**
 * A tab outside quotes, comments and block scalars; between brackets, a question mark in a plain word, a colon before one,
 * and a word after a comment that ended the one before it without a comma.
 */
export interface RefusedCharacter {
  readonly kind: 'tab' | 'question-mark' | 'colon' | 'missing-comma';
  readonly offset: number;
}

/** Stand for a line end, and for blanks beside one, inside a quoted scalar; whoever reads the value folds them. */
export const foldedBreak = '\uE000';
const foldedBlank = '\uE001';
export const foldedBlanks = /[\uE000\uE001]+/g;

/**
 * Rewrites, without moving a character, what PyYAML reads and the YAML library refuses: flow collections whose lines are
 * not indented, comments glued to a bracket, a quote or a comma, and lone carriage returns. Inside a flow collection line
 * ends and comments become spaces; glued comments elsewhere become spaces too.
 */
export function relaxYaml(text: string): RelaxedText {
  const scanner = new Scanner(text);
  scanner.run();
  return { text: scanner.out.join(''), refused: scanner.refused, comments: scanner.comments };
}

const isBreak = (char: string | undefined) => char === '\n' || char === '\r' || char === '\u0085' || char === '\u2028';
const isSpace = (char: string | undefined) => char === undefined || char === ' ' || char === '\t' || isBreak(char);

class Scanner {
  readonly out: string[];
  readonly refused: RefusedCharacter[] = [];
  readonly comments: { readonly start: number; readonly end: number }[] = [];
  private at = 0;
  private depth = 0;
  /** True where a token may start, so that a quote or bracket is one and not part of a plain scalar. */
  private tokenStart = true;
  /** A comment between brackets has ended a plain word. */
  private wordEnded = false;
  private readonly chars: readonly string[];

  constructor(text: string) {
    this.chars = text.split('');
    this.out = text.split('');
  }

  run(): void {
    while (this.at < this.chars.length) this.step();
  }

  private step(): void {
    const char = this.chars[this.at] ?? '';
    if (isSpace(char)) this.space(char);
    else if (char === '#' && this.startsComment()) this.comment();
    else this.character(char);
  }

  private character(char: string): void {
    if (this.wordEnded && !/[,\]}]/.test(char)) this.refused.push({ kind: 'missing-comma', offset: this.at });
    this.wordEnded = false;
    if (this.tokenStart) this.token(char);
    else this.other(char);
  }

  private token(char: string): void {
    if (char === '"' || char === "'") this.quoted(char);
    else if (/[|>]/.test(char) && this.depth === 0) this.blockScalar();
    else if (/[&!*]/.test(char)) this.property();
    else this.other(char);
  }

  /** An anchor, tag or alias: what follows it may still be a quote or a bracket. */
  private property(): void {
    while (!isSpace(this.chars[this.at]) && !(this.depth > 0 && /[,[\]{}]/.test(this.chars[this.at] ?? '')))
      this.at += 1;
  }

  private space(char: string): void {
    if (char === '\t') this.refused.push({ kind: 'tab', offset: this.at });
    if (isBreak(char)) this.lineBreak();
    this.at += 1;
  }

  private lineBreak(): void {
    if (this.depth > 0) this.out[this.at] = ' ';
    else {
      this.tokenStart = true;
      // Before a line feed it stays: the two are one line end.
      if (this.chars[this.at] !== '\r' || this.chars[this.at + 1] !== '\n') this.out[this.at] = '\n';
    }
  }

  private startsComment(): boolean {
    return this.tokenStart || isSpace(this.chars[this.at - 1]);
  }

  private comment(): void {
    const blank = this.depth > 0 || !isSpace(this.chars[this.at - 1] ?? ' ');
    this.wordEnded = this.depth > 0 && !this.tokenStart;
    const start = this.at;
    while (this.at < this.chars.length && !isBreak(this.chars[this.at])) {
      if (blank) this.out[this.at] = ' ';
      this.at += 1;
    }
    this.comments.push({ start, end: this.at });
  }

  private quoted(quote: string): void {
    this.at += 1;
    while (this.at < this.chars.length && this.chars[this.at] !== quote) {
      if (isBreak(this.chars[this.at])) this.fold();
      else this.at += quote === '"' && this.chars[this.at] === '\\' ? 2 : 1;
    }
    this.at += 1;
    if (quote === "'" && this.chars[this.at] === "'") this.quoted(quote);
    this.tokenStart = true;
  }

  /** A line end in quotes, with the blanks around it: the library wants the next line indented, PyYAML does not. */
  private fold(): void {
    const isBlank = (at: number) => this.chars[at] === ' ' || this.chars[at] === '\t';
    for (let at = this.at - 1; isBlank(at); at -= 1) this.out[at] = foldedBlank;
    while (isBlank(this.at) || isBreak(this.chars[this.at])) {
      const isPair = this.chars[this.at] === '\r' && this.chars[this.at + 1] === '\n';
      this.out[this.at] = isBlank(this.at) || isPair ? foldedBlank : foldedBreak;
      this.at += 1;
    }
  }

  /** Skips the lines that are indented deeper than the line of the indicator, or empty. */
  private blockScalar(): void {
    const lineStart = this.lineStartBefore(this.at);
    const indent = this.parentIndent(lineStart);
    this.toLineEnd();
    while (this.at < this.chars.length) {
      const next = this.at + 1;
      if (!this.isEmptyLine(next) && this.indentAt(next) <= indent) return;
      this.at = next;
      this.toLineEnd();
    }
  }

  private toLineEnd(): void {
    while (this.at < this.chars.length && !isBreak(this.chars[this.at])) this.at += 1;
  }

  private lineStartBefore(offset: number): number {
    let start = offset;
    while (start > 0 && !isBreak(this.chars[start - 1])) start -= 1;
    return start;
  }

  /** Column of the key that holds the scalar: dashes before it count as indentation. */
  private parentIndent(lineStart: number): number {
    const line = this.chars.slice(lineStart, this.at).join('');
    const [lead = ''] = /^(?: |- )*(?=[^ -])/.exec(line) ?? [];
    return lead === '' ? this.indentAt(lineStart) : lead.length;
  }

  private indentAt(lineStart: number): number {
    let end = lineStart;
    while (this.chars[end] === ' ') end += 1;
    return end - lineStart;
  }

  private isEmptyLine(lineStart: number): boolean {
    let at = lineStart;
    while (this.chars[at] === ' ' || this.chars[at] === '\t') at += 1;
    return at >= this.chars.length || isBreak(this.chars[at]);
  }

  private other(char: string): void {
    if (this.depth > 0 && this.isRefusedInFlow(char))
      this.refused.push({ kind: char === '?' ? 'question-mark' : 'colon', offset: this.at });
    if (this.isFlowIndicator(char)) {
      if (/[[{]/.test(char)) this.depth += 1;
      if (/[\]}]/.test(char)) this.depth = Math.max(0, this.depth - 1);
      this.tokenStart = true;
    } else this.tokenStart = this.separates(char);
    this.at += 1;
  }

  /** A question mark in or before a word, and a colon before one. */
  private isRefusedInFlow(char: string): boolean {
    const isGlued = !isSpace(this.chars[this.at + 1]);
    if (char === '?') return !this.tokenStart || isGlued;
    return char === ':' && this.tokenStart && isGlued && !/["'\]},]/.test(this.chars[this.at - 1] ?? '');
  }

  /** A colon, dash or question mark after which a token starts. */
  private separates(char: string): boolean {
    const isIndicator = char === ':' || (/[-?]/.test(char) && this.tokenStart);
    if (isIndicator && isSpace(this.chars[this.at + 1])) return true;
    return this.depth > 0 && char === ':' && this.afterQuote();
  }

  private isFlowIndicator(char: string): boolean {
    if (char === '[' || char === '{') return this.tokenStart || this.depth > 0;
    return this.depth > 0 && (char === ']' || char === '}' || char === ',');
  }

  private afterQuote(): boolean {
    const before = this.chars[this.at - 1];
    return before === '"' || before === "'";
  }
}
