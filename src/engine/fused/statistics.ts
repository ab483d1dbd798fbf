import type { Plan } from './plan.ts';

/** Names under which PyTorch stores what a batch normalization has seen, in the order of the buffer's rows. */
const kinds = [
  { suffix: 'running_mean', row: 2, initial: 0 },
  { suffix: 'running_var', row: 3, initial: 1 },
] as const;

interface StatisticsPlace {
  readonly name: string;
  /** Values before it in the buffer. */
  readonly offset: number;
  readonly features: number;
  readonly initial: number;
}

function statisticsPlaces({ blocks }: Plan): readonly StatisticsPlace[] {
  const places: StatisticsPlace[] = [];
  let start = 0;
  for (const { block, inner } of blocks) {
    if (block.batchNorm === null) continue;
    const { name, features } = block.batchNorm;
    const length = 4 * inner.vectors;
    for (const { suffix, row, initial } of kinds) {
      places.push({ name: `${name}.${suffix}`, offset: start + row * length, features, initial });
    }
    start += 4 * length;
  }
  return places;
}

/** What goes into `ForwardMemory.statistics`: running statistics by name; those that are absent start anew. */
export function packStatistics(plan: Plan, values: ReadonlyMap<string, Float32Array>): Float32Array {
  const places = statisticsPlaces(plan);
  const last = places.at(-1);
  const packed = new Float32Array(last ? Math.ceil(last.features / 4) * 4 + last.offset : 0);
  for (const { name, offset, features, initial } of places) {
    packed.set(values.get(name) ?? new Float32Array(features).fill(initial), offset);
  }
  return packed;
}

/** Running statistics by the names under which PyTorch stores them, `<layer>.running_mean` and `<layer>.running_var`. */
export function unpackStatistics(plan: Plan, packed: Float32Array): ReadonlyMap<string, Float32Array> {
  return new Map(
    statisticsPlaces(plan).map(({ name, offset, features }) => [name, packed.slice(offset, offset + features)]),
  );
}
