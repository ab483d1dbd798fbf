import { encodedSizeBytes } from '../../core/encoded-size.ts';
import type { ParameterSpec } from '../../core/network.ts';
import type { EpochMetrics } from '../../protocol/training-event.ts';
import type { Run } from '../../runs/run.ts';
import type { Preflight } from '../../schedule/preflight-types.ts';

/** A point of a chart: `x` on the epoch ruler (tick n is the state after n epochs). */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface ChartLine {
  readonly id: string;
  readonly label: string;
  /** Position among the layers with kernels; null for totals and accuracies. */
  readonly layer: number | null;
  readonly kind: 'measured' | 'promised' | 'context' | 'raw';
  /** What holds for an epoch is stepped, what is sampled is straight. */
  readonly stepped: boolean;
  readonly points: readonly Point[];
}

/** What the charts draw: the measured run, if there is one, over what the schedule promises. */
export interface ChartInput {
  readonly run: Run | null;
  readonly preflight: Preflight | null;
  readonly parameters: readonly ParameterSpec[];
}

/** Epochs on the ruler: those of the run that is shown, else of the schedule. */
export function epochCount({ run, preflight }: ChartInput): number {
  return run?.epochCount || preflight?.epochs || 1;
}

/** Where a run stands on the ruler: whole epochs and the share of the running one; null before the first step. */
export function playheadOf(run: Run | null): number | null {
  if (run === null || run.stepsPerEpoch === 0) return null;
  if (run.status === 'finished' || run.status === 'testing') return run.epochCount;
  return Math.min(run.epochCount, run.position.epoch + run.position.step / run.stepsPerEpoch);
}

/** Training and validation accuracy in percent, each measured at the end of its epoch. */
export function accuracyLines({ run }: ChartInput): readonly ChartLine[] {
  if (run === null) return [];
  return [
    atEpochEnds('training', 'context', run, (metrics) => 100 * metrics.train.top1),
    atEpochEnds('validation', 'measured', run, (metrics) => 100 * metrics.validation.top1),
  ];
}

/** Losses: the stream within epochs, and the means at their ends. Values that are not positive are left out (logarithm). */
export function lossLines({ run }: ChartInput): readonly ChartLine[] {
  if (run === null) return [];
  const stream: ChartLine = {
    id: 'steps',
    label: 'each step',
    layer: null,
    kind: 'raw',
    stepped: false,
    points: run.samples
      .map((sample) => ({ x: sample.epoch + sample.step / Math.max(1, run.stepsPerEpoch), y: sample.loss }))
      .filter((point) => point.y > 0),
  };
  return [
    stream,
    atEpochEnds('training', 'context', run, (metrics) => metrics.train.loss),
    atEpochEnds('validation', 'measured', run, (metrics) => metrics.validation.loss),
  ];
}

function atEpochEnds(
  label: string,
  kind: 'measured' | 'context',
  run: Run,
  value: (metrics: EpochMetrics) => number,
): ChartLine {
  const points = run.epochs
    .map((metrics) => ({ x: metrics.epoch + 1, y: value(metrics) }))
    .filter((point) => Number.isFinite(point.y));
  return { id: label, label, layer: null, kind, stepped: false, points };
}

/** Sparsity in percent of each kernel and of all of them, promised and measured. */
export function sparsityLines(input: ChartInput): readonly ChartLine[] {
  const kernels = input.parameters.filter((parameter) => parameter.role === 'kernel');
  const lines = kernels.flatMap((parameter, layer) => [
    promisedSteps(
      { id: `${parameter.name} promised`, label: parameter.layer, layer },
      input.preflight?.sparsity[parameter.name],
      100,
    ),
    measuredSteps({ id: parameter.name, label: parameter.layer, layer }, input.run, (metrics) => {
      const measured = metrics.parameters[parameter.name];
      return measured && 100 * measured.sparsity;
    }),
  ]);
  const total = [
    promisedSteps({ id: 'total promised', label: 'total', layer: null }, input.preflight?.totalSparsity, 100),
    measuredSteps({ id: 'total', label: 'total', layer: null }, input.run, (metrics) => 100 * metrics.sparsity),
  ];
  return [...lines, ...total].filter((line) => line.points.length > 0);
}

/** The rate that stands while each epoch trains, promised and measured. */
export function learningRateLines({ run, preflight }: ChartInput): readonly ChartLine[] {
  return [
    promisedSteps({ id: 'promised', label: 'rate', layer: null }, preflight?.learningRate, 1),
    measuredSteps({ id: 'measured', label: 'rate', layer: null }, run, (metrics) => metrics.learningRate),
  ].filter((line) => line.points.length > 0);
}

