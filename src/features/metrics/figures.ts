import type { ChartTable } from '../../ui/chart-frame.tsx';
import { valueAt } from '../../ui/chart-readout.ts';
import type { ChartPoint, ChartSeries } from '../../ui/chart-types.ts';
import { type LayerStyle, layerStyle } from '../../ui/layer-colors.ts';
import {
  accuracyLines,
  type ChartInput,
  type ChartLine,
  epochCount,
  learningRateLines,
  lossLines,
  playheadOf,
  sizeLines,
  sparsityLines,
} from './chart-series.ts';

/** A chart of lines, ready to draw: series, scales and words. */
export interface FigureModel {
  readonly label: string;
  readonly unit: string | undefined;
  readonly size: 'large' | 'small';
  readonly series: readonly ChartSeries[];
  readonly yDomain: readonly [number, number];
  readonly yScale: 'linear' | 'log';
  readonly yFormat: (value: number) => string;
  readonly valueFormat: (value: number) => string;
  readonly directLabels: 'right' | 'playhead' | 'none';
  readonly epochs: number;
  /** The series whose value stands in the head. */
  readonly mainSeries: string;
  /** One sentence for who does not see the plot. */
  readonly summary: string;
}

export interface FigureModels {
  readonly accuracy: FigureModel;
  readonly sparsity: FigureModel;
  readonly loss: FigureModel;
  readonly learningRate: FigureModel;
  readonly size: FigureModel;
}

const plain = (value: number): string => String(Number(value.toPrecision(3)));
const oneDecimal = (value: number): string => value.toFixed(1);
/** Three significant digits; "1.23e7" for what would have very many zeros. */
const significant = (value: number): string => {
  const size = Math.abs(value);
  const rounded = Number(value.toPrecision(3));
  return size >= 1e6 || (size > 0 && size < 1e-5) ? rounded.toExponential().replace('e+', 'e') : String(rounded);
};

/** The five line charts of a run and its promise. */
export function figures(input: ChartInput): FigureModels {
  const accuracy = asSeries(accuracyLines(input), 'validation');
  const sparsity = asSeries(sparsityLines(input), 'total');
  const loss = asSeries(lossLines(input), 'validation');
  const rate = asSeries(learningRateLines(input), 'measured');
  const size = asSeries(sizeLines(input), 'measured');
  const common = { epochs: epochCount(input) };
  return {
    accuracy: {
      ...common,
      label: 'Accuracy',
      unit: '%',
      size: 'large',
      series: accuracy,
      yDomain: accuracyDomain(accuracy),
      yScale: 'linear',
      yFormat: plain,
      valueFormat: oneDecimal,
      directLabels: 'playhead',
      mainSeries: 'validation',
      summary: summaryOf(
        { what: 'Validation accuracy', series: accuracy, main: 'validation', say: (value) => `${oneDecimal(value)} %` },
        input,
      ),
    },
    sparsity: {
      ...common,
      label: 'Sparsity',
      unit: '%',
      size: 'large',
      series: sparsity,
      yDomain: [0, 100],
      yScale: 'linear',
      yFormat: plain,
      valueFormat: oneDecimal,
      directLabels: 'right',
      mainSeries: 'total',
      summary: summaryOf(
        { what: 'Sparsity of all kernels', series: sparsity, main: 'total', say: (value) => `${oneDecimal(value)} %` },
        input,
      ),
    },
    loss: {
      ...common,
      label: 'Loss',
      unit: undefined,
      size: 'small',
      series: loss,
      yDomain: lossDomain(loss),
      yScale: 'log',
      yFormat: significant,
      valueFormat: significant,
      directLabels: 'none',
      mainSeries: 'validation',
      summary: summaryOf({ what: 'Validation loss', series: loss, main: 'validation', say: significant }, input),
    },
    learningRate: {
      ...common,
      label: 'Learning rate',
      unit: undefined,
      size: 'small',
      series: rate,
      yDomain: fromZero(rate, 0.01),
      yScale: 'linear',
      yFormat: significant,
      valueFormat: significant,
      directLabels: 'none',
      mainSeries: 'measured',
      summary: summaryOf({ what: 'Learning rate', series: rate, main: 'measured', say: significant }, input),
    },
    size: {
      ...common,
      label: 'Size',
      unit: 'kB',
      size: 'small',
      series: size,
      yDomain: fromZero(size, 1),
      yScale: 'linear',
      yFormat: plain,
      valueFormat: oneDecimal,
      directLabels: 'none',
      mainSeries: 'measured',
      summary: summaryOf(
        { what: 'Size of the kernels', series: size, main: 'measured', say: (value) => `${oneDecimal(value)} kB` },
        input,
      ),
    },
  };
}

