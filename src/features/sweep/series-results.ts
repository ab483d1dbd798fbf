import { bytesText, percentText } from '../../runs/measure-text.ts';
import { onFront } from '../../runs/pareto.ts';
import type { Run } from '../../runs/run.ts';
import { type RunMeasures, runMeasures } from '../../runs/run-measures.ts';
import type { Series, SeriesItem } from '../../runs/series.ts';
import type { ChartTable } from '../../ui/chart-frame.tsx';
import type { XyBand, XyLine, XyMark } from '../../ui/xy-plot.ts';
import { numberText } from './sweep-draft.ts';

/** A value of a series with its run; null before there is one, and after it was deleted. */
export interface SeriesResult {
  readonly item: SeriesItem;
  readonly run: Run | null;
  readonly measures: RunMeasures | null;
}

/** What each value came to, in the order of the plan. */
export function seriesResults({ items }: Series, runs: readonly (Run | null)[]): readonly SeriesResult[] {
  return items.map((item, index) => {
    const run = runs[index] ?? null;
    return { item, run, measures: run === null ? null : runMeasures(run) };
  });
}

/** "pruners.agp.final_sparsity" as "final_sparsity"; a parameter keeps its layer, an item of a list its list. */
export function shortPath(path: string): string {
  const parts = path.split('.');
  const needsMore = /^(?:weight|bias|\d+)$/.test(parts.at(-1) ?? '');
  return parts.slice(needsMore ? -2 : -1).join('.');
}

interface Achieved {
  readonly result: SeriesResult;
  /** In percent. */
  readonly accuracy: number;
}

/** Values whose run is finished: half-trained networks would bend the line. */
function finished(results: readonly SeriesResult[]): readonly Achieved[] {
  return results.flatMap((result) => {
    const accuracy = result.measures?.accuracy ?? null;
    return result.item.state !== 'finished' || accuracy === null ? [] : [{ result, accuracy: 100 * accuracy }];
  });
}

/** Accuracy over the number that was swept. */
export function sweepMarks(results: readonly SeriesResult[], path: string, shown: string | null): readonly XyMark[] {
  return finished(results)
    .map(({ result: { item, run, measures }, accuracy }) => ({
      id: run?.id ?? String(item.value),
      x: item.value,
      y: accuracy,
      name: numberText(item.value),
      look: 'solid' as const,
      isCurrent: run?.id === shown,
      facts: factsOf(path, item, measures),
    }))
    .toSorted((a, b) => a.x - b.x);
}

/** The same runs, accuracy over encoded size. */
export function tradeoffMarks(results: readonly SeriesResult[], path: string, shown: string | null): readonly XyMark[] {
  const known = finished(results).flatMap(({ result, accuracy }) => {
    const size = result.measures?.sizeBytes ?? null;
    return size === null ? [] : [{ ...result, accuracy, size }];
  });
  const isOn = onFront(known.map(({ size, accuracy }) => ({ cost: size, gain: accuracy })));
  return known
    .map(({ item, run, measures, accuracy, size }, index) => ({
      id: run?.id ?? String(item.value),
      x: size,
      y: accuracy,
      name: numberText(item.value),
      look: isOn[index] === true ? ('solid' as const) : ('hollow' as const),
      isCurrent: run?.id === shown,
      facts: factsOf(path, item, measures),
    }))
    .toSorted((a, b) => a.x - b.x || b.y - a.y);
}

function factsOf(path: string, item: SeriesItem, measures: RunMeasures | null): readonly string[] {
  return [
    `${shortPath(path)} ${numberText(item.value)}`,
    `${percentText(measures?.accuracy ?? null)} accuracy`,
    `${percentText(measures?.sparsity ?? null)} sparsity`,
    bytesText(measures?.sizeBytes ?? null),
  ];
}

export function lineThrough(marks: readonly XyMark[], look: 'measured' | 'front'): readonly XyLine[] {
  const points = look === 'front' ? marks.filter((mark) => mark.look === 'solid') : marks;
  return [{ id: look, look, points }];
}

export function resultsTable(results: readonly SeriesResult[], path: string): ChartTable {
  const columns = [shortPath(path), 'accuracy', 'sparsity', 'size', 'state'];
  return {
    columns: columns.map((label) => ({ id: label, label })),
    rows: results.map(({ item, measures }) => ({
      id: String(item.value),
      cells: [
        numberText(item.value),
        percentText(measures?.accuracy ?? null),
        percentText(measures?.sparsity ?? null),
        bytesText(measures?.sizeBytes ?? null),
        item.state,
      ],
    })),
  };
}

/** Validation accuracy of all seeds at one tick of the epoch ruler, in percent. */
export interface SeedPoint {
  readonly x: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** Mean, smallest and largest accuracy after each epoch, of the runs that reached it. */
export function seedPoints(runs: readonly Run[]): readonly SeedPoint[] {
  const byTick = new Map<number, number[]>();
  for (const { epochs } of runs) {
    for (const { epoch, validation } of epochs) {
      const values = byTick.get(epoch + 1) ?? [];
      byTick.set(epoch + 1, [...values, 100 * validation.top1]);
    }
  }
  return [...byTick]
    .toSorted(([a], [b]) => a - b)
    .map(([x, values]) => ({
      x,
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
      low: Math.min(...values),
      high: Math.max(...values),
      count: values.length,
    }));
}

export function seedLines(runs: readonly Run[], points: readonly SeedPoint[]): readonly XyLine[] {
  const single = runs.map(
    ({ id, epochs }): XyLine => ({
      id,
      look: 'context',
      points: epochs.map(({ epoch, validation }) => ({ x: epoch + 1, y: 100 * validation.top1 })),
    }),
  );
  return [...single, { id: 'mean', look: 'measured', points: points.map(({ x, mean: y }) => ({ x, y })) }];
}

export function seedBand(points: readonly SeedPoint[]): XyBand {
  return { points };
}

export function seedMarks(points: readonly SeedPoint[]): readonly XyMark[] {
  return points.map(({ x, mean, low, high, count }) => ({
    id: String(x),
    x,
    y: mean,
    name: '',
    look: 'solid',
    facts: [`epoch ${x}`, `mean ${mean.toFixed(1)} %`, `${low.toFixed(1)} to ${high.toFixed(1)} % over ${count} seeds`],
  }));
}

export function seedTable(points: readonly SeedPoint[]): ChartTable {
  const columns = ['epoch', 'mean, %', 'smallest, %', 'largest, %', 'seeds'];
  return {
    columns: columns.map((label) => ({ id: label, label })),
    rows: points.map(({ x, mean, low, high, count }) => ({
      id: String(x),
      epoch: x,
      cells: [String(x), mean.toFixed(1), low.toFixed(1), high.toFixed(1), String(count)],
    })),
  };
}

/** "96.1 % on average, 95.8 to 96.4 % over 3 seeds", of the whole test set; null before two runs are finished. */
export function seedSummary(results: readonly SeriesResult[]): string | null {
  const values = finished(results).map(({ accuracy }) => accuracy);
  if (values.length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${mean.toFixed(1)} % accuracy on average, ${low.toFixed(1)} to ${high.toFixed(1)} % over ${values.length} seeds`;
}
