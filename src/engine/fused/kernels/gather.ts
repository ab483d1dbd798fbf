import type { Placement } from '../placement.ts';
import type { QuantizedActivation } from './quantized-activation.ts';
import { type Bound, divisorUpTo, each, type Kernel, lanes, storeText } from '../shader.ts';
import { observeText, rangeDeclarations } from '../tracked-ranges.ts';
import type { Tuning } from '../tuning.ts';

/** Samples that stay on the device while a run trains on them. */
export interface ResidentSamples {
  /** [count, values], bytes packed into u32 or floats. */
  readonly values: Bound;
  /** What each byte means after normalization, [256]; null: the values are normalized already. */
  readonly lookup: Bound | null;
  readonly valuesPerSample: number;
  /** [count], u32. */
  readonly labels: Bound;
}

export interface Gather {
  readonly batch: number;
  readonly tuning: Tuning;
  readonly samples: ResidentSamples;
  /** Numbers of samples in the order of the epoch. */
  readonly order: Bound;
  /** [batch, values] without filling, or placed as vectors. */
  readonly output: { readonly bound: Bound } & GatherTarget;
  readonly labels: Bound;
  /** The quantizer of the inputs, which wants to see their extremes. */
  readonly observed?: QuantizedActivation | null;
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

/** Quads of values that an invocation takes, at most. */
const mostQuads = 7;

/** Collects and normalizes the batch of a step. A batch that is not full repeats its last sample. */
export function gather({ batch, tuning, samples, order, output, labels, observed = null }: Gather): Kernel {
  const { valuesPerSample } = samples;
  const quads = Math.ceil(valuesPerSample / 4);
  const run = divisorUpTo(quads, mostQuads);
  const count = (batch * quads) / run;
  const quad = (at: number): string => `quad${String(at)}`;
  const all = Array.from({ length: run }, (_, at) => quad(at));
  return {
    label: 'gather',
    reads: { values: samples.values, order, all: samples.labels, ...(samples.lookup && { lookup: samples.lookup }) },
    writes: { x: output.bound, labels, ...(observed && { extremes: observed.memory.extremes }) },
    usesStep: true,
    workgroupSize: tuning.statisticsLanes,
    workgroups: Math.ceil(count / tuning.statisticsLanes),
    declarations: `${quadFunction(samples)}
${observed ? rangeDeclarations : ''}`,
    body: `
if (index >= ${String(count)}u) { return; }
let row = index / ${String(quads / run)}u;
let item = (index % ${String(quads / run)}u) * ${String(run)}u;
let sample = order[step.first + min(row, step.count - 1u)];
if (item == 0u) { labels[row] = all[sample]; }
${each(run, (at) => `let ${quad(at)} = quadAt(sample, (item + ${String(at)}u) * 4u);`)}
${observed ? observeText(observed.module, { extremes: 'extremes', scalars: '' }, all) : ''}
${each(run, (at) => (output.kind === 'vectors' ? vectorText(output, valuesPerSample, at) : imageText(output, valuesPerSample, at)))}`,
  };
}

/** Four values of a sample; beyond its end the last one again. */
function quadFunction({ valuesPerSample, lookup }: ResidentSamples): string {
  if (lookup !== null && valuesPerSample % 4 === 0) {
    return `fn quadAt(sample: u32, at: u32) -> vec4f {
  let word = values[(sample * ${String(valuesPerSample)}u + at) / 4u];
  let bytes = (vec4u(word) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(255u);
  return vec4f(lookup[bytes.x], lookup[bytes.y], lookup[bytes.z], lookup[bytes.w]);
}`;
  }
  const value = lookup === null ? 'values[at]' : 'lookup[(values[at / 4u] >> ((at % 4u) * 8u)) & 255u]';
  const last = `${String(valuesPerSample - 1)}u`;
  const component = (lane: number): string => `valueAt(base + min(at + ${String(lane)}u, ${last}))`;
  return `fn valueAt(at: u32) -> f32 { return ${value}; }
fn quadAt(sample: u32, at: u32) -> vec4f {
  let base = sample * ${String(valuesPerSample)}u;
  return vec4f(${[0, 1, 2, 3].map(component).join(', ')});
}`;
}

function vectorText(
  { place: { rows, columns, vectors }, bound }: Extract<Gather['output'], { kind: 'vectors' }>,
  valuesPerSample: number,
  at: number,
): string {
  if (rows * columns > 1) throw new RangeError('Maps are gathered as images');
  const quad = `quad${String(at)}`;
  const place = `item + ${String(at)}u`;
  const isInside = `(vec4u((${place}) * 4u) + vec4u(0u, 1u, 2u, 3u)) < vec4u(${String(valuesPerSample)}u)`;
  const value = valuesPerSample % 4 === 0 ? quad : `select(vec4f(), ${quad}, ${isInside})`;
  return storeText(bound, `x[row * ${String(vectors)}u + ${place}]`, value);
}

function imageText(image: Extract<GatherTarget, { kind: 'image' }>, valuesPerSample: number, at: number): string {
  const { width, channels, border, rows, columns } = image;
  const length = `${String(width * channels)}u`;
  return each(4, (lane) => {
    const value = `(item + ${String(at)}u) * 4u + ${String(lane)}u`;
    const to = `((row * ${String(rows)}u + value / ${length} + ${String(border)}u) * ${String(columns)}u + ${String(border)}u) * ${String(channels)}u + value % ${length}`;
    const write = `x[${to}] = quad${String(at)}.${lanes[lane]!};`;
    const guarded = valuesPerSample % 4 === 0 ? write : `if (value < ${String(valuesPerSample)}u) { ${write} }`;
    return `{ let value = ${value}; ${guarded} }`;
  });
}
