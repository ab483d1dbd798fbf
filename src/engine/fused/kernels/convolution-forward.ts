import type { ActivationKind } from '../blocks.ts';
import { type MapShape, pixelIndex, pixelStep, type Placement } from '../placement.ts';
import { type Bound, coverBy, coverStart, divisorUpTo, each, hoisted, type Kernel } from '../shader.ts';
import { observeText, rangeDeclarations } from '../tracked-ranges.ts';
import type { Tuning } from '../tuning.ts';
import { activationText } from './activation.ts';
import { Bindings, storeValue, valueAt, valuesOf } from './bindings.ts';
import { type QuantizedActivation, rangeNames } from './quantized-activation.ts';
import { channelDeclarations, channelLanes, type ChannelStage, stagesText } from './channel-work.ts';

/** What a convolution reads: vectors of channels, or images of up to three channels without filling. */
export type ConvolutionInput =
  | { readonly kind: 'vectors'; readonly place: Placement; readonly bound: Bound }
  | {
      readonly kind: 'image';
      readonly rows: number;
      readonly columns: number;
      readonly channels: number;
      readonly bound: Bound;
    };

export interface ConvolutionShape {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly output: MapShape;
}

/** Where a layer's weights begin in the arena of parameters, in vectors. */
export interface AffineWeights {
  readonly arena: Bound;
  readonly kernel: number;
  readonly bias: number | null;
}

/** Where an affine kernel leaves what it computed. */
export type AffineOutput =
  /** As it is, for others to go on with. `observed`: who wants to see its extremes. */
  | {
      readonly kind: 'raw';
      readonly place: Placement;
      readonly bound: Bound;
      readonly observed: QuantizedActivation | null;
    }
  | {
      readonly kind: 'activated';
      readonly activation: ActivationKind | null;
      readonly place: Placement;
      readonly bound: Bound;
    }
  /** Largest of windows of 2 × 2. `codes`: of each value which of the window it was, 4 for none above zero. */
  | {
      readonly kind: 'pooled';
      readonly activation: ActivationKind | null;
      readonly place: Placement;
      readonly bound: Bound;
      readonly codes: Bound;
    };

export interface ConvolutionForward {
  readonly label: string;
  readonly batch: number;
  readonly tuning: Tuning;
  readonly shape: ConvolutionShape;
  readonly input: ConvolutionInput;
  readonly weights: AffineWeights;
  readonly output: AffineOutput;
  /** What becomes of the output in the same dispatch. */
  readonly stages?: readonly ChannelStage[];
}

const workgroupSize = 64;

export interface Tile {
  /** Positions of the convolution's output, [rows, columns]. */
  readonly rows: number;
  readonly columns: number;
  /** Vectors of output channels: four invocations have a channel each of every one. */
  readonly vectors: number;
  readonly cover: ReturnType<typeof coverBy>;
}

/** The part of the output that four invocations compute; it divides the output evenly. */
function chooseTile({ shape, output, tuning, stages = [] }: ConvolutionForward): Tile {
  const [height, width, channels] = shape.output;
  const all = Math.ceil(channels / 4);
  // With stages, a workgroup has all positions: two of them at least shall be busy.
  const own = divisorUpTo(all, Math.min(4, all / 2));
  const cover = stages.length > 0 ? { size: own, count: all / own } : coverBy(all, 4);
  const vectors = cover.size;
  const positions = Math.max(1, Math.floor((tuning.registers * 2) / vectors));
  const isPooled = output.kind === 'pooled';
  const columns = isPooled ? 2 * divisorUpTo(width / 2, positions / 4) : divisorUpTo(width, positions);
  return { rows: isPooled ? 2 : divisorUpTo(height, Math.min(4, positions / columns)), columns, vectors, cover };
}

/**
 * Convolution of a batch with bias, and where the output says so activation and pooling. Four invocations side by side have
 * the four channels of the same vectors at the same positions: they read the same input and neighbouring weights, which
 * processors and graphics cards both like. Sums are in registers, the columns of the kernel unrolled.
 *
 * With stages, a workgroup has its channels of the whole batch and goes on with them.
 */
