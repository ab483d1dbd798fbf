import type { EpochMetrics, LayerSnapshot } from '../../protocol/training-event.ts';
import type { Run } from '../run.ts';
import { crc32c } from './crc32c.ts';
import {
  bytesField,
  concatBytes,
  doubleField,
  floatField,
  integerField,
  packedDoublesField,
  stringField,
} from './protobuf.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * A run as a TensorBoard event file: TFRecords (tensorflow.org/tutorials/load_data/tfrecord) of `Event` messages
 * (tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto). Scalars for every epoch; of the latest epoch
 * also a histogram of each kernel. The step of an epoch is the number of minibatches trained by its end.
 */
export function eventFile(run: Run): Bytes {
  const startSeconds = run.startedAt / 1000;
  const events = [concatBytes([doubleField(1, startSeconds), stringField(3, 'brain.Event:2')])];
  let seconds = startSeconds;
  for (const metrics of run.epochs) {
    seconds += metrics.durationMs / 1000;
    const latest = metrics === run.epochs.at(-1);
    const values = [
      ...scalars(metrics).map(([tag, value]) => scalarValue(tag, value)),
      ...(latest ? Object.values(run.snapshots).map(histogramValue) : []),
    ];
    const step = (metrics.epoch + 1) * run.stepsPerEpoch;
    events.push(concatBytes([doubleField(1, seconds), integerField(2, step), bytesField(5, concatBytes(values))]));
  }
  return concatBytes(events.map(record));
}

/** "events.out.tfevents.<seconds>.<name>": TensorBoard looks for `tfevents` in the name. */
export function eventFileName(run: Run, name: string): string {
  return `events.out.tfevents.${Math.floor(run.startedAt / 1000)}.${name}`;
}

/** Length, its checksum, data, checksum of the data. */
function record(data: Bytes): Bytes {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(data.length), true);
  return concatBytes([length, maskedChecksum(length), data, maskedChecksum(data)]);
}

/** Rotated right by 15 bits plus a constant, so that a checksum of checksums does not degenerate. */
function maskedChecksum(bytes: Uint8Array): Bytes {
  const crc = crc32c(bytes);
  const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  const field = new Uint8Array(4);
  new DataView(field.buffer).setUint32(0, masked, true);
  return field;
}

function scalars(metrics: EpochMetrics): readonly (readonly [tag: string, value: number])[] {
  const { train, validation } = metrics;
  return [
    ['accuracy/train', train.top1],
    ['accuracy/validation', validation.top1],
    ['loss/train', train.loss],
    ['loss/validation', validation.loss],
    ...train.parts.map(({ name, value }) => [`loss_parts/${name.replaceAll(' ', '_')}`, value] as const),
    ['learning_rate', metrics.learningRate],
    ['sparsity/total', metrics.sparsity],
    ...Object.entries(metrics.parameters).flatMap(
      ([name, { sparsity, bits }]) =>
        [
          [`sparsity/${name}`, sparsity],
          [`bits/${name}`, bits],
        ] as const,
    ),
    ...Object.entries(metrics.activations).map(([name, { bits }]) => [`activation_bits/${name}`, bits] as const),
  ];
}

/** `Summary.Value` with `tag` (1) and `simple_value` (2), as a field of `Summary`. */
function scalarValue(tag: string, value: number): Bytes {
  return bytesField(1, concatBytes([stringField(1, tag), floatField(2, value)]));
}

/** `Summary.Value` with `histo` (5): `HistogramProto` from the bins that are kept of a kernel, pruned weights at 0. */
function histogramValue({ parameter, histogram }: LayerSnapshot): Bytes {
  const { limits, counts } = histogramBins(histogram);
  const middles = limits.map((limit, index) => (limit + (limits[index - 1] ?? -histogram.range)) / 2);
  const weighted = (power: number): number =>
    counts.reduce((sum, count, index) => sum + count * middles[index]! ** power, 0);
  const proto = concatBytes([
    doubleField(1, -histogram.range),
    doubleField(2, histogram.range),
    doubleField(3, weighted(0)),
    doubleField(4, weighted(1)),
    doubleField(5, weighted(2)),
    packedDoublesField(6, limits),
    packedDoublesField(7, counts),
  ]);
  return bytesField(1, concatBytes([stringField(1, `weights/${parameter}`), bytesField(5, proto)]));
}

/** Upper limits of the bins, and their counts. */
function histogramBins({ range, counts, pruned }: LayerSnapshot['histogram']) {
  const limits = counts.map((_, index) => -range + ((index + 1) * 2 * range) / counts.length);
  const middle = limits.findIndex((limit) => limit > 0);
  const all = counts.map((count, index) => (index === middle ? count + pruned : count));
  return { limits, counts: all };
}
