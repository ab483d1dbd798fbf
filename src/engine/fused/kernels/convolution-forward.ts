import type { ActivationKind } from '../blocks.ts';
import { type MapShape, pixelIndex, type Placement } from '../placement.ts';
import { type Bound, divisorUpTo, each, type Kernel, lanes } from '../shader.ts';
import { observeText, rangeDeclarations } from '../tracked-ranges.ts';
import type { Tuning } from '../tuning.ts';
import { activationText } from './activation.ts';
import { Bindings } from './bindings.ts';
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
  /** Largest of windows of 2 × 2. `codes`: per vector, four times four bits: which of the window it was, 4 for none above zero. */
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

const workgroupSize = 16;

interface Tile {
  /** Positions of the convolution's output, [rows, columns]. */
  readonly rows: number;
  readonly columns: number;
  /** Vectors of output channels. */
  readonly vectors: number;
}

/** The part of the output that one invocation computes; it divides the output evenly. */
function chooseTile({ shape, output, tuning }: ConvolutionForward): Tile {
  const [height, width, channels] = shape.output;
  const vectors = divisorUpTo(Math.ceil(channels / 4), 2);
  const positions = Math.max(1, Math.floor(tuning.registers / vectors));
  const isPooled = output.kind === 'pooled';
  const columns = isPooled ? 2 * divisorUpTo(width / 2, positions / 4) : divisorUpTo(width, positions);
  return { rows: isPooled ? 2 : divisorUpTo(height, Math.min(4, positions / columns)), columns, vectors };
}

/**
 * Convolution of a batch with bias, and where the output says so activation and pooling: a tile of positions and output
 * channels per invocation, its sums in registers, the columns of the kernel unrolled.
 *
 * With stages, a workgroup has its channels of the whole batch and goes on with them.
 */
