/** A place in the text; lines and columns count from 1, the end is exclusive. Offsets are UTF-16 code units. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

export interface SourceRange {
  readonly start: SourcePosition;
  readonly end: SourcePosition;
}

export type Severity = 'error' | 'warning' | 'hint';

/** A change of the text that solves a problem: replaces the range by `text`. */
export interface Fix {
  /** A verb and what it gives: "Use `fc.*`". */
  readonly title: string;
  readonly range: SourceRange;
  readonly text: string;
}

/** Something the reader should know about the text. Never thrown. */
export interface Diagnostic {
  /** Stable, kebab-case, e.g. `unknown-parameter`. Tests compare it, not the prose. */
  readonly code: string;
  readonly severity: Severity;
  /** What happened, with the thing and the value, and what to do. Names between backticks. */
  readonly message: string;
  readonly range: SourceRange;
  readonly fixes: readonly Fix[];
}

/** What a person wrote, read: a value, or the reasons why there is none. Warnings and hints come with both. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };
