import { onFront } from '../../runs/pareto.ts';
import { bytesText, macsText, percentText } from '../../runs/measure-text.ts';
import type { ChartTable } from '../../ui/chart-frame.tsx';
import type { XyLine, XyMark } from '../../ui/xy-plot.ts';
import type { RunRow } from './run-rows.ts';

/** What accuracy is paid with. */
export type Cost = 'size' | 'macs' | 'bits';

interface CostWords {
  readonly label: string;
  readonly axis: string;
  readonly of: (row: RunRow) => number | null;
  readonly text: (value: number) => string;
  readonly tick: (value: number) => string;
}

const plain = (value: number): string => String(Number(value.toPrecision(3)));

function countTick(value: number): string {
  if (value >= 1e6) return `${plain(value / 1e6)} M`;
  return value >= 1000 ? `${plain(value / 1000)} k` : plain(value);
}

export const costWords: Readonly<Record<Cost, CostWords>> = {
  size: {
    label: 'Bytes',
    axis: 'encoded size, kB',
    of: ({ sizeBytes }) => sizeBytes,
    text: bytesText,
    tick: (value) => plain(value / 1000),
  },
  macs: {
    label: 'MACs',
    axis: 'multiply-accumulates with non-zero weights',
    of: ({ macs }) => macs?.nonZero ?? null,
    text: macsText,
    tick: countTick,
  },
  bits: {
    label: 'Mean bits',
    axis: 'bits of a weight, on average',
    of: ({ meanBits }) => meanBits,
    text: (value) => `${value.toFixed(1)} bits`,
    tick: plain,
  },
};

/** A run that has both an accuracy and a cost. */
export interface ParetoPoint {
  readonly row: RunRow;
  readonly cost: number;
  /** In percent. */
  readonly accuracy: number;
  readonly isOnFront: boolean;
}

/** Runs by rising cost; those that another run beats in both are off the front. */
export function paretoPoints(rows: readonly RunRow[], cost: Cost): readonly ParetoPoint[] {
  const known = rows.flatMap((row) => {
    const value = costWords[cost].of(row);
    return value === null || row.accuracy === null ? [] : [{ row, cost: value, accuracy: 100 * row.accuracy }];
  });
  const isOn = onFront(known.map((point) => ({ cost: point.cost, gain: point.accuracy })));
  return known
    .map((point, index) => ({ ...point, isOnFront: isOn[index] === true }))
    .toSorted((a, b) => a.cost - b.cost || b.accuracy - a.accuracy);
}

export function paretoMarks(points: readonly ParetoPoint[], cost: Cost, shown: string | null): readonly XyMark[] {
  return points.map(({ row, cost: x, accuracy: y, isOnFront }) => ({
    id: row.id,
    x,
    y,
    name: String(row.number),
    look: isOnFront ? 'solid' : 'hollow',
    isCurrent: row.id === shown,
    facts: [
      `run ${row.number}, ${row.name}`,
      `${percentText(row.accuracy)} accuracy`,
      costWords[cost].text(x),
      ...(isOnFront ? [] : ['another run is better in both']),
    ],
  }));
}

export function frontLine(points: readonly ParetoPoint[]): XyLine {
  const front = points.filter(({ isOnFront }) => isOnFront);
  return { id: 'front', look: 'front', points: front.map(({ cost, accuracy }) => ({ x: cost, y: accuracy })) };
}

export function paretoTable(points: readonly ParetoPoint[], cost: Cost): ChartTable {
  return {
    columns: [
      { id: 'run', label: 'run' },
      { id: 'name', label: 'name' },
      { id: 'accuracy', label: 'accuracy, %' },
      { id: 'cost', label: costWords[cost].label },
      { id: 'front', label: 'on the front' },
    ],
    rows: points.map(({ row, cost: value, accuracy, isOnFront }) => ({
      id: row.id,
      cells: [
        String(row.number),
        row.name,
        accuracy.toFixed(1),
        costWords[cost].text(value),
        isOnFront ? 'yes' : 'no, another run is better in both',
      ],
    })),
  };
}

/** One sentence for who does not see the plot. */
export function paretoSummary(points: readonly ParetoPoint[]): string {
  const front = points.filter(({ isOnFront }) => isOnFront).map(({ row }) => row.number);
  return points.length === 0
    ? 'No run has been measured yet.'
    : `On the front: run ${front.join(', ')}. ${points.length - front.length} of ${points.length} runs are beaten in both.`;
}
