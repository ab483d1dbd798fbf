import { type ReactElement, useMemo } from 'react';
import { weightHistogram } from '../../../core/weight-picture.ts';
import type { KeptValues } from '../../../runs/kept-values.ts';
import { drawLevels } from './draw-inspect.ts';
import { levelUse } from './inspect-data.ts';
import { type FigureTable, InspectFigure } from './inspect-figure.tsx';

interface ValuesViewProps {
  readonly parameter: string;
  readonly now: KeptValues;
  /** 32 means float. */
  readonly bits: number;
}

/** How the float weights are spread, and onto which levels quantization puts them. */
export function ValuesView({ parameter, now, bits }: ValuesViewProps): ReactElement {
  const { values, mask, quantized } = now;
  const histogram = useMemo(() => weightHistogram(values, mask), [values, mask]);
  const levels = useMemo(() => (quantized === null ? [] : levelUse(quantized, mask)), [quantized, mask]);
  const draw = useMemo(() => drawLevels(histogram, levels), [histogram, levels]);
  return (
    <InspectFigure
      label={`Values of ${parameter}${levels.length > 0 ? ' before and after quantization' : ''}`}
      summary={summaryOf(levels.length, bits)}
      height={120}
      draw={draw}
      table={levels.length > 0 ? levelTable(levels) : binTable(histogram)}
    />
  );
}

function summaryOf(levels: number, bits: number): string {
  if (levels > 0) {
    return `Grey: float weights. Stems: the ${levels} of ${2 ** bits} levels of ${bits} bits that are in use.`;
  }
  if (bits < 32) return `Quantized to ${bits} bits with more than 256 levels, as each filter has its own grid.`;
  return 'Not quantized in this epoch: float weights.';
}

function levelTable(levels: ReturnType<typeof levelUse>): FigureTable {
  return { columns: ['level', 'weights'], rows: levels.map(({ value, count }) => [value, count]) };
}

function binTable({ range, counts, pruned }: ReturnType<typeof weightHistogram>): FigureTable {
  const width = (2 * range) / counts.length;
  const rows = counts.map((count, bin) => [-range + bin * width, -range + (bin + 1) * width, count]);
  return { columns: ['from', 'to', 'weights'], rows: pruned > 0 ? [...rows, ['pruned', '', pruned]] : rows };
}