function asSeries(lines: readonly ChartLine[], main: string): readonly ChartSeries[] {
  return lines.map(
    (line): ChartSeries => ({
      id: line.id,
      label: line.label,
      ...lookOf(line, main),
      kind: line.kind,
      stepped: line.stepped,
      points: line.points,
      note: line.layer === null && line.label !== 'total' ? undefined : lastPercent(line),
    }),
  );
}

function lookOf(line: ChartLine, main: string): Pick<ChartSeries, 'colorVar' | 'marker' | 'dash'> {
  if (line.kind === 'promised' && line.layer === null) return { colorVar: '--ink-2', marker: null };
  const style = line.layer === null ? plainStyle(line.id === main) : layerStyle(line.layer);
  return { ...style, marker: line.kind === 'measured' ? style.marker : null };
}

function plainStyle(isMain: boolean): LayerStyle {
  return { colorVar: isMain ? '--ink' : '--ink-3', marker: { shape: 'circle', hollow: false }, dash: undefined };
}

function lastPercent(line: ChartLine): string | undefined {
  const last = line.points.findLast((point) => Number.isFinite(point.y));
  return last && `${Math.round(last.y)} %`;
}

function finiteValues(series: readonly ChartSeries[]): readonly number[] {
  return series.flatMap((line) => line.points.map((point) => point.y)).filter(Number.isFinite);
}

/** From a round number below the lowest value, but not below 0, to 100. */
function accuracyDomain(series: readonly ChartSeries[]): readonly [number, number] {
  const values = finiteValues(series);
  const lowest = Math.min(100, ...values);
  if (values.length === 0 || lowest < 40) return [0, 100];
  const step = lowest >= 90 ? 2 : 10;
  return [Math.floor((lowest - 0.5) / step) * step, 100];
}

function lossDomain(series: readonly ChartSeries[]): readonly [number, number] {
  const values = finiteValues(series).filter((value) => value > 0);
  if (values.length === 0) return [0.1, 3];
  return [Math.min(...values) / 1.2, Math.max(...values) * 1.2];
}

function fromZero(series: readonly ChartSeries[], smallest: number): readonly [number, number] {
  const highest = Math.max(0, ...finiteValues(series));
  return [Math.min(0, ...finiteValues(series)), highest > 0 ? highest * 1.08 : smallest];
}

interface Summed {
  readonly what: string;
  readonly series: readonly ChartSeries[];
  readonly main: string;
  readonly say: (value: number) => string;
}

function summaryOf({ what, series, main, say }: Summed, input: ChartInput): string {
  const measured = lastFinite(series.find((line) => line.id === main));
  const promised = lastFinite(series.find((line) => line.kind === 'promised' && isMainPromise(line, main)));
  const parts = [
    measured && `${say(measured.y)} now, at ${playheadOf(input.run)?.toFixed(1) ?? '0'} of ${epochCount(input)} epochs`,
    promised && `${say(promised.y)} promised at the end`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? `${what}: nothing measured yet.` : `${what}: ${parts.join('; ')}.`;
}

/** The promise of a figure's main line: of the total where there are several. */
function isMainPromise(line: ChartSeries, main: string): boolean {
  return main === 'total' ? line.id === 'total promised' : line.kind === 'promised';
}

function lastFinite(line: ChartSeries | undefined): ChartPoint | undefined {
  return line?.points.findLast((point) => Number.isFinite(point.y));
}

/** The value in the head of a figure, and whether it is only promised. */
export interface HeadValue {
  readonly text: string;
  readonly isPromised: boolean;
}

/** At the cursor, else the latest measured, else what is promised at the end; null where there is nothing to say. */
export function headValue(model: FigureModel, cursorEpoch: number | null): HeadValue | null {
  const main = model.series.find((line) => line.id === model.mainSeries);
  const promise = model.series.find((line) => line.kind === 'promised' && isMainPromise(line, model.mainSeries));
  const at = (line: ChartSeries | undefined): number | null => {
    if (!line) return null;
    return cursorEpoch === null ? (lastFinite(line)?.y ?? null) : valueAt(line, cursorEpoch);
  };
  const measured = at(main);
  const value = measured ?? at(promise);
  if (value === null || !Number.isFinite(value)) return null;
  return { text: model.valueFormat(value), isPromised: measured === null };
}

/** A row for each tick of the epoch ruler, a column for each line that is not a stream. */
export function figureTable(model: FigureModel): ChartTable {
  const lines = model.series.filter((line) => line.kind !== 'raw');
  const columns = [
    { id: 'epoch', label: 'epoch' },
    ...lines.map((line) => ({
      id: line.id,
      label: line.kind === 'promised' ? `${line.label}, promised` : line.label,
    })),
  ];
  const rows = Array.from({ length: model.epochs + 1 }, (_, epoch) => ({
    id: String(epoch),
    epoch,
    cells: [
      String(epoch),
      ...lines.map((line) => {
        const value = valueAt(line, epoch);
        return value === null || !Number.isFinite(value) ? '–' : model.valueFormat(value);
      }),
    ],
  }));
  return { columns, rows };
}
