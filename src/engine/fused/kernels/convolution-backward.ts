import { offsetText, pixelIndex, type Placement } from '../placement.ts';
import { type Bound, coverBy, coverStart, divisorUpTo, each, hoisted, type Kernel } from '../shader.ts';
import { rangeDeclarations } from '../tracked-ranges.ts';
import type { Tuning } from '../tuning.ts';
import { type AffineWeights, type ConvolutionInput, type ConvolutionShape, inputGrid } from './convolution-forward.ts';
import { Bindings, valueAt, valuesOf } from './bindings.ts';
import { channelDeclarations, channelLanes, type ChannelStage, stagesText } from './channel-work.ts';
import type { GradientSums } from './gradient-sums.ts';
import {
  type GradientSite,
  type InputGradient,
  inputGradientFinish,
  inputGradientSetup,
  inputGradientText,
} from './input-gradient.ts';

export interface ConvolutionBackward {
  readonly label: string;
  readonly batch: number;
  readonly tuning: Tuning;
  readonly shape: ConvolutionShape;
  readonly input: ConvolutionInput;
  /** Height and width of the input. */
  readonly inputSize: readonly [number, number];
  /** Gradient of the convolution's output, see `placeGradient`. */
  readonly gradient: Bound;
  readonly gradientPlace: Placement;
  readonly weights: AffineWeights;
  readonly sums: GradientSums;
  readonly inputGradient: InputGradient | null;
  /** What becomes of the input's gradient in the same dispatch. */
  readonly stages?: readonly ChannelStage[];
}

const workgroupSize = channelLanes;

/** In how many pieces a batch is summed up. */
export function choosePieces({
  batch,
  shape,
  input,
  tuning,
}: Pick<ConvolutionBackward, 'batch' | 'shape' | 'input' | 'tuning'>): number {
  const perPiece = kernelTile(shape, input, tuning).count;
  let pieces = 1;
  while (pieces * perPiece < tuning.invocations && batch % (pieces * 2) === 0) pieces *= 2;
  return pieces;
}

/** Vectors of a kernel. */
export function kernelLength(shape: ConvolutionShape, input: ConvolutionInput): number {
  const vectors = Math.ceil(shape.output[2] / 4);
  const channels = input.kind === 'image' ? input.channels : input.place.vectors * 4;
  return shape.kernel ** 2 * channels * vectors;
}

interface KernelTile {
  /** Input channels and vectors of outputs that four invocations have. */
  readonly channels: number;
  readonly vectors: number;
  readonly cover: ReturnType<typeof coverBy>;
  /** Quads of invocations per row of the kernel, and in all invocations for one piece. */
  readonly perRow: number;
  readonly count: number;
}

function kernelTile({ kernel, output }: ConvolutionShape, input: ConvolutionInput, tuning: Tuning): KernelTile {
  const outputs = Math.ceil(output[2] / 4);
  const cover = coverBy(outputs, 4);
  const vectors = cover.size;
  const inner = inputGrid(input, 0).columnStep;
  const channels = divisorUpTo(inner, Math.max(1, (tuning.registers * 2) / (kernel * vectors)));
  const perRow = (inner / channels) * cover.count;
  return { channels, vectors, cover, perRow, count: kernel * perRow * 4 };
}

/**
 * Gradients of kernel, bias and input of a convolution in one dispatch; deterministic.
 *
 * With stages, a workgroup has its channels of the input's gradient for the whole batch and goes on with them.
 */
