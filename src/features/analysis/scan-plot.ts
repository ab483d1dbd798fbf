import type { Plot } from '../../ui/plot-scale.ts';

/** An accuracy budget, as a chart shows it. */
export interface ScanBudget {
  /** Percentage points that accuracy may fall by. */
  readonly fall: number;
  readonly onFall: (fall: number) => void;
  /** What follows from it, said with the value: "84 % of the weights go". */
  readonly says: string;
  /** Where each line ends within the budget, by its id; in the places of the axis. */
  readonly places: ReadonlyMap<string, number>;
}

/** The value at a height of a linear plot. */
export function valueAt(plot: Plot, px: number): number {
  const perUnit = plot.y(0) - plot.y(1);
  return (plot.y(0) - px) / perUnit;
}

/** A place along the axis at which every line was measured. */
export interface ScanColumn {
  /** 0 to 1 from left to right. */
  readonly at: number;
  /** Heads the reading: "50 % pruned". */
  readonly title: string;
}

/** The column nearest to a place; null if there is none. */
export function nearestColumn(columns: readonly ScanColumn[], at: number): number | null {
  const distances = columns.map((column) => Math.abs(column.at - at));
  return columns.length === 0 ? null : distances.indexOf(Math.min(...distances));
}
