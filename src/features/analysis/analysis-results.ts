import { sensitivityCsv } from '../../core/sensitivity.ts';
import type { AnalysisResult, ModelCost, SummaryRow } from '../../protocol/analysis.ts';
import type { ChartTable } from '../../ui/chart-frame.tsx';
import { grouped } from '../../ui/grouped.ts';
import { change, percent, points, short } from './analysis-text.ts';

type Result<Kind extends AnalysisResult['kind']> = Extract<AnalysisResult, { kind: Kind }>;

/** The file that Distiller writes: columns parameter, sparsity (the level asked for), top1, top5 (percent) and loss. */
export function sensitivityFile({ unpruned, results }: Result<'sensitivity'>): string {
  const percents = <A extends { readonly top1: number; readonly top5: number }>(achievement: A): A => ({
    ...achievement,
    top1: decimalPercent(achievement.top1),
    top5: decimalPercent(achievement.top5),
  });
  return sensitivityCsv({
    unpruned: percents(unpruned),
    results: results.map((result) => ({ ...result, points: result.points.map(percents) })),
  });
}

/** Times 100 without the dust of binary fractions. */
const decimalPercent = (share: number): number => Number((share * 100).toPrecision(12));

/** The numbers of the chart, a row for each layer and level. */
export function sensitivityTable({ results }: Result<'sensitivity'>): ChartTable {
  return {
    columns: [
      { id: 'parameter', label: 'parameter' },
      { id: 'level', label: 'level' },
      { id: 'sparsity', label: 'sparsity' },
      { id: 'top1', label: 'top-1' },
      { id: 'top5', label: 'top-5' },
      { id: 'loss', label: 'loss' },
    ],
    rows: results.flatMap((result) =>
      result.points.map((point) => ({
        id: `${result.parameter} ${point.level}`,
        cells: [
          result.parameter,
          percent(point.level, 0),
          percent(point.sparsity),
          percent(point.top1),
          percent(point.top5),
          short(point.loss),
        ],
      })),
    ),
  };
}

/** The layer that suffers most at the highest level, in a sentence. */
export function sensitivitySummary({ unpruned, results }: Result<'sensitivity'>): string {
  const ends = results.flatMap(({ parameter, points: measured }) => {
    const last = measured.at(-1);
    return last === undefined ? [] : [{ parameter, ...last }];
  });
  const worst = ends.reduce<(typeof ends)[number] | null>(
    (low, end) => (low && low.top1 <= end.top1 ? low : end),
    null,
  );
  if (worst === null) return 'No layer has structures of this kind.';
  return `Unpruned ${percent(unpruned.top1)}. Most sensitive: ${worst.parameter}, ${percent(worst.top1)} at ${percent(worst.level, 0)} sparsity.`;
}

/** Says so if no level reaches above the sparsity that the layers have already: then nothing was measured. */
export function sensitivityHint({ results }: Result<'sensitivity'>): string | null {
  const isUntouched = results.every(({ points: measured }) =>
    measured.every(({ sparsity }) => sparsity === measured[0]?.sparsity),
  );
  const lowest = Math.min(...results.map(({ points: measured }) => measured[0]?.sparsity ?? 0));
  if (!isUntouched || results.length === 0 || lowest === 0) return null;
  return `The layers are ${percent(lowest)} sparse or more already, and no level is higher. Add levels above.`;
}

export interface VariantLine {
  readonly label: string;
  readonly accuracy: string;
  /** Points against float; empty for float itself. */
  readonly difference: string;
  readonly loss: string;
  readonly isBest: boolean;
}

/** The accuracies of a quantized model, float first; the best of the variants is marked. */
export function variantLines({ float, variants }: Result<'post-training'>): readonly VariantLine[] {
  const best = Math.max(...variants.map(({ achievement }) => achievement.top1));
  return [
    {
      label: 'float',
      accuracy: percent(float.top1),
      difference: '',
      loss: short(float.loss),
      isBest: false,
    },
    ...variants.map(({ label, achievement }) => ({
      label,
      accuracy: percent(achievement.top1),
      difference: points(achievement.top1, float.top1),
      loss: short(achievement.loss),
      isBest: achievement.top1 === best,
    })),
  ];
}

