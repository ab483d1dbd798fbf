import { offsetText, pixelIndex, type Placement, vectorsOf } from '../placement.ts';
import { divisorUpTo, each, hoisted, type Kernel } from '../shader.ts';
import { rangeDeclarations } from '../tracked-ranges.ts';
import { Bindings, valueAt, valuesOf } from './bindings.ts';
import { channelDeclarations, channelLanes, stagesText } from './channel-work.ts';
import { type ConvolutionBackward, type InputPart, inputGroups, wholeChannels } from './convolution-backward.ts';
import {
  biasValue,
  type ConvolutionForward,
  type ConvolutionInput,
  type ConvolutionShape,
  inputGrid,
  observeTile,
  sumName,
  type Tile,
  writeTile,
} from './convolution-forward.ts';
import type { SumLayout } from './gradient-sums.ts';
import { type InputGradient, inputGradientFinish, inputGradientSetup, inputGradientText } from './input-gradient.ts';

/**
 * Convolutions of each channel by itself. An invocation has one channel at some positions side by side, with its sums in
 * registers; its neighbours have the channels next to it, which lie next to it in maps and kernel alike. Otherwise these are
 * the kernels of convolutions, with the same inputs, outputs, tails and sums.
 */

const workgroupSize = channelLanes;

/** Positions in a row that an invocation takes: more of them load less of the input twice. */
const mostColumns = 8;

/** How the gradients of kernel and bias are summed up: in so many pieces of the batch, so many vectors each. */
export function depthwiseSums({
  batch,
  shape,
  tuning,
}: Pick<ConvolutionBackward, 'batch' | 'shape' | 'tuning'>): Omit<SumLayout, 'offset'> {
  let pieces = 1;
  while (pieces * kernelCells(shape) < tuning.invocations && batch % (pieces * 2) === 0) pieces *= 2;
  const vectors = vectorsOf(shape.output[2]);
  const kernelLength = shape.kernel ** 2 * vectors;
  return { pieces, kernelLength, length: kernelLength + vectors };
}

/** Invocations for one piece: a row of the kernel of a channel each. */
const kernelCells = ({ kernel, output }: ConvolutionShape): number => kernel * vectorsOf(output[2]) * 4;

/** As `convolutionForward`. With stages, a workgroup has a vector of channels of the whole batch and goes on with them. */
export function depthwiseForward(convolution: ConvolutionForward): Kernel {
  const { label, batch, shape, input, weights, output, stages = [] } = convolution;
  const [height, width, channels] = shape.output;
  const vectors = vectorsOf(channels);
  const tile = chooseTile(convolution);
  const [tileRows, tileColumns] = [height / tile.rows, width / tile.columns];
  const items = batch * tileRows * tileColumns;
  const codes = output.kind === 'pooled' ? { codes: output.codes } : {};
  const bindings = new Bindings({
    reads: { x: valuesOf(input.bound), w: valuesOf(weights.arena) },
    writes: { y: valuesOf(output.bound), ...codes },
  });
  const work = `
let tileX = item % ${String(tileColumns)}u;
let tileY = (item / ${String(tileColumns)}u) % ${String(tileRows)}u;
let sample = item / ${String(tileColumns * tileRows)}u;
let bias0 = ${biasValue(weights, 0)};
${each(tile.rows, (row) => each(tile.columns, (column) => `var ${sumName(row, column, 0)} = bias0;`))}
${sumLoop(convolution, tile)}
${writeTile(output, tile)}
${observeTile(convolution, tile, bindings)}`;
  if (stages.length > 0) {
    const body = `
let first = group;
let quad = lane % 4u;
for (var item = lane / 4u; item < ${String(items)}u; item += ${String(channelLanes / 4)}u) { ${work} }
${stagesText(stages, bindings, 'first', 1)}`;
    return {
      label,
      ...bindings.kernel,
      usesStep: true,
      workgroupSize,
      workgroups: vectors,
      declarations: channelDeclarations,
      body,
    };
  }
  const count = items * vectors * 4;
  return {
    label,
    ...bindings.kernel,
    declarations: rangeDeclarations,
    workgroupSize,
    workgroups: Math.ceil(count / workgroupSize),
    body: `
if (index >= ${String(count)}u) { return; }
${placeText(vectors)}
${work}`,
  };
}

/** Which channel of which item an invocation has. */
function placeText(vectors: number): string {
  return `let quad = index % 4u;
let first = (index / 4u) % ${String(vectors)}u;
let item = index / ${String(vectors * 4)}u;`;
}

