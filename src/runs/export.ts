import type {
  Environment,
  EpochMetrics,
  NamedTensor,
  ParameterMetrics,
  RunResult,
  TrainingFailure,
} from '../protocol/training-event.ts';
import type { Run, RunLabel, RunStatus } from './run.ts';

/** A whole run as a file says it: what was trained, on what, what came out. Shares are fractions, times milliseconds. */
export interface RunRecord {
  readonly version: 1;
  readonly status: RunStatus;
  /** What the reader says about the run, if anything. */
  readonly label?: RunLabel;
  /** Number of the run that taught it, if one did. */
  readonly taughtBy?: number;
  /** When Train was pressed, ISO 8601. */
  readonly startedAt: string;
  readonly config: {
    readonly text: string;
    readonly model: string;
    readonly dataset: string;
    readonly seed: number;
    readonly epochs: number;
    readonly stepsPerEpoch: number;
  };
  /** Null if the run failed before a device was found. */
  readonly environment: Environment | null;
  readonly epochs: readonly EpochMetrics[];
  /** Measured on the whole test set; null unless the run finished. */
  readonly result: RunResult | null;
  readonly failure?: TrainingFailure;
}

export function runRecord(run: Run): RunRecord {
  return {
    version: 1,
    status: run.status,
    startedAt: new Date(run.startedAt).toISOString(),
    config: {
      text: run.config.text,
      model: run.model,
      dataset: run.dataset,
      seed: run.seed,
      epochs: run.epochCount,
      stepsPerEpoch: run.stepsPerEpoch,
    },
    environment: run.environment,
    epochs: run.epochs,
    result: run.result,
    ...(run.failure === null ? {} : { failure: run.failure }),
    ...(isLabelled(run.label) ? { label: run.label } : {}),
    ...(run.taughtBy === null ? {} : { taughtBy: run.taughtBy.number }),
  };
}

function isLabelled({ name, color, tags, note }: RunLabel): boolean {
  return name !== '' || color !== null || tags.length > 0 || note !== '';
}

/** The run record as the text of a JSON file. */
export function runRecordJson(run: Run): string {
  return `${JSON.stringify(runRecord(run), null, 2)}\n`;
}

/**
 * One line an epoch (RFC 4180, header first): rate, losses, accuracies, then sparsity and bits of each parameter, bits of
 * each activation and the named parts of the loss. A cell is empty where an epoch did not measure its column.
 */
export function epochsCsv(run: Run): string {
  const parameters = namesIn(run.epochs, ({ parameters }) => Object.keys(parameters));
  const activations = namesIn(run.epochs, ({ activations }) => Object.keys(activations));
  const parts = namesIn(run.epochs, ({ train }) => train.parts.map(({ name }) => name));
  const columns: readonly Column[] = [
    ['epoch', ({ epoch }) => epoch],
    ['learning_rate', ({ learningRate }) => learningRate],
    ['duration_ms', ({ durationMs }) => durationMs],
    ['train_loss', ({ train }) => train.loss],
    ['train_top1', ({ train }) => train.top1],
    ['validation_loss', ({ validation }) => validation.loss],
    ['validation_top1', ({ validation }) => validation.top1],
    ['sparsity', ({ sparsity }) => sparsity],
    ...parameters.flatMap((name): Column[] => [
      [`${name} non_zero`, (epoch) => parameterOf(epoch, name)?.nonZero],
      [`${name} sparsity`, (epoch) => parameterOf(epoch, name)?.sparsity],
      [`${name} bits`, (epoch) => parameterOf(epoch, name)?.bits],
    ]),
    ...activations.map((name): Column => [`${name} bits`, (epoch) => epoch.activations[name]?.bits]),
    ...parts.map((name): Column => [name, ({ train }) => train.parts.find((part) => part.name === name)?.value]),
  ];
  const header = columns.map(([title]) => title);
  const lines = run.epochs.map((epoch) => columns.map(([, value]) => value(epoch)));
  return [header, ...lines].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

type Column = readonly [title: string, value: (epoch: EpochMetrics) => number | undefined];

function parameterOf(epoch: EpochMetrics, name: string): ParameterMetrics | undefined {
  return epoch.parameters[name];
}

function namesIn(epochs: readonly EpochMetrics[], names: (epoch: EpochMetrics) => readonly string[]): string[] {
  return [...new Set(epochs.flatMap(names))];
}

function csvCell(value: string | number | undefined): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Weights as a safetensors file: the length of the header (8 bytes, little-endian), the header as JSON padded with
 * blanks to a multiple of 8, then the values as little-endian F32 in the order of `parameters`.
 *
 * Shapes stay in this project's layouts, which `__metadata__` states: HWIO for convolution kernels, [in, out] for dense
 * ones, where PyTorch has OIHW and [out, in].
 */
export function weightsSafetensors(
  parameters: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const entries: Record<string, unknown> = {
    __metadata__: { format: 'distiller-playground', ...layouts, ...metadata },
  };
  let length = 0;
  for (const { name, shape, values } of parameters) {
    entries[name] = { dtype: 'F32', shape, data_offsets: [length, length + values.length * 4] };
    length += values.length * 4;
  }
  const json = new TextEncoder().encode(JSON.stringify(entries));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + length);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(headerLength), true);
  file.fill(0x20, 8, 8 + headerLength);
  file.set(json, 8);
  let at = 8 + headerLength;
  for (const { values } of parameters) {
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return file;
}

const layouts = {
  convolution_kernel: 'HWIO',
  dense_kernel: 'IO',
  feature_map: 'NHWC',
  flatten: 'HWC',
};