export interface CostLine {
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly change: string;
}

/** What thinning saved: sizes, accuracy and measured time, before and after. */
export function costLines({ before, after }: Result<'thinning'>): readonly CostLine[] {
  const count = (what: string, of: (cost: ModelCost) => number): CostLine => ({
    what,
    before: grouped(of(before)),
    after: grouped(of(after)),
    change: change(of(before), of(after)),
  });
  return [
    count('parameters', ({ parameters }) => parameters),
    count('MACs', ({ macs }) => macs),
    {
      what: 'accuracy',
      before: percent(before.achievement.top1),
      after: percent(after.achievement.top1),
      change: points(after.achievement.top1, before.achievement.top1),
    },
    {
      what: 'inference',
      before: milliseconds(before.inferenceMs),
      after: milliseconds(after.inferenceMs),
      change: change(before.inferenceMs, after.inferenceMs),
    },
  ];
}

function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`;
}

/** One column of the table of weights: Distiller's name for it, and what it counts. */
interface SummaryColumn {
  readonly label: string;
  readonly title: string;
  readonly text: (row: SummaryRow) => string;
}

const share = (value: number | undefined): string => (value === undefined ? '–' : (value * 100).toFixed(1));

/** Columns of Distiller's table of weights (reference 11.1) after name and shape, and the multiply-adds. */
export const summaryColumns: readonly SummaryColumn[] = [
  { label: 'NNZ (dense)', title: 'All weights', text: ({ size }) => grouped(size) },
  { label: 'NNZ (sparse)', title: 'Weights that are not zero', text: ({ nonZero }) => grouped(nonZero) },
  {
    label: 'Cols %',
    title: 'Outputs of a dense layer without any weight',
    text: ({ structures }) => share(structures.columns),
  },
  {
    label: 'Rows %',
    title: 'Inputs of a dense layer that no weight reads',
    text: ({ structures }) => share(structures.rows),
  },
  {
    label: 'Ch %',
    title: 'Input channels that are entirely zero',
    text: ({ structures }) => share(structures.channels),
  },
  {
    label: '2D %',
    title: 'Kernels (one input, one output channel) that are entirely zero',
    text: ({ structures }) => share(structures.kernels),
  },
  { label: '3D %', title: 'Filters that are entirely zero', text: ({ structures }) => share(structures.filters) },
  { label: 'Fine %', title: 'Sparsity: the share of zeros among all weights', text: (row) => share(sparsityOf([row])) },
  { label: 'Std', title: 'Standard deviation', text: ({ std }) => short(std) },
  { label: 'Mean', title: 'Mean of the weights', text: ({ mean }) => short(mean) },
  { label: 'Abs-mean', title: 'Mean of the magnitudes', text: ({ meanMagnitude }) => short(meanMagnitude) },
  { label: 'MACs', title: 'Multiply-adds for one input; zeros count too', text: ({ macs }) => grouped(macs) },
];

/** Share of zeros over all rows. */
export function sparsityOf(rows: readonly Pick<SummaryRow, 'size' | 'nonZero'>[]): number {
  const size = rows.reduce((sum, row) => sum + row.size, 0);
  return size === 0 ? 0 : 1 - rows.reduce((sum, row) => sum + row.nonZero, 0) / size;
}

/** Texts of the last line, a text for each of `summaryColumns`. */
export function summaryTotals({ rows, totalMacs }: Result<'summary'>): readonly string[] {
  const sum = (of: (row: SummaryRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const totals: Readonly<Record<string, string>> = {
    'NNZ (dense)': grouped(sum(({ size }) => size)),
    'NNZ (sparse)': grouped(sum(({ nonZero }) => nonZero)),
    'Fine %': share(sparsityOf(rows)),
    MACs: grouped(totalMacs),
  };
  return summaryColumns.map(({ label }) => totals[label] ?? '');
}