function chooseTile({ shape, output }: ConvolutionForward): Tile {
  const [, width] = shape.output;
  const isPooled = output.kind === 'pooled';
  const columns = isPooled ? 2 * divisorUpTo(width / 2, mostColumns / 2) : divisorUpTo(width, mostColumns);
  return { rows: isPooled ? 2 : 1, columns, vectors: 1, cover: { size: 1, count: vectorsOf(shape.output[2]) } };
}

function sumLoop({ shape, weights, input }: ConvolutionForward, tile: Tile): string {
  const { kernel, stride, padding } = shape;
  const step = vectorsOf(shape.output[2]) * 4;
  const grid = inputGrid(input, padding);
  const value = (row: number, column: number): string => `x${String(row)}_${String(column)}`;
  const inputColumns = (tile.columns - 1) * stride + kernel;
  return `
let channel = first * 4u + quad;
let origin = ${grid.origin('sample', `tileY * ${String(tile.rows * stride)}u`, `tileX * ${String(tile.columns * stride)}u`)} + channel;
for (var ky = 0u; ky < ${String(kernel)}u; ky++) {
  let at = origin + ky * ${String(grid.rowStep)}u;
  let taps = ${hoisted('kernel', weights.kernel)} * 4u + ky * ${String(kernel * step)}u + channel;
  ${each(kernel, (kx) => `let w${String(kx)} = w[taps + ${String(kx * step)}u];`)}
  ${each(tile.rows, (row) =>
    each(
      inputColumns,
      (column) =>
        `let ${value(row, column)} = ${valueAt(input.bound, `x[at + ${String(row * stride * grid.rowStep + column * grid.columnStep)}u]`)};`,
    ),
  )}
  ${each(tile.rows, (row) =>
    each(tile.columns, (column) =>
      each(kernel, (kx) => `${sumName(row, column, 0)} += ${value(row, column * stride + kx)} * w${String(kx)};`),
    ),
  )}
}`;
}

/** As `convolutionBackward`: gradients of kernel, bias and input in one dispatch; deterministic. */
export function depthwiseBackward(convolution: ConvolutionBackward): Kernel {
  const { label, shape, input, sums, weights, gradient, inputGradient: target, stages = [] } = convolution;
  const hasStages = stages.length > 0;
  const bindings = new Bindings({
    reads: { x: valuesOf(input.bound), dz: valuesOf(gradient), ...(target && { w: valuesOf(weights.arena) }) },
    writes: { sums: valuesOf(sums.bound) },
  });
  const rest = target ? inputPart(convolution, target, bindings) : null;
  const restGroups = rest === null ? 0 : inputGroups(rest, hasStages);
  const restText = (part: InputPart): string => (hasStages ? wholeChannels(part, stages, bindings) : singleItems(part));
  const kernelCount = kernelCells(shape) * sums.pieces;
  // The work on the input comes first: what follows waits for it.
  const body = `
if (group < ${String(restGroups)}u) {
  ${rest === null ? '' : restText(rest)}
} else {
  let cell = index - ${String(restGroups * workgroupSize)}u;
  if (cell >= ${String(kernelCount)}u) { return; }
  ${kernelPart(convolution)}
}`;
  return {
    label,
    ...bindings.kernel,
    usesStep: hasStages,
    workgroupSize,
    workgroups: restGroups + Math.ceil(kernelCount / workgroupSize),
    declarations: hasStages ? channelDeclarations : rangeDeclarations,
    body,
  };
}

function singleItems({ vectors, perGroup, text }: InputPart): string {
  return `
  if (index >= ${String(vectors * perGroup * 4)}u) { return; }
  ${placeText(vectors)}
  ${text}`;
}