export function convolutionBackward(convolution: ConvolutionBackward): Kernel {
  const { label, shape, input, sums, tuning, inputGradient: target, stages = [] } = convolution;
  const hasStages = stages.length > 0;
  const bindings = new Bindings({
    reads: {
      x: valuesOf(input.bound),
      dz: valuesOf(convolution.gradient),
      ...(target && { w: valuesOf(convolution.weights.arena) }),
    },
    writes: { sums: valuesOf(sums.bound) },
  });
  const rest = target ? inputPart(convolution, target, bindings) : null;
  const restGroups = rest === null ? 0 : inputGroups(rest, hasStages);
  const restText = (part: InputPart): string => (hasStages ? wholeChannels(part, stages, bindings) : singleItems(part));
  const kernelCount = kernelTile(shape, input, tuning).count * sums.pieces;
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

/** Work on some vectors of channels of the input, item by item, a channel of each per invocation. */
export interface InputPart {
  readonly vectors: number;
  readonly owned: number;
  readonly cover: ReturnType<typeof coverBy>;
  readonly perGroup: number;
  /** Knows `item`, `first` and `quad`. */
  readonly text: string;
}

function singleItems({ vectors, cover, perGroup, text }: InputPart): string {
  return `
  if (index >= ${String(cover.count * perGroup * 4)}u) { return; }
  let quad = index % 4u;
  let item = (index / 4u) % ${String(perGroup)}u;
  let first = ${coverStart(`index / ${String(4 * perGroup)}u`, vectors, cover)};
  ${text}`;
}

export function wholeChannels(part: InputPart, stages: readonly ChannelStage[], bindings: Bindings): string {
  const { owned, perGroup, text } = part;
  return `
  let first = group * ${String(owned)}u;
  let quad = lane % 4u;
  for (var item = lane / 4u; item < ${String(perGroup)}u; item += ${String(channelLanes / 4)}u) { ${text} }
  ${stagesText(stages, bindings, 'first', owned)}`;
}

export function inputGroups({ cover, perGroup }: InputPart, hasStages: boolean): number {
  const groups = cover.count;
  return hasStages ? groups : Math.ceil((groups * perGroup * 4) / workgroupSize);
}

/** A window of the input slides along each row of the output, its columns in registers. */
function kernelPart(convolution: ConvolutionBackward): string {
  const { batch, shape, input, gradient, gradientPlace, sums, weights, tuning } = convolution;
  const { kernel, stride } = shape;
  const [height, width, channels] = shape.output;
  const outputs = Math.ceil(channels / 4);
  const tile = kernelTile(shape, input, tuning);
  const groups = tile.cover.count;
  const grid = inputGrid(input, shape.padding);
  const step = grid.columnStep;
  const sum = (kx: number, channel: number, vector: number): string =>
    `s${String(kx)}_${String(channel)}_${String(vector)}`;
  const all = (line: (kx: number, channel: number, vector: number) => string): string =>
    each(kernel, (kx) => each(tile.channels, (channel) => each(tile.vectors, (vector) => line(kx, channel, vector))));
  const value = (kx: number, channel: number): string => `x${String(kx)}_${String(channel)}`;
  const columns = (count: number, line: (kx: number, channel: number) => string): string =>
    each(count, (kx) => each(tile.channels, (channel) => line(kx, channel)));
  const kept = Math.max(0, kernel - stride);
  const errorStep = gradientPlace.spacing * gradientPlace.vectors * 4;
  return `
  let quad = cell % 4u;
  let first = ${coverStart(`(cell / 4u) % ${String(groups)}u`, outputs, tile.cover)};
  let ci = ((cell / ${String(4 * groups)}u) % ${String(step / tile.channels)}u) * ${String(tile.channels)}u;
  let ky = (cell / ${String(4 * tile.perRow)}u) % ${String(kernel)}u;
  let piece = cell / ${String(tile.count)}u;
  ${all((kx, channel, vector) => `var ${sum(kx, channel, vector)} = 0.0;`)}
  ${each(tile.vectors, (vector) => `var bias${String(vector)} = 0.0;`)}
  for (var b = piece * ${String(batch / sums.pieces)}u; b < (piece + 1u) * ${String(batch / sums.pieces)}u; b++) {
    for (var y = 0u; y < ${String(height)}u; y++) {
      let origin = ${grid.origin('b', `y * ${String(stride)}u + ky`, '0u')} + ci;
      let errors = (${pixelIndex(gradientPlace, 'b', 'y', '0u')} + first) * 4u + quad;
      ${columns(kernel, (kx, channel) => `var ${value(kx, channel)} = ${valueAt(input.bound, `x[origin + ${String(kx * step + channel)}u]`)};`)}
      for (var column = 0u; column < ${String(width)}u; column++) {
        ${each(tile.vectors, (vector) => `let e${String(vector)} = ${valueAt(gradient, `dz[errors + column * ${String(errorStep)}u + ${String(vector * 4)}u]`)}; bias${String(vector)} += e${String(vector)};`)}
        ${all((kx, channel, vector) => `${sum(kx, channel, vector)} += ${value(kx, channel)} * e${String(vector)};`)}
        if (column + 1u < ${String(width)}u) {
          let next = origin + (column + 1u) * ${String(stride * step)}u;
          ${columns(kept, (kx, channel) => `${value(kx, channel)} = ${value(kx + stride, channel)};`)}
          ${columns(kernel - kept, (at, channel) => `${value(kept + at, channel)} = ${valueAt(input.bound, `x[next + ${String((kept + at) * step + channel)}u]`)};`)}
        }
      }
    }
  }
  let to = (${hoisted('sums', sums.offset)} + piece * ${String(sums.length)}u + first) * 4u + quad;
  ${all((kx, channel, vector) => {
    const row = `((ky * ${String(kernel)}u + ${String(kx)}u) * ${String(step)}u + ci + ${String(channel)}u)`;
    return `sums[to + (${row} * ${String(outputs)}u + ${String(vector)}u) * 4u] = ${sum(kx, channel, vector)};`;
  })}
  ${
    weights.bias === null
      ? ''
      : `if (ky == 0u && ci == 0u) { ${each(tile.vectors, (vector) => `sums[to + ${String((sums.kernelLength + vector) * 4)}u] = bias${String(vector)};`)} }`
  }`;
}

/** The gradient of the input is a convolution of the placed gradient with the kernel turned by half a circle. */
function inputPart(
  { batch, shape, input, inputSize, gradient, gradientPlace, weights, tuning, stages = [] }: ConvolutionBackward,
  target: InputGradient,
  bindings: Bindings,
): InputPart {
  if (input.kind === 'image') throw new RangeError('Nobody asks for the gradient of an image');
  const { kernel } = shape;
  const [height, width] = inputSize;
  const { vectors } = input.place;
  // What is added or summed up must not be there twice.
  const isOnce = stages.length > 0 || target.kind === 'plain' || target.kind === 'tail';
  const exact = divisorUpTo(vectors, stages.length > 0 ? Math.min(4, vectors / 2) : 4);
  const cover = isOnce ? { size: exact, count: vectors / exact } : coverBy(vectors, 4);
  const owned = cover.size;
  const outputs = gradientPlace.vectors;
  const columns = divisorUpTo(width, Math.min(16, (tuning.registers * 2) / owned));
  const groups = width / columns;
  const { border, spacing, rows, offset } = gradientPlace;
  const last = border + (gradientPlace.height - 1) * spacing;
  const sum = (column: number, vector: number): string => `s${String(column)}_${String(vector)}`;
  const all = (line: (column: number, vector: number) => string): string =>
    each(columns, (column) => each(owned, (vector) => line(column, vector)));
  const row = (kx: number): string =>
    `(ky * ${String(kernel)}u + ${String(kx)}u) * ${String(vectors * 4)}u + first * 4u + quad`;
  const site = (column: number, vector: number): Omit<GradientSite, 'gradient'> => ({
    sample: 'sample',
    y: 'y',
    x: `(left + ${String(column)}u)`,
    vector: `(first + ${String(vector)}u)`,
  });
  bindings.isSingle = true;
  const text = `
  let left = (item % ${String(groups)}u) * ${String(columns)}u;
  let y = (item / ${String(groups)}u) % ${String(height)}u;
  let sample = item / ${String(groups * height)}u;
  ${all((column, vector) => `var ${sum(column, vector)} = 0.0;`)}
  // Rows of the kernel that meet nothing but the border are left out.
  let lowest = y + ${String(kernel - 1)}u - min(y + ${String(kernel - 1)}u, ${String(last)}u);
  let highest = min(${String(kernel - 1)}u, y + ${String(kernel - 1)}u - ${String(border)}u);
  for (var ky = lowest; ky <= highest; ky++) {
    let errors = (${offsetText(offset)}((sample * ${String(rows)}u + y + ${String(kernel - 1)}u - ky) * ${String(gradientPlace.columns)}u + left) * ${String(outputs)}u) * 4u;
    for (var o = 0u; o < ${String(gradientPlace.channels)}u; o++) {
      ${each(columns + kernel - 1, (at) => `let e${String(at)} = ${valueAt(gradient, `dz[errors + ${String(at * outputs * 4)}u + o]`)};`)}
      ${each(
        kernel,
        (kx) => `{
        let base = (${hoisted('kernel', weights.kernel)} + (${row(kx)}) * ${String(outputs)}u) * 4u + o;
        ${each(owned, (vector) => `let w${String(vector)} = w[base + ${String(vector * 16 * outputs)}u];`)}
        ${all((column, vector) => `${sum(column, vector)} += e${String(column + kernel - 1 - kx)} * w${String(vector)};`)}
      }`,
      )}
    }
  }
  ${inputGradientSetup(target, bindings)}
  ${all((column, vector) => inputGradientText(target, { ...site(column, vector), gradient: `vec4f(${sum(column, vector)})` }, bindings))}
  ${inputGradientFinish(target, bindings, site(0, 0))}`;
  bindings.isSingle = false;
  return { vectors, owned, cover, perGroup: batch * height * groups, text };
}
