import { pixelIndex } from '../placement.ts';
import { type Bound, filledText, hoisted, type Kernel } from '../shader.ts';
import type { Placed } from './tail.ts';

export interface SampleStatistics {
  readonly batch: number;
  readonly map: Placed;
  /**
   * Of vectors: `extremes` are minimum, maximum and sum of each row of a sample, `distances` the sums of squared and of
   * absolute distances from the mean.
   */
  readonly output: Bound;
  /** Vectors before its first row, and from the rows of one batch to those of the next one that is on its way. */
  readonly offset: number;
  readonly stride: number;
  /** f32, by tensor; null for the first pass. */
  readonly means: { readonly bound: Bound; readonly at: number } | null;
}

/** Vectors that `sampleStatistics` writes for a batch. */
export function statisticsLength({ place }: Placed, batch: number): number {
  return batch * place.height;
}

const workgroupSize = 16;

/** What calibration has to know of a map, row by row of each sample: the host adds up what so many values gave. */
export function sampleStatistics({ batch, map, output, offset, stride, means }: SampleStatistics): Kernel {
  const { height, width, channels, vectors } = map.place;
  const count = statisticsLength(map, batch);
  const used = channels % 4;
  const isLast = `vector == ${String(vectors - 1)}u`;
  const masked = (value: string): string =>
    used === 0
      ? value
      : `select(${value}, ${value} * vec4f(${[0, 1, 2, 3].map((lane) => (lane < used ? 1 : 0)).join()}), ${isLast})`;
  const first = pixelIndex(map.place, 'sample', 'y', '0u');
  const take =
    means === null
      ? `let filled = ${filledText(channels, 'value', isLast)};
      least = min(least, filled);
      most = max(most, filled);
      sum += ${masked('value')};`
      : `let distance = ${masked(`(value - mean)`)};
      squares += distance * distance;
      magnitudes += abs(distance);`;
  const result =
    means === null
      ? 'vec4f(min(min(least.x, least.y), min(least.z, least.w)), max(max(most.x, most.y), max(most.z, most.w)), dot(sum, vec4f(1)), 0)'
      : 'vec4f(dot(squares, vec4f(1)), dot(magnitudes, vec4f(1)), 0, 0)';
  return {
    label: means === null ? 'extremes' : 'distances',
    reads: { map: map.bound, ...(means && { means: means.bound }) },
    writes: { rows: output },
    usesStep: true,
    workgroupSize,
    workgroups: Math.ceil(count / workgroupSize),
    body: `
if (index >= ${String(count)}u) { return; }
let sample = index / ${String(height)}u;
let y = index % ${String(height)}u;
${means === null ? `var least = ${filledText(channels, `map[${first}]`, vectors === 1 ? 'true' : 'false')}; var most = least; var sum = vec4f();` : `let mean = vec4f(means[${hoisted('mean', means.at)}]); var squares = vec4f(); var magnitudes = vec4f();`}
for (var x = 0u; x < ${String(width)}u; x++) {
  let pixel = ${pixelIndex(map.place, 'sample', 'y', 'x')};
  for (var vector = 0u; vector < ${String(vectors)}u; vector++) {
    let value = map[pixel + vector];
    ${take}
  }
}
rows[${hoisted('rows', offset)} + step.slot * ${hoisted('stride', stride)} + index] = ${result};`,
  };
}