export function convolutionForward(convolution: ConvolutionForward): Kernel {
  const { label, batch, shape, input, weights, output, stages = [] } = convolution;
  const [height, width, channels] = shape.output;
  const tile = chooseTile(convolution);
  const [tileRows, tileColumns] = [height / tile.rows, width / tile.columns];
  const vectors = Math.ceil(channels / 4);
  const groups = tile.cover.count;
  const perGroup = batch * tileRows * tileColumns;
  const codes = output.kind === 'pooled' ? { codes: output.codes } : {};
  const bindings = new Bindings({
    reads: { x: valuesOf(input.bound), w: valuesOf(weights.arena) },
    writes: { y: valuesOf(output.bound), ...codes },
  });
  const work = `
let tileX = item % ${String(tileColumns)}u;
let tileY = (item / ${String(tileColumns)}u) % ${String(tileRows)}u;
let sample = item / ${String(tileColumns * tileRows)}u;
${each(tile.vectors, (vector) => `let bias${String(vector)} = ${biasValue(weights, vector)};`)}
${sums(tile, (sum, vector) => `var ${sum} = bias${String(vector)};`)}
${sumLoop(convolution, tile)}
${writeTile(output, tile)}
${observeTile(convolution, tile, bindings)}`;
  if (stages.length === 0) {
    const count = perGroup * groups * 4;
    return {
      label,
      ...bindings.kernel,
      declarations: rangeDeclarations,
      workgroupSize,
      workgroups: Math.ceil(count / workgroupSize),
      body: `
if (index >= ${String(count)}u) { return; }
let quad = index % 4u;
let item = (index / 4u) % ${String(perGroup)}u;
let first = ${coverStart(`index / ${String(4 * perGroup)}u`, vectors, tile.cover)};
${work}`,
    };
  }
  const body = `
let first = ${coverStart('group', vectors, tile.cover)};
let quad = lane % 4u;
for (var item = lane / 4u; item < ${String(perGroup)}u; item += ${String(channelLanes / 4)}u) { ${work} }
${stagesText(stages, bindings, 'first', tile.vectors)}`;
  return {
    label,
    ...bindings.kernel,
    usesStep: true,
    workgroupSize: channelLanes,
    workgroups: groups,
    declarations: channelDeclarations,
    body,
  };
}

export const sumName = (row: number, column: number, vector: number): string =>
  `s${String(row)}_${String(column)}_${String(vector)}`;

function sums(tile: Tile, line: (sum: string, vector: number, row: number, column: number) => string): string {
  return each(tile.rows, (row) =>
    each(tile.columns, (column) =>
      each(tile.vectors, (vector) => line(sumName(row, column, vector), vector, row, column)),
    ),
  );
}

export function biasText({ bias }: AffineWeights, vector: string): string {
  return bias === null ? 'vec4f()' : `w[${hoisted('bias', bias)} + ${vector}]`;
}

export function biasValue({ bias }: AffineWeights, vector: number): string {
  return bias === null ? '0.0' : `w[(${hoisted('bias', bias)} + ${String(vector)}u + first) * 4u + quad]`;
}

function sumLoop({ shape, weights, input }: ConvolutionForward, tile: Tile): string {
  const { kernel, stride, padding } = shape;
  const vectors = Math.ceil(shape.output[2] / 4);
  const inputColumns = (tile.columns - 1) * stride + kernel;
  const grid = inputGrid(input, padding);
  const value = (row: number, column: number): string => `x${String(row)}_${String(column)}`;
  return `
let origin = ${grid.origin('sample', `tileY * ${String(tile.rows * stride)}u`, `tileX * ${String(tile.columns * stride)}u`)};
for (var ky = 0u; ky < ${String(kernel)}u; ky++) {
  for (var ci = 0u; ci < ${String(grid.channels)}u; ci++) {
    let at = origin + ky * ${String(grid.rowStep)}u + ci;
    ${each(tile.rows, (row) =>
      each(
        inputColumns,
        (column) =>
          `let ${value(row, column)} = ${valueAt(input.bound, `x[at + ${String(row * stride * grid.rowStep + column * grid.columnStep)}u]`)};`,
      ),
    )}
    ${each(
      kernel,
      (kx) => `{
      let base = (${hoisted('kernel', weights.kernel)} + ((ky * ${String(kernel)}u + ${String(kx)}u) * ${String(grid.columnStep)}u + ci) * ${String(vectors)}u + first) * 4u + quad;
      ${each(tile.vectors, (vector) => `let w${String(vector)} = w[base + ${String(vector * 4)}u];`)}
      ${sums(tile, (sum, vector, y, column) => `${sum} += ${value(y, column * stride + kx)} * w${String(vector)};`)}
    }`,
    )}
  }
}`;
}

