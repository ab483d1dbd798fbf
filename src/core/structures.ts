/**
 * A group of weights that is pruned, penalised or counted as one. Kernels are [height, width, in, out] (HWIO) or
 * [in, out] for dense layers.
 *
 * | structure | convolution | dense | Distiller's name |
 * |---|---|---|---|
 * | kernel | `K[:,:,c,f]` | – | 2D |
 * | filter | `K[:,:,:,f]` | `K[:,o]`, one output unit | 3D, Filters; of a dense layer: Rows (lasso) |
 * | channel | `K[:,:,c,:]` | `K[i,:]`, one input unit | Channels; of a dense layer: Cols (lasso), Rows (ranking) |
 * | layer | all | all | 4D |
 */
export type Structure = 'kernel' | 'filter' | 'channel' | 'layer';

/** Which group each element of a tensor belongs to. */
export interface Grouping {
  readonly groupCount: number;
  /** Elements in one group; all groups are of one size. */
  readonly groupSize: number;
  /** Group of each element, in the tensor's (row-major) order. */
  readonly groupOf: Uint32Array;
}

interface KernelLayout {
  readonly area: number;
  readonly inputs: number;
  readonly outputs: number;
}

function layoutOf(shape: readonly number[]): KernelLayout {
  if (shape.length === 4) return { area: shape[0]! * shape[1]!, inputs: shape[2]!, outputs: shape[3]! };
  if (shape.length === 2) return { area: 1, inputs: shape[0]!, outputs: shape[1]! };
  throw new RangeError(`Structures exist in kernels of rank 2 or 4, got the shape [${shape.join(', ')}]`);
}

/**
 * The groups of one kind of structure. Filters and channels are numbered by their index, kernels by
 * filter · channels + channel (filter-major).
 *
 * @throws RangeError for a rank other than 2 or 4, and for kernels of a dense layer.
 */
export function groupStructures(shape: readonly number[], structure: Structure): Grouping {
  if (structure === 'kernel' && shape.length !== 4) {
    throw new RangeError(`A dense kernel [${shape.join(', ')}] has no 2-D kernels`);
  }
  const { area, inputs, outputs } = layoutOf(shape);
  const size = area * inputs * outputs;
  const counts = { filter: outputs, channel: inputs, kernel: inputs * outputs, layer: 1 };
  const groupOfIndex = {
    filter: (index: number) => index % outputs,
    channel: (index: number) => Math.floor(index / outputs) % inputs,
    kernel: (index: number) => (index % outputs) * inputs + (Math.floor(index / outputs) % inputs),
    layer: () => 0,
  };
  return lazyGrouping(counts[structure], size / counts[structure], () => numberElements(size, groupOfIndex[structure]));
}

/** A grouping whose numbers are computed when first read: promised curves need the count alone, and many of them. */
function lazyGrouping(groupCount: number, groupSize: number, compute: () => Uint32Array): Grouping {
  let computed: Uint32Array | null = null;
  return {
    groupCount,
    groupSize,
    get groupOf() {
      computed ??= compute();
      return computed;
    },
  };
}

function numberElements(size: number, groupOfIndex: (index: number) => number): Uint32Array {
  const groupOf = new Uint32Array(size);
  for (let index = 0; index < size; index++) groupOf[index] = groupOfIndex(index);
  return groupOf;
}

/** [repetitions, depth, height, width] of a block; height and width are 1. */
export type BlockShape = readonly [number, number, number, number];

/**
 * The blocks of a convolution kernel as Distiller forms them from its [F, C, h, w] layout. With a depth above 1 the pairs
 * (filter, channel) are numbered filter-major and cut into runs of `repetitions · depth`; a block is one run at one kernel
 * position. (For more than one repetition these are not `depth` channels of `repetitions` filters, as one might read it,
 * and a depth that does not divide the channels straddles filters.) With depth 1 a block is `repetitions` consecutive
 * filters at one channel and position; repetitions that do not divide the filters, but all weights, mix what the reshape
 * to [⌊F / repetitions⌋, repetitions, rest] puts together.
 *
 * @throws RangeError unless the kernel is 4-D, the block is 1 high and wide, and its size divides the kernel's evenly.
 */
export function groupBlocks(shape: readonly number[], block: BlockShape): Grouping {
  const [repetitions, depth, height, width] = block;
  if (shape.length !== 4)
    throw new RangeError(`Blocks exist in convolution kernels, got the shape [${shape.join(', ')}]`);
  if (height !== 1 || width !== 1) throw new RangeError(`A block is 1 high and 1 wide, got ${height} × ${width}`);
  const { area, inputs, outputs } = layoutOf(shape);
  const size = area * inputs * outputs;
  const groupSize = repetitions * depth;
  const divisible = depth > 1 ? inputs * outputs : size;
  const runs = Math.floor(outputs / repetitions);
  if (!(groupSize >= 1) || divisible % groupSize !== 0 || (depth === 1 && size % (runs * groupSize) !== 0)) {
    throw new RangeError(
      `Blocks of ${repetitions} · ${depth} weights do not divide the kernel [${shape.join(', ')}] evenly`,
    );
  }
  const rest = size / (runs * repetitions);
  const groupOfIndex = (index: number): number => {
    const filter = index % outputs;
    const channel = Math.floor(index / outputs) % inputs;
    const position = Math.floor(index / (outputs * inputs));
    if (depth > 1) return Math.floor((filter * inputs + channel) / groupSize) * area + position;
    const stored = (filter * inputs + channel) * area + position;
    return Math.floor(stored / (repetitions * rest)) * rest + (stored % rest);
  };
  return lazyGrouping(size / groupSize, groupSize, () => numberElements(size, groupOfIndex));
}

/** Merges runs of `length` consecutive groups into one; a shorter run at the end is refused. */
export function mergeGroups(grouping: Grouping, length: number): Grouping {
  if (grouping.groupCount % length !== 0) {
    throw new RangeError(`${grouping.groupCount} structures cannot be taken in groups of ${length}`);
  }
  return lazyGrouping(grouping.groupCount / length, grouping.groupSize * length, () =>
    grouping.groupOf.map((group) => Math.floor(group / length)),
  );
}

/** The mask of a tensor from one number per group. */
export function expandGroups(groups: ArrayLike<number>, { groupCount, groupOf }: Grouping): Float32Array {
  if (groups.length !== groupCount) {
    throw new RangeError(`A map of ${groups.length} structures does not fit a tensor with ${groupCount}`);
  }
  return Float32Array.from(groupOf, (group) => groups[group]!);
}
