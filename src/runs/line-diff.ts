/** A line of two texts laid over each other; numbers count from 1, null where a text lacks the line. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly before: number | null;
  readonly after: number | null;
  readonly text: string;
}

/** More pairs of lines than this are not compared: one text is then shown as removed, the other as added. */
const mostPairs = 4_000_000;

/** A shortest way from one text to the other by whole lines: the longest common subsequence stays. */
export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const head = sharedCount(old, fresh, (line, lines) => lines[line]);
  const [oldRest, freshRest] = [old.slice(head), fresh.slice(head)];
  const tail = sharedCount(oldRest, freshRest, (line, lines) => lines[lines.length - 1 - line]);
  const middle = { from: head, old: old.slice(head, old.length - tail), fresh: fresh.slice(head, fresh.length - tail) };
  const same = (line: number, text: string, shift: number): DiffLine => ({
    kind: 'same',
    before: line + 1,
    after: line + 1 + shift,
    text,
  });
  return [
    ...old.slice(0, head).map((text, line) => same(line, text, 0)),
    ...middleLines(middle),
    ...old
      .slice(old.length - tail)
      .map((text, line) => same(old.length - tail + line, text, fresh.length - old.length)),
  ];
}

function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r\n|\r|\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function sharedCount(
  a: readonly string[],
  b: readonly string[],
  lineOf: (line: number, lines: readonly string[]) => string | undefined,
): number {
  const shorter = Math.min(a.length, b.length);
  let count = 0;
  while (count < shorter && lineOf(count, a) === lineOf(count, b)) count += 1;
  return count;
}

interface Middle {
  /** Lines before it, equal in both. */
  readonly from: number;
  readonly old: readonly string[];
  readonly fresh: readonly string[];
}

function middleLines({ from, old, fresh }: Middle): readonly DiffLine[] {
  const common = commonLengths(old, fresh);
  const lengthAt = (a: number, b: number): number => common?.[a * (fresh.length + 1) + b] ?? 0;
  const lines: DiffLine[] = [];
  let [a, b] = [0, 0];
  while (a < old.length || b < fresh.length) {
    const [gone, come] = [old[a], fresh[b]];
    const removing = come === undefined || lengthAt(a + 1, b) >= lengthAt(a, b + 1);
    if (common !== null && gone === come) {
      lines.push({ kind: 'same', before: from + a + 1, after: from + b + 1, text: gone ?? '' });
      [a, b] = [a + 1, b + 1];
    } else if (gone !== undefined && removing) {
      lines.push({ kind: 'removed', before: from + a + 1, after: null, text: gone });
      a += 1;
    } else {
      lines.push({ kind: 'added', before: null, after: from + b + 1, text: come ?? '' });
      b += 1;
    }
  }
  return lines;
}

/** Length of the longest common subsequence of the rests that begin at each pair of lines; null for too many pairs. */
function commonLengths(old: readonly string[], fresh: readonly string[]): Uint16Array | null {
  if (old.length * fresh.length > mostPairs) return null;
  const width = fresh.length + 1;
  const lengths = new Uint16Array((old.length + 1) * width);
  for (let a = old.length - 1; a >= 0; a -= 1) {
    for (let b = fresh.length - 1; b >= 0; b -= 1) {
      const down = lengths[(a + 1) * width + b] ?? 0;
      const across = lengths[a * width + b + 1] ?? 0;
      const both = lengths[(a + 1) * width + b + 1] ?? 0;
      lengths[a * width + b] = old[a] === fresh[b] ? both + 1 : Math.max(down, across);
    }
  }
  return lengths;
}