export function convolutionForward(convolution: ConvolutionForward): Kernel {
  const { label, batch, shape, input, weights, output, stages = [] } = convolution;
  const [height, width, channels] = shape.output;
  const tile = chooseTile(convolution);
  const [tileRows, tileColumns] = [height / tile.rows, width / tile.columns];
  const groups = Math.ceil(channels / 4) / tile.vectors;
  const perGroup = batch * tileRows * tileColumns;
  const codes = output.kind === 'pooled' ? { codes: output.codes } : {};
  const fixed = { reads: { x: input.bound, w: weights.arena }, writes: { y: output.bound, ...codes } };
  const bindings = new Bindings(fixed);
  const work = `
let tileX = item % ${String(tileColumns)}u;
let tileY = (item / ${String(tileColumns)}u) % ${String(tileRows)}u;
let sample = item / ${String(tileColumns * tileRows)}u;
${sums(tile, (sum, vector) => `var ${sum} = ${biasText(weights, `first + ${String(vector)}u`)};`)}
${input.kind === 'vectors' ? vectorLoop(convolution, input.place, tile) : imageLoop(convolution, input, tile)}
${each(tile.vectors, (vector) => writeVector(output, tile, vector))}
${observeTile(convolution, tile, bindings)}`;
  if (stages.length === 0) {
    return {
      label,
      ...bindings.kernel,
      declarations: rangeDeclarations,
      workgroupSize,
      workgroups: Math.ceil((perGroup * groups) / workgroupSize),
      body: `
if (index >= ${String(perGroup * groups)}u) { return; }
let item = index % ${String(perGroup)}u;
let first = (index / ${String(perGroup)}u) * ${String(tile.vectors)}u;
${work}`,
    };
  }
  const body = `
let first = group * ${String(tile.vectors)}u;
for (var item = lane; item < ${String(perGroup)}u; item += ${String(channelLanes)}u) { ${work} }
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

const sumName = (row: number, column: number, vector: number): string =>
  `s${String(row)}_${String(column)}_${String(vector)}`;

function sums(tile: Tile, line: (sum: string, vector: number, row: number, column: number) => string): string {
  return each(tile.rows, (row) =>
    each(tile.columns, (column) =>
      each(tile.vectors, (vector) => line(sumName(row, column, vector), vector, row, column)),
    ),
  );
}

export function biasText({ bias }: AffineWeights, vector: string): string {
  return bias === null ? 'vec4f()' : `w[${String(bias)}u + ${vector}]`;
}

function vectorLoop({ shape, weights }: ConvolutionForward, place: Placement, tile: Tile): string {
  const { kernel, stride, padding } = shape;
  const vectors = Math.ceil(shape.output[2] / 4);
  const inputColumns = (tile.columns - 1) * stride + kernel;
  const shift = place.border - padding;
  const origin = pixelIndex(
    { ...place, border: shift },
    'sample',
    `tileY * ${String(tile.rows * stride)}u`,
    `tileX * ${String(tile.columns * stride)}u`,
  );
  const rowStep = place.columns * place.vectors;
  const input = (row: number, column: number): string => `x${String(row)}_${String(column)}`;
  return `
let origin = ${origin};
for (var ky = 0u; ky < ${String(kernel)}u; ky++) {
  for (var ci = 0u; ci < ${String(place.vectors)}u; ci++) {
    let at = origin + ky * ${String(rowStep)}u + ci;
    ${each(tile.rows, (row) =>
      each(
        inputColumns,
        (column) => `let ${input(row, column)} = x[at + ${String(row * stride * rowStep + column * place.vectors)}u];`,
      ),
    )}
    ${each(kernel, (kx) =>
      each(4, (lane) => {
        const row = `((ky * ${String(kernel)}u + ${String(kx)}u) * ${String(place.vectors * 4)}u + ci * 4u + ${String(lane)}u)`;
        return `{
      let base = ${String(weights.kernel)}u + ${row} * ${String(vectors)}u + first;
      ${each(tile.vectors, (vector) => `let w${String(vector)} = w[base + ${String(vector)}u];`)}
      ${sums(tile, (sum, vector, y, column) => `${sum} += ${input(y, column * stride + kx)}.${lanes[lane]!} * w${String(vector)};`)}
    }`;
      }),
    )}
  }
}`;
}

function imageLoop(
  { shape, weights }: ConvolutionForward,
  image: Extract<ConvolutionInput, { kind: 'image' }>,
  tile: Tile,
): string {
  const { kernel, stride } = shape;
  const vectors = Math.ceil(shape.output[2] / 4);
  const inputColumns = (tile.columns - 1) * stride + kernel;
  const rowStep = image.columns * image.channels;
  const input = (row: number, column: number): string => `x${String(row)}_${String(column)}`;
  return `
let origin = (sample * ${String(image.rows)}u + tileY * ${String(tile.rows * stride)}u) * ${String(rowStep)}u + tileX * ${String(tile.columns * stride * image.channels)}u;
for (var ky = 0u; ky < ${String(kernel)}u; ky++) {
  for (var ci = 0u; ci < ${String(image.channels)}u; ci++) {
    let at = origin + ky * ${String(rowStep)}u + ci;
    ${each(tile.rows, (row) =>
      each(
        inputColumns,
        (column) => `let ${input(row, column)} = x[at + ${String(row * stride * rowStep + column * image.channels)}u];`,
      ),
    )}
    ${each(
      kernel,
      (kx) => `{
      let base = ${String(weights.kernel)}u + ((ky * ${String(kernel)}u + ${String(kx)}u) * ${String(image.channels)}u + ci) * ${String(vectors)}u + first;
      ${each(tile.vectors, (vector) => `let w${String(vector)} = w[base + ${String(vector)}u];`)}
      ${sums(tile, (sum, vector, y, column) => `${sum} += ${input(y, column * stride + kx)} * w${String(vector)};`)}
    }`,
    )}
  }
}`;
}

function writeVector(output: AffineOutput, tile: Tile, vector: number): string {
  if (output.kind === 'pooled') {
    return each(tile.columns / 2, (window) => writeWindow(output, tile, window, vector));
  }
  return each(tile.rows, (row) =>
    each(tile.columns, (column) => {
      const at = pixelIndex(
        output.place,
        'sample',
        `tileY * ${String(tile.rows)}u + ${String(row)}u`,
        `tileX * ${String(tile.columns)}u + ${String(column)}u`,
      );
      const value = sumName(row, column, vector);
      const written = output.kind === 'raw' ? value : activationText(output.activation, value);
      return `y[${at} + first + ${String(vector)}u] = ${written};`;
    }),
  );
}

function observeTile({ output, shape }: ConvolutionForward, tile: Tile, bindings: Bindings): string {
  if (output.kind !== 'raw' || output.observed === null) return '';
  const last = Math.ceil(shape.output[2] / 4) - 1;
  const values: string[] = [];
  sums(tile, (sum, vector) => {
    values.push(filledText(shape.output[2], sum, `first + ${String(vector)}u == ${String(last)}u`));
    return '';
  });
  return `{ ${observeText(output.observed.module, rangeNames(output.observed, bindings), values)} }`;
}

/** WGSL of a vector whose lanes beyond the last channel repeat its first, if it is the last vector. */
export function filledText(channels: number, value: string, isLast: string): string {
  const used = channels % 4;
  if (used === 0) return value;
  const lanesOf = [0, 1, 2, 3].map((lane) => lanes[lane < used ? lane : 0]!).join('');
  return `select(${value}, ${value}.${lanesOf}, ${isLast})`;
}

/** The first of the largest values of a window, and where it was. The activation comes after: it keeps the order. */
function writeWindow(
  { activation, place }: Extract<AffineOutput, { kind: 'pooled' }>,
  tile: Tile,
  window: number,
  vector: number,
): string {
  const values = [0, 1, 2, 3].map((at) => sumName(at >> 1, window * 2 + (at & 1), vector));
  const at = pixelIndex(place, 'sample', 'tileY', `tileX * ${String(tile.columns / 2)}u + ${String(window)}u`);
  const isCut = activation === 'relu' ? 'code = select(vec4u(4), code, largest > vec4f());' : '';
  return `{
  var largest = ${values[0]!};
  var code = vec4u();
  ${values
    .slice(1)
    .map(
      (value, before) =>
        `{ let isLarger = ${value} > largest; largest = select(largest, ${value}, isLarger); code = select(code, vec4u(${String(before + 1)}), isLarger); }`,
    )
    .join('\n  ')}
  ${isCut}
  let at = ${at} + first + ${String(vector)}u;
  y[at] = ${activationText(activation, 'largest')};
  codes[${pixelIndex({ ...place, offset: 0, border: 0, rows: place.height, columns: place.width }, 'sample', 'tileY', `tileX * ${String(tile.columns / 2)}u + ${String(window)}u`)} + first + ${String(vector)}u] = code.x | (code.y << 4u) | (code.z << 8u) | (code.w << 12u);
}`;
}
