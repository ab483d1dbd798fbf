import type { SourcePosition, SourceRange } from './diagnostics.ts';

/** A text that knows its lines. */
export interface SourceText {
  readonly text: string;
  /** Line and column (from 1) of an offset; offsets outside the text are moved to its ends. */
  readonly positionAt: (offset: number) => SourcePosition;
  readonly rangeOf: (start: number, end: number) => SourceRange;
}

/** Indexes the lines of a text once, so that each position costs a binary search. */
export function sourceText(text: string): SourceText {
  const starts = lineStarts(text);
  const positionAt = (wanted: number): SourcePosition => {
    const offset = Math.max(0, Math.min(wanted, text.length));
    const line = lastAtMost(starts, offset);
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1, offset };
  };
  return {
    text,
    positionAt,
    rangeOf: (start, end) => ({ start: positionAt(start), end: positionAt(Math.max(start, end)) }),
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  return starts;
}

/** Index of the last entry that is not above the value. */
function lastAtMost(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
