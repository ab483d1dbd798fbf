import type { Fix, SourceRange } from './diagnostics.ts';

/**
 * The candidate that a misspelt name most likely means, or undefined if none is near: at most a third of its letters
 * differ, case and separators aside.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(name);
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length * 0.34)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, plain(candidate), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** A fix that writes the nearest name in place of the wrong one; none if nothing is near. */
export function nearestFixes(name: string, candidates: Iterable<string>, range: SourceRange): Fix[] {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? [] : [{ title: `Use \`${nearest}\``, range, text: nearest }];
}

/** Half a sentence: "Did you mean `x`?" with a leading space, or nothing. */
export function didYouMean(fixes: readonly Fix[]): string {
  const [fix] = fixes;
  return fix === undefined ? '' : ` Did you mean \`${fix.text}\`?`;
}

function plain(name: string): string {
  return name
    .slice(0, 100)
    .toLowerCase()
    .replaceAll(/[_\-\s]/g, '');
}

/** Levenshtein distance, given up once it must reach the bound. */
function editDistance(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) >= bound) return bound;
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    if (Math.min(...current) >= bound) return bound;
    previous = current;
  }
  return previous[b.length] ?? bound;
}