/** A window of the input slides along each row of the output, its columns in registers. */
function kernelPart({ batch, shape, input, gradient, gradientPlace, sums, weights }: ConvolutionBackward): string {
  const { kernel, stride } = shape;
  const [height, width, channels] = shape.output;
  const step = vectorsOf(channels) * 4;
  const grid = inputGrid(input, shape.padding);
  const kept = Math.max(0, kernel - stride);
  const errorStep = gradientPlace.spacing * step;
  const load = (kx: number, from: string): string =>
    `x${String(kx)} = ${valueAt(input.bound, `x[${from} + ${String(kx * step)}u]`)};`;
  const samples = String(batch / sums.pieces);
  return `
  let channel = cell % ${String(step)}u;
  let ky = (cell / ${String(step)}u) % ${String(kernel)}u;
  let piece = cell / ${String(step * kernel)}u;
  ${each(kernel, (kx) => `var s${String(kx)} = 0.0;`)}
  var bias = 0.0;
  for (var b = piece * ${samples}u; b < (piece + 1u) * ${samples}u; b++) {
    for (var y = 0u; y < ${String(height)}u; y++) {
      let origin = ${grid.origin('b', `y * ${String(stride)}u + ky`, '0u')} + channel;
      let errors = ${pixelIndex(gradientPlace, 'b', 'y', '0u')} * 4u + channel;
      ${each(kernel, (kx) => `var ${load(kx, 'origin')}`)}
      for (var column = 0u; column < ${String(width)}u; column++) {
        let error = ${valueAt(gradient, `dz[errors + column * ${String(errorStep)}u]`)};
        bias += error;
        ${each(kernel, (kx) => `s${String(kx)} += x${String(kx)} * error;`)}
        if (column + 1u < ${String(width)}u) {
          let next = origin + (column + 1u) * ${String(stride * step)}u;
          ${each(kept, (kx) => `x${String(kx)} = x${String(kx + stride)};`)}
          ${each(kernel - kept, (at) => load(kept + at, 'next'))}
        }
      }
    }
  }
  let to = (${hoisted('sums', sums.offset)} + piece * ${String(sums.length)}u) * 4u + channel;
  ${each(kernel, (kx) => `sums[to + (ky * ${String(kernel)}u + ${String(kx)}u) * ${String(step)}u] = s${String(kx)};`)}
  ${weights.bias === null ? '' : `if (ky == 0u) { sums[to + ${String(sums.kernelLength * 4)}u] = bias; }`}`;
}

/** The gradient of the input is a convolution of the placed gradient with the kernel turned by half a circle. */
function inputPart(
  { batch, shape, input, inputSize, gradient, gradientPlace, weights }: ConvolutionBackward,
  target: InputGradient,
  bindings: Bindings,
): InputPart {
  const { kernel } = shape;
  const [height, width] = inputSize;
  const { vectors } = placeOf(input);
  const step = vectors * 4;
  const columns = divisorUpTo(width, mostColumns);
  const groups = width / columns;
  const { border, spacing, rows, offset } = gradientPlace;
  const last = border + (gradientPlace.height - 1) * spacing;
  const reach = kernel - 1;
  const sum = (column: number): string => `s${String(column)}`;
  const all = (line: (column: number) => string): string => each(columns, line);
  const site = (column: number) => ({ sample: 'sample', y: 'y', x: `(left + ${String(column)}u)`, vector: 'first' });
  bindings.isSingle = true;
  const text = `
  let left = (item % ${String(groups)}u) * ${String(columns)}u;
  let y = (item / ${String(groups)}u) % ${String(height)}u;
  let sample = item / ${String(groups * height)}u;
  let channel = first * 4u + quad;
  ${all((column) => `var ${sum(column)} = 0.0;`)}
  // Rows of the kernel that meet nothing but the border are left out.
  let lowest = y + ${String(reach)}u - min(y + ${String(reach)}u, ${String(last)}u);
  let highest = min(${String(reach)}u, y + ${String(reach)}u - ${String(border)}u);
  for (var ky = lowest; ky <= highest; ky++) {
    let errors = (${offsetText(offset)}((sample * ${String(rows)}u + y + ${String(reach)}u - ky) * ${String(gradientPlace.columns)}u + left) * ${String(vectors)}u) * 4u + channel;
    let taps = ${hoisted('kernel', weights.kernel)} * 4u + ky * ${String(kernel * step)}u + channel;
    ${each(columns + reach, (at) => `let e${String(at)} = ${valueAt(gradient, `dz[errors + ${String(at * step)}u]`)};`)}
    ${each(
      kernel,
      (kx) => `{
      let tap = w[taps + ${String(kx * step)}u];
      ${all((column) => `${sum(column)} += e${String(column + reach - kx)} * tap;`)}
    }`,
    )}
  }
  ${inputGradientSetup(target, bindings)}
  ${all((column) => inputGradientText(target, { ...site(column), gradient: `vec4f(${sum(column)})` }, bindings))}
  ${inputGradientFinish(target, bindings, site(0))}`;
  bindings.isSingle = false;
  return {
    vectors,
    owned: 1,
    cover: { size: 1, count: vectors },
    perGroup: batch * height * groups,
    text,
  };
}

function placeOf(input: ConvolutionInput): Placement {
  if (input.kind === 'image') throw new RangeError('A depthwise convolution reads vectors of channels');
  return input.place;
}
