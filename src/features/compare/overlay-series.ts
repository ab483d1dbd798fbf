import { encodedSizeBytes } from '../../core/encoded-size.ts';
import type { EpochMetrics } from '../../protocol/training-event.ts';
import { type Run, runColors } from '../../runs/run.ts';
import { valueAt } from '../../ui/chart-readout.ts';
import type { ChartPoint, ChartSeries } from '../../ui/chart-types.ts';
import { type LayerStyle, layerStyle } from '../../ui/layer-colors.ts';

/** What is drawn of several runs at once. */
export interface OverlayMetric {
  readonly id: 'accuracy' | 'loss' | 'sparsity' | 'size';
  /** Name of its figure. */
  readonly label: string;
  readonly unit: string | undefined;
  readonly stepped: boolean;
  readonly scale: 'linear' | 'log';
  readonly format: (value: number) => string;
}

const oneDecimal = (value: number): string => value.toFixed(1);
const significant = (value: number): string => String(Number(value.toPrecision(3)));

export const overlayMetrics: readonly OverlayMetric[] = [
  { id: 'accuracy', label: 'Accuracy of runs', unit: '%', stepped: false, scale: 'linear', format: oneDecimal },
  { id: 'loss', label: 'Loss of runs', unit: undefined, stepped: false, scale: 'log', format: significant },
  { id: 'sparsity', label: 'Sparsity of runs', unit: '%', stepped: true, scale: 'linear', format: oneDecimal },
  { id: 'size', label: 'Size of runs', unit: 'kB', stepped: true, scale: 'linear', format: oneDecimal },
];

/** A run that is drawn, and how. */
export interface OverlaidRun {
  readonly run: Run;
  /** "run 3, gradual" */
  readonly label: string;
  readonly style: LayerStyle;
}

/** Each run in the colour that its reader gave it, else in the next one; markers tell equal colours apart. */
export function overlaidRuns(runs: readonly Run[], nameOf: (id: string) => string): readonly OverlaidRun[] {
  return runs.map((run, index) => {
    const own = layerStyle(index);
    const { color } = run.label;
    const colorVar = color === null ? own.colorVar : layerStyle(runColors.indexOf(color)).colorVar;
    return { run, label: `${run.number} ${nameOf(run.id)}`, style: { ...own, colorVar } };
  });
}

/** More points than this in one line are more than its pixels. */
const mostPoints = 200;
const drawn = new WeakMap<Run, Map<string, readonly ChartPoint[]>>();

/** One line a run. Points of a run that has not changed keep their identity. */
export function overlaySeries(runs: readonly OverlaidRun[], metric: OverlayMetric): readonly ChartSeries[] {
  return runs.map(({ run, label, style }) => ({
    id: run.id,
    label,
    ...style,
    kind: 'measured',
    stepped: metric.stepped,
    points: pointsOf(run, metric),
  }));
}

function pointsOf(run: Run, { id }: OverlayMetric): readonly ChartPoint[] {
  const known = drawn.get(run) ?? new Map<string, readonly ChartPoint[]>();
  drawn.set(run, known);
  const points =
    known.get(id) ?? thinned(run.epochs).map((metrics) => ({ x: metrics.epoch + 1, y: valueOf(run, metrics)[id] }));
  known.set(id, points);
  return points;
}

/** Every so manieth epoch, and the last. */
function thinned(epochs: readonly EpochMetrics[]): readonly EpochMetrics[] {
  const step = Math.ceil(epochs.length / mostPoints);
  return epochs.filter((_, index) => index % step === 0 || index === epochs.length - 1);
}

function valueOf(
  run: Run,
  { validation, sparsity, parameters }: EpochMetrics,
): Readonly<Record<OverlayMetric['id'], number>> {
  const kernels = run.parameters.filter(({ role }) => role === 'kernel').flatMap(({ name }) => parameters[name] ?? []);
  return {
    accuracy: 100 * validation.top1,
    loss: validation.loss,
    sparsity: 100 * sparsity,
    size: kernels.reduce((sum, kernel) => sum + encodedSizeBytes(kernel), 0) / 1000,
  };
}

/** Ends of the value axis. */
export function overlayDomain(series: readonly ChartSeries[], { id, scale }: OverlayMetric): readonly [number, number] {
  const values = series
    .flatMap(({ points }) => points.map(({ y }) => y))
    .filter((y) => Number.isFinite(y) && (scale === 'linear' || y > 0));
  if (values.length === 0) return scale === 'log' ? [0.1, 3] : [0, 100];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (id === 'accuracy') return [low < 40 ? 0 : Math.floor((low - 0.5) / 10) * 10, 100];
  if (id === 'sparsity') return [0, 100];
  return scale === 'log' ? [low / 1.2, high * 1.2] : [0, high * 1.08 || 1];
}

/** The value of a run at an epoch of the ruler, or its last one; null if it has none there. */
export function overlayValue(series: ChartSeries, epoch: number | null): number | null {
  const value = epoch === null ? series.points.at(-1)?.y : reached(series, epoch);
  return value === undefined || value === null || !Number.isFinite(value) ? null : value;
}

/** What holds does not hold on after the last epoch of its run. */
function reached(series: ChartSeries, epoch: number): number | null {
  const last = series.points.at(-1);
  return last === undefined || epoch > last.x ? null : valueAt(series, epoch);
}
