import type { Diagnostic, Severity } from '../../schedule/diagnostics.ts';

const RANKS: Readonly<Record<Severity, number>> = { error: 0, warning: 1, hint: 2 };

/** In the order of the text, the graver first at one place. */
export function inTextOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) => a.range.start.offset - b.range.start.offset || RANKS[a.severity] - RANKS[b.severity],
  );
}

/**
 * Index of the one to show first: an error before a warning before a hint; among equals one with a fix, since the others
 * are often its consequences. -1 if there is none.
 */
export function gravest(diagnostics: readonly Diagnostic[]): number {
  const ranks = diagnostics.map(({ severity, fixes }) => 2 * RANKS[severity] + (fixes.length > 0 ? 0 : 1));
  return ranks.indexOf(Math.min(...ranks));
}

/** "2 errors, 1 warning"; "No problems" for none. */
export function countWords(diagnostics: readonly Diagnostic[]): string {
  const words = (['error', 'warning', 'hint'] as const).flatMap((severity) => {
    const count = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`];
  });
  return words.length === 0 ? 'No problems' : words.join(', ');
}
