import type { ParameterSpec } from '../../core/network.ts';
import type { EpochMetrics, LayerSnapshot } from '../../protocol/training-event.ts';
import type { EpochMemory } from '../../runs/epoch-memory.ts';
import { keptPicture, snapshotAt } from '../../runs/kept-values.ts';
import type { Run } from '../../runs/run.ts';
import type { Preflight } from '../../schedule/preflight-types.ts';
import { type LayerChange, layerChange } from './layer-change.ts';

/** One row of the Layers table: a kernel, measured at an epoch or only promised. */
export interface LayerRow {
  /** Position among the layers with kernels: its colour and marker. */
  readonly index: number;
  readonly layer: string;
  readonly parameter: string;
  readonly shape: readonly number[];
  readonly size: number;
  /** null before the first epoch has been measured. */
  readonly nonZero: number | null;
  readonly sparsity: number | null;
  readonly promisedSparsity: number | null;
  /** "mask 90.0 %" where the mask has other zeros than the weights, as it holds in the forward pass only. */
  readonly mask: string;
  readonly structures: EpochMetrics['parameters'][string]['structures'];
  readonly bits: number;
  /** Scale and zero point while it is quantized. */
  readonly quantization: string;
  readonly snapshot: LayerSnapshot | null;
  /** Against the epoch that the reader compares with; null while there is none. */
  readonly change: LayerChange | null;
}

export interface LayerRowsInput {
  readonly parameters: readonly ParameterSpec[];
  readonly run: Run | null;
  readonly preflight: Preflight | null;
  /** Epoch whose end the rows show; null: the latest. */
  readonly epoch: number | null;
  /** What is kept of the run's epochs. */
  readonly memory?: EpochMemory | null;
  /** Tick of the epoch that the reader compares with. */
  readonly comparedTick?: number | null;
}

/** Rows of the Layers table in the model's order, one a kernel. */
export function layerRows(input: LayerRowsInput): readonly LayerRow[] {
  const { parameters, run, preflight, epoch, memory = null, comparedTick = null } = input;
  const metrics = run === null ? undefined : metricsAt(run.epochs, epoch);
  const pictureOf = pictures(run, metrics, memory);
  const at = metrics?.epoch ?? epoch ?? (preflight?.epochs ?? 1) - 1;
  return parameters
    .filter((parameter) => parameter.role === 'kernel')
    .map((parameter, index) => ({
      index,
      layer: parameter.layer,
      parameter: parameter.name,
      shape: parameter.shape,
      size: parameter.size,
      ...measuredOf(metrics, parameter, preflight?.weightBits[parameter.layer]?.[at] ?? 32),
      promisedSparsity: preflight?.sparsity[parameter.name]?.[at] ?? null,
      snapshot: pictureOf(parameter.name),
      change: layerChange({ run, memory, metrics, comparedTick }, parameter.name),
    }));
}

/** The pictures of an epoch: of the latest as they came, of earlier ones as they are kept. */
function pictures(
  run: Run | null,
  metrics: EpochMetrics | undefined,
  memory: EpochMemory | null,
): (name: string) => LayerSnapshot | null {
  const latest = run !== null && metrics === run.epochs.at(-1) ? run.snapshots : {};
  const kept = snapshotAt(memory, metrics?.epoch);
  return (name) => latest[name] ?? keptPicture(kept, name);
}

function measuredOf(
  metrics: EpochMetrics | undefined,
  parameter: ParameterSpec,
  promisedBits: number,
): Pick<LayerRow, 'nonZero' | 'sparsity' | 'mask' | 'structures' | 'bits' | 'quantization'> {
  const measured = metrics?.parameters[parameter.name];
  if (!measured) {
    return { nonZero: null, sparsity: null, mask: '', structures: {}, bits: promisedBits, quantization: '' };
  }
  const { nonZero, sparsity, structures, bits } = measured;
  return { nonZero, sparsity, mask: maskText(measured), structures, bits, quantization: quantizationText(measured) };
}

/** Weights may have zeros of their own, by quantization or chance: only what the mask alone makes zero is told. */
function maskText({ sparsity, maskSparsity = 0 }: EpochMetrics['parameters'][string]): string {
  return maskSparsity - sparsity > 0.0005 ? `mask ${(100 * maskSparsity).toFixed(1)} %` : '';
}

/** "scale 31.9", "scale 21.3, zero −42"; "per filter" where each has its own. */
function quantizationText({ quantization }: EpochMetrics['parameters'][string]): string {
  if (!quantization) return '';
  const { scale, zeroPoint, channels } = quantization;
  const numbers = zeroPoint === 0 ? `scale ${short(scale)}` : `scale ${short(scale)}, zero ${short(zeroPoint)}`;
  return channels > 1 ? `${numbers}, per filter` : numbers;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3))).replace('-', '−');
}

/** What a quantized activation does to values: "relu1: 8 bits, 0 to 5.31" or "clip 7.2". */
export interface ActivationFact {
  readonly layer: string;
  readonly bits: number;
  readonly range: string;
}

/** The quantized activations of an epoch, in the model's order. */
export function activationFacts(metrics: EpochMetrics | undefined): readonly ActivationFact[] {
  return Object.entries(metrics?.activations ?? {})
    .filter(([, { bits }]) => bits < 32)
    .map(([layer, { bits, scalars = {} }]) => ({ layer, bits, range: rangeText(scalars) }));
}

/** What leaves the network where: "exit0", "63.0 % of the samples leave here, 95.1 % of them right". */
export interface ExitFact {
  readonly name: string;
  readonly words: string;
}

/** The early exits of an epoch and its last answer; empty for a network without exits. */
export function exitFacts(metrics: EpochMetrics | undefined): readonly ExitFact[] {
  return (metrics?.validation.exits ?? []).map(({ name, share, top1 }) => {
    const leave = `${(100 * share).toFixed(1)} % of the samples leave here`;
    return { name, words: top1 === null ? leave : `${leave}, ${(100 * top1).toFixed(1)} % of them right` };
  });
}

function rangeText(scalars: Readonly<Record<string, number>>): string {
  const { clip_val: clip, tracked_min: low, tracked_max: high } = scalars;
  if (clip !== undefined) return `learned clip ${short(clip)}`;
  if (low !== undefined && high !== undefined) return `tracked ${short(low)} to ${short(high)}`;
  return 'clipped to 0 to 1';
}

/** Metrics of that epoch, or of the latest if there are none for it. */
export function metricsAt(epochs: readonly EpochMetrics[], epoch: number | null): EpochMetrics | undefined {
  return epochs.find((metrics) => metrics.epoch === epoch) ?? epochs.at(-1);
}

/** "5×5×8×16". */
export function shapeText(shape: readonly number[]): string {
  return shape.join('×');
}

/** "12 of 16 filters, 1 of 8 channels entirely zero" or nothing if no structure is. */
export function structuresText(row: LayerRow): string {
  const structures = zeroStructures(row);
  return structures === '' ? '' : `${structures} entirely zero`;
}

/** "12 of 16 filters, 1 of 8 channels": the structures that are entirely zero; empty if none is. */
export function zeroStructures(row: LayerRow): string {
  const [inputs, outputs] = row.shape.slice(-2);
  const parts: string[] = [];
  const add = (share: number | undefined, count: number | undefined, noun: string): void => {
    if (share && count) parts.push(`${Math.round(share * count)} of ${count} ${noun}`);
  };
  add(row.structures.filters, outputs, 'filters');
  add(row.structures.channels, inputs, 'channels');
  add(row.structures.rows, inputs, 'inputs');
  add(row.structures.columns, outputs, 'outputs');
  return parts.join(', ');
}