/** Kilobytes of the kernels, packed to their bits and with zeros left out where that is smaller. */
export function sizeLines({ run, preflight, parameters }: ChartInput): readonly ChartLine[] {
  const kernels = parameters.filter((parameter) => parameter.role === 'kernel');
  const promised = Array.from({ length: preflight?.epochs ?? 0 }, (_, epoch) =>
    sumOrNull(
      kernels.map((kernel) => {
        const sparsity = preflight?.sparsity[kernel.name]?.[epoch] ?? null;
        const bits = preflight?.weightBits[kernel.layer]?.[epoch] ?? 32;
        if (sparsity === null) return null;
        return encodedSizeBytes({ size: kernel.size, nonZero: Math.round(kernel.size * (1 - sparsity)), bits });
      }),
    ),
  );
  return [
    promisedSteps({ id: 'promised', label: 'size', layer: null }, promised, 0.001),
    measuredSteps(
      { id: 'measured', label: 'size', layer: null },
      run,
      (metrics) => 0.001 * encodedSizeOf(metrics, kernels),
    ),
  ].filter((line) => line.points.length > 0);
}

/** Bytes of all kernels after an epoch. */
export function encodedSizeOf(metrics: EpochMetrics, kernels: readonly ParameterSpec[]): number {
  return kernels.reduce((sum, kernel) => {
    const measured = metrics.parameters[kernel.name];
    return sum + (measured ? encodedSizeBytes(measured) : 0);
  }, 0);
}

function sumOrNull(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0);
}

type LineNames = Pick<ChartLine, 'id' | 'label' | 'layer'>;

/** Values that hold for an epoch: epoch k is the interval k to k + 1. A value that is not known is a gap. */
function promisedSteps(names: LineNames, values: readonly (number | null)[] | undefined, factor: number): ChartLine {
  const points = (values ?? []).map((value, epoch) => ({ x: epoch, y: value === null ? Number.NaN : factor * value }));
  const isKnown = points.some((point) => Number.isFinite(point.y));
  return { ...names, kind: 'promised', stepped: true, points: isKnown ? points : [] };
}

function measuredSteps(
  names: LineNames,
  run: Run | null,
  value: (metrics: EpochMetrics) => number | undefined,
): ChartLine {
  const points = (run?.epochs ?? []).flatMap((metrics) => {
    const y = value(metrics);
    return y === undefined ? [] : [{ x: metrics.epoch, y }];
  });
  return { ...names, kind: 'measured', stepped: true, points };
}

/** A lane of the bit-widths chart: what is measured and what is promised, as spans of epochs. */
export interface BitLane {
  readonly id: string;
  readonly label: string;
  readonly measured: readonly BitSpan[];
  readonly promised: readonly BitSpan[];
}

export interface BitSpan {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly bits: number;
}

/** Bits per layer with a kernel, then per quantized activation. Lanes of activations that stay float are left out. */
export function bitLanes({ run, preflight, parameters }: ChartInput): readonly BitLane[] {
  const epochs = run?.epochs ?? [];
  const weights = parameters
    .filter((parameter) => parameter.role === 'kernel')
    .map((kernel) => ({
      id: kernel.name,
      label: kernel.layer,
      measured: spans(epochs.map((metrics) => metrics.parameters[kernel.name]?.bits ?? 32)),
      promised: spans(preflight?.weightBits[kernel.layer] ?? []),
    }));
  const names = new Set([
    ...Object.keys(preflight?.activationBits ?? {}),
    ...Object.keys(epochs.at(-1)?.activations ?? {}),
  ]);
  const activations = [...names].map((name) => ({
    id: `${name} activations`,
    label: name,
    measured: spans(epochs.map((metrics) => metrics.activations[name]?.bits ?? 32)),
    promised: spans(preflight?.activationBits[name] ?? []),
  }));
  const isQuantized = (lane: BitLane): boolean => [...lane.measured, ...lane.promised].some((span) => span.bits < 32);
  return [...weights, ...activations.filter(isQuantized)];
}

function spans(bitsByEpoch: readonly number[]): readonly BitSpan[] {
  const found: { from: number; to: number; bits: number }[] = [];
  for (const [epoch, bits] of bitsByEpoch.entries()) {
    const last = found.at(-1);
    if (last?.bits === bits) last.to = epoch + 1;
    else found.push({ from: epoch, to: epoch + 1, bits });
  }
  return found;
}
