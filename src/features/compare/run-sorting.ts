import type { RunRow } from './run-rows.ts';

/** A column that the table of runs can be sorted by. */
export type RunColumn =
  | 'number'
  | 'name'
  | 'accuracy'
  | 'best'
  | 'last'
  | 'sparsity'
  | 'meanBits'
  | 'sizeBytes'
  | 'macs'
  | 'durationMs';

export interface RunSorting {
  readonly column: RunColumn;
  readonly direction: 'ascending' | 'descending';
}

export const newestFirst: RunSorting = { column: 'number', direction: 'descending' };

const valueOf: Readonly<Record<RunColumn, (row: RunRow) => number | string | null>> = {
  number: ({ number }) => number,
  name: ({ name }) => name,
  accuracy: ({ accuracy }) => accuracy,
  best: ({ best }) => best?.accuracy ?? null,
  last: ({ last }) => last,
  sparsity: ({ sparsity }) => sparsity,
  meanBits: ({ meanBits }) => meanBits,
  sizeBytes: ({ sizeBytes }) => sizeBytes,
  macs: ({ macs }) => macs?.nonZero ?? null,
  durationMs: ({ durationMs }) => durationMs,
};

/** The rows in the wished order; those without a value come last in either direction. */
export function sortedRows(rows: readonly RunRow[], { column, direction }: RunSorting): readonly RunRow[] {
  const value = valueOf[column];
  const sign = direction === 'ascending' ? 1 : -1;
  return rows.toSorted((a, b) => {
    const [one, other] = [value(a), value(b)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    const order = typeof one === 'string' ? one.localeCompare(String(other)) : one - Number(other);
    return sign * order || b.number - a.number;
  });
}

/** What a press on the head of a column leads to: the other direction, or first what is best for most. */
export function nextSorting(sorting: RunSorting, column: RunColumn): RunSorting {
  if (sorting.column === column) {
    return { column, direction: sorting.direction === 'ascending' ? 'descending' : 'ascending' };
  }
  const isBestLow = column === 'name' || column === 'sizeBytes' || column === 'macs' || column === 'meanBits';
  return { column, direction: isBestLow ? 'ascending' : 'descending' };
}