/** How the values of a convolution's input lie, counted in values. */
export interface InputGrid {
  readonly channels: number;
  /** From a pixel to the next, which are also the rows of a kernel's column with filling. */
  readonly columnStep: number;
  readonly rowStep: number;
  /** WGSL of the first value of the window at a position of the padded input. */
  readonly origin: (sample: string, y: string, x: string) => string;
}

export function inputGrid(input: ConvolutionInput, padding: number): InputGrid {
  if (input.kind === 'image') {
    const { rows, columns, channels } = input;
    const rowStep = columns * channels;
    const origin: InputGrid['origin'] = (sample, y, x) =>
      `((${sample} * ${String(rows)}u + ${y}) * ${String(rowStep)}u + (${x}) * ${String(channels)}u)`;
    return { channels, columnStep: channels, rowStep, origin };
  }
  const { place } = input;
  const shifted = { ...place, border: place.border - padding };
  return {
    channels: place.channels,
    columnStep: place.vectors * 4,
    rowStep: place.columns * place.vectors * 4,
    origin: (sample, y, x) => `(${pixelIndex(shifted, sample, y, x)} * 4u)`,
  };
}

export function writeTile(output: AffineOutput, tile: Tile): string {
  if (output.kind === 'pooled') {
    return each(tile.vectors, (vector) =>
      each(tile.columns / 2, (window) => writeWindow(output, tile, window, vector)),
    );
  }
  const { place } = output;
  const corner = pixelIndex(place, 'sample', `tileY * ${String(tile.rows)}u`, `tileX * ${String(tile.columns)}u`);
  const writes = sums(tile, (sum, vector, row, column) => {
    const isPlain = output.kind === 'raw' || output.activation === null;
    const value = isPlain ? sum : `${activationText(output.activation, `vec4f(${sum})`)}.x`;
    return storeValue(output.bound, `y[to + ${String((pixelStep(place, row, column) + vector) * 4)}u]`, value);
  });
  return `let to = (${corner} + first) * 4u + quad;\n${writes}`;
}

export function observeTile({ output, shape }: ConvolutionForward, tile: Tile, bindings: Bindings): string {
  if (output.kind !== 'raw' || output.observed === null) return '';
  const channels = String(shape.output[2]);
  const values: string[] = [];
  sums(tile, (sum, vector) => {
    // Beyond the last channel another value of this invocation stands in.
    const isFilled = `(first + ${String(vector)}u) * 4u + quad >= ${channels}u`;
    values.push(shape.output[2] % 4 === 0 ? sum : `select(${sum}, ${sumName(0, 0, 0)}, ${isFilled})`);
    return '';
  });
  const vectors = Array.from({ length: Math.ceil(values.length / 4) }, (_, at) => {
    const parts = [0, 1, 2, 3].map((lane) => values[Math.min(at * 4 + lane, values.length - 1)]!);
    return `vec4f(${parts.join(', ')})`;
  });
  return `if (first * 4u + quad < ${channels}u) {
  ${observeText(output.observed.module, rangeNames(output.observed, bindings), vectors)}
}`;
}

/** The first of the largest values of a window, and where it was. The activation comes after: it keeps the order. */
function writeWindow(
  { activation, place, bound }: Extract<AffineOutput, { kind: 'pooled' }>,
  tile: Tile,
  window: number,
  vector: number,
): string {
  const values = [0, 1, 2, 3].map((at) => sumName(at >> 1, window * 2 + (at & 1), vector));
  const x = `tileX * ${String(tile.columns / 2)}u + ${String(window)}u`;
  const codePlace = { ...place, offset: null, border: 0, rows: place.height, columns: place.width };
  const index = (at: Placement): string =>
    `(${pixelIndex(at, 'sample', 'tileY', x)} + first + ${String(vector)}u) * 4u + quad`;
  const compared = values
    .slice(1)
    .map(
      (value, before) =>
        `{ let isLarger = ${value} > largest; largest = select(largest, ${value}, isLarger); code = select(code, ${String(before + 1)}u, isLarger); }`,
    );
  return `{
  var largest = ${values[0]!};
  var code = 0u;
  ${compared.join('\n  ')}
  ${activation === 'relu' ? 'code = select(4u, code, largest > 0.0);' : ''}
  ${storeValue(bound, `y[${index(place)}]`, `${activationText(activation, 'vec4f(largest)')}.x`)}
  codes[${index(codePlace)}] = code;
}`;
}
