import { type ReactElement, useMemo } from 'react';
import { weightPicture } from '../../../core/weight-picture.ts';
import { type KeptValues, valuesChange } from '../../../runs/kept-values.ts';
import { drawPicture } from '../draw-weights.ts';
import { drawFilters, sheetSize } from './draw-inspect.ts';
import { type FigureTable, InspectFigure, numberText } from './inspect-figure.tsx';
import styles from './inspect.module.css';

interface WeightsViewProps {
  readonly parameter: string;
  readonly now: KeptValues;
  /** Of the epoch that is compared with. */
  readonly then: KeptValues | null;
  readonly comparedTick: number | null;
}

/** Every weight as a cell, pruned ones hatched; the filters of a convolution as pictures. Or what was added since an epoch. */
export function WeightsView({ parameter, now, then, comparedTick }: WeightsViewProps): ReactElement {
  const change = useMemo(() => valuesChange(then, now), [then, now]);
  const isChange = change !== null && comparedTick !== null;
  const { shape, mask } = now;
  const values = change ?? now.values;
  const what = isChange ? `Change of ${parameter} since epoch ${comparedTick}` : `Weights of ${parameter}`;
  const picture = useMemo(() => weightPicture(shape, values, mask), [shape, values, mask]);
  const drawCells = useMemo(
    () => (canvas: CanvasRenderingContext2D, width: number, height: number) =>
      drawPicture(canvas, width, height, picture),
    [picture],
  );
  const drawSheet = useMemo(() => drawFilters({ shape, values, mask }), [shape, values, mask]);
  const table = useMemo(() => weightTable({ shape, values, mask }), [shape, values, mask]);
  return (
    <>
      <InspectFigure
        label={`${what}, pruned ones hatched`}
        summary={<Legend range={largest(values)} />}
        height={132}
        draw={drawCells}
        table={table}
      />
      {shape.length === 4 && (
        <InspectFigure
          label={`Filters of ${parameter}`}
          summary={sheetText(shape)}
          height={24 + 26 * sheetSize(shape)[0]}
          draw={drawSheet}
          table={table}
        />
      )}
      {isChange && <p className={styles.note}>{changeText(change, now, then, comparedTick)}</p>}
    </>
  );
}

function Legend({ range }: { readonly range: number }): ReactElement {
  return (
    <span className={styles.legend}>
      <span>{numberText(-range)}</span>
      <span className={styles.ramp} />
      <span>{numberText(range)}</span>
      <i className={styles.hatch} />
      <span>pruned</span>
    </span>
  );
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function sheetText(shape: readonly number[]): string {
  const [, , channels = 1, filters = 1] = shape;
  const [shownChannels, shownFilters] = sheetSize(shape);
  const count = (shown: number, all: number, noun: string): string =>
    shown === all ? `${all} ${noun}` : `the first ${shown} of ${all} ${noun}`;
  return `Across: ${count(shownFilters, filters, 'filters')}. Down: ${count(shownChannels, channels, 'input channels')}.`;
}

function changeText(change: Float32Array, now: KeptValues, then: KeptValues | null, tick: number): string {
  const mean = change.reduce((sum, value) => sum + Math.abs(value), 0) / Math.max(1, change.length);
  const keptAt = (mask: Float32Array | null | undefined, at: number): boolean => mask?.[at] !== 0;
  let went = 0;
  let came = 0;
  change.forEach((_, at) => {
    if (keptAt(then?.mask, at) && !keptAt(now.mask, at)) went++;
    if (!keptAt(then?.mask, at) && keptAt(now.mask, at)) came++;
  });
  return `Since epoch ${tick}: ${went} weights were pruned, ${came} came back; a weight moved by ${numberText(mean)} on average.`;
}

/** Inputs by outputs; for a convolution a row for each place of the window and input channel. */
function weightTable({ shape, values, mask }: Pick<KeptValues, 'shape' | 'values' | 'mask'>): FigureTable {
  const outputs = Math.min(shape.at(-1) ?? 1, 16);
  const stride = shape.at(-1) ?? 1;
  const rows = Array.from({ length: Math.min(400, values.length / stride) }, (_, row) => [
    String(row),
    ...Array.from({ length: outputs }, (_, column) => {
      const at = row * stride + column;
      return mask?.[at] === 0 ? 'pruned' : (values[at] ?? 0);
    }),
  ]);
  return { columns: ['row', ...Array.from({ length: outputs }, (_, column) => `${column}`)], rows };
}
