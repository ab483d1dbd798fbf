import type { Placement } from '../placement.ts';
import type { Bound, Kernel } from '../shader.ts';
import { float } from '../shader.ts';

/** Samples that stay on the device while a run trains on them. */
export interface ResidentSamples {
  /** [count, values], bytes packed into u32 or floats. */
  readonly values: Bound;
  readonly isBytes: boolean;
  readonly valuesPerSample: number;
  /** [count], u32. */
  readonly labels: Bound;
}

export interface Gather {
  readonly batch: number;
  readonly samples: ResidentSamples;
  /** Numbers of samples in the order of the epoch. */
  readonly order: Bound;
  /** value → value · scale − shift */
  readonly scale: number;
  readonly shift: number;
  /** [batch, values] without filling, or placed as vectors. */
  readonly output: { readonly bound: Bound } & GatherTarget;
  readonly labels: Bound;
}

export type GatherTarget =
  | { readonly kind: 'vectors'; readonly place: Placement }
  | {
      readonly kind: 'image';
      readonly height: number;
      readonly width: number;
      readonly channels: number;
      readonly border: number;
      readonly rows: number;
      readonly columns: number;
    };

const workgroupSize = 64;

/** Collects and normalizes the batch of a step. A batch that is not full repeats its last sample. */
export function gather({ batch, samples, order, scale, shift, output, labels }: Gather): Kernel {
  const { valuesPerSample } = samples;
  const perSample = output.kind === 'vectors' ? Math.ceil(valuesPerSample / 4) : valuesPerSample;
  const count = batch * perSample;
  return {
    label: 'gather',
    reads: { values: samples.values, order, all: samples.labels },
    writes: { x: output.bound, labels },
    usesStep: true,
    workgroupSize,
    workgroups: Math.ceil(count / workgroupSize),
    declarations: `
fn valueAt(at: u32) -> f32 {
  ${samples.isBytes ? 'let value = f32((values[at / 4u] >> ((at % 4u) * 8u)) & 255u);' : 'let value = values[at];'}
  return value * ${float(scale)} - ${float(shift)};
}`,
    body: `
if (index >= ${String(count)}u) { return; }
let row = index / ${String(perSample)}u;
let item = index % ${String(perSample)}u;
let sample = order[step.first + min(row, step.count - 1u)];
if (item == 0u) { labels[row] = all[sample]; }
let base = sample * ${String(valuesPerSample)}u;
${output.kind === 'vectors' ? vectorText(output.place, valuesPerSample) : imageText(output)}`,
  };
}

function vectorText(place: Placement, valuesPerSample: number): string {
  const { channels, vectors, width } = place;
  if (place.rows === 1 && place.columns === 1) {
    const lane = (at: number): string =>
      valuesPerSample % 4 === 0
        ? `valueAt(base + item * 4u + ${String(at)}u)`
        : `select(0.0, valueAt(base + min(item * 4u + ${String(at)}u, ${String(valuesPerSample - 1)}u)), item * 4u + ${String(at)}u < ${String(valuesPerSample)}u)`;
    return `x[row * ${String(vectors)}u + item] = vec4f(${[0, 1, 2, 3].map(lane).join(', ')});`;
  }
  throw new RangeError(`Maps of ${String(channels)} channels and width ${String(width)} are gathered as images`);
}

function imageText(image: Extract<GatherTarget, { kind: 'image' }>): string {
  const { width, channels, border, rows, columns } = image;
  return `
let y = item / ${String(width * channels)}u;
let rest = item % ${String(width * channels)}u;
x[((row * ${String(rows)}u + y + ${String(border)}u) * ${String(columns)}u + ${String(border)}u) * ${String(channels)}u + rest] = valueAt(base + item);`;
}
