import { pixelIndex, type Placement } from '../placement.ts';
import { type Bound, divisorUpTo, each, type Kernel, lanes } from '../shader.ts';
import { rangeDeclarations } from '../tracked-ranges.ts';
import type { Tuning } from '../tuning.ts';
import type { AffineWeights, ConvolutionInput, ConvolutionShape } from './convolution-forward.ts';
import { Bindings } from './bindings.ts';
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

const workgroupSize = 16;

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
  /** Vectors of outputs that one invocation has. */
  readonly vectors: number;
  /** Invocations per row of the kernel, and in all, for one piece. */
  readonly perRow: number;
  readonly count: number;
}

function kernelTile({ kernel, output }: ConvolutionShape, input: ConvolutionInput, tuning: Tuning): KernelTile {
  const outputs = Math.ceil(output[2] / 4);
  const inner = kernel * (input.kind === 'image' ? 1 : 4);
  const vectors = divisorUpTo(outputs, Math.min(2, Math.round((tuning.registers * 1.5) / inner)));
  const perRow = (input.kind === 'image' ? input.channels : input.place.vectors) * (outputs / vectors);
  return { vectors, perRow, count: kernel * perRow };
}

/**
 * Gradients of kernel, bias and input of a convolution in one dispatch; deterministic.
 *
 * With stages, a workgroup has its channels of the input's gradient for the whole batch and goes on with them.
 */
export function convolutionBackward(convolution: ConvolutionBackward): Kernel {
  const { label, shape, input, sums, tuning, inputGradient: target, stages = [] } = convolution;
  const hasStages = stages.length > 0;
  const size = hasStages ? channelLanes : workgroupSize;
  const kernelCount = kernelTile(shape, input, tuning).count * sums.pieces;
  const kernelGroups = Math.ceil(kernelCount / size);

  const bindings = new Bindings({
    reads: {
      x: input.bound,
      dz: convolution.gradient,
      ...(target && { w: convolution.weights.arena }),
    },
    writes: { sums: sums.bound },
  });
  const rest = target ? inputPart(convolution, target, bindings) : null;
  const restGroups = rest === null ? 0 : hasStages ? rest.vectors : Math.ceil((rest.perVector * rest.vectors) / size);
  // The work on the input comes first: what follows waits for it.
  const body = `
if (group < ${String(restGroups)}u) {
  ${rest === null ? '' : hasStages ? wholeChannels(rest, stages, bindings) : singleItems(rest)}
} else {
  let cell = index - ${String(restGroups * size)}u;
  if (cell >= ${String(kernelCount)}u) { return; }
  ${kernelPart(convolution)}
}`;
  return {
    label,
    ...bindings.kernel,
    usesStep: hasStages,
    workgroupSize: size,
    workgroups: restGroups + kernelGroups,
    declarations: hasStages ? channelDeclarations : rangeDeclarations,
    body,
  };
}

/** Work on one vector of channels of the input, item by item. */
interface InputPart {
  readonly vectors: number;
  readonly perVector: number;
  /** Knows `item` and `ci`. */
  readonly text: string;
}

function singleItems({ vectors, perVector, text }: InputPart): string {
  return `
  if (index >= ${String(vectors * perVector)}u) { return; }
  let item = index % ${String(perVector)}u;
  let ci = index / ${String(perVector)}u;
  ${text}`;
}

function wholeChannels({ perVector, text }: InputPart, stages: readonly ChannelStage[], bindings: Bindings): string {
  return `
  let ci = group;
  for (var item = lane; item < ${String(perVector)}u; item += ${String(channelLanes)}u) { ${text} }
  ${stagesText(stages, bindings, 'ci', 1)}`;
}

/** A window of the input slides along each row of the output, its columns in registers. */
function kernelPart(convolution: ConvolutionBackward): string {
  const { batch, shape, input, gradientPlace, sums, weights, tuning } = convolution;
  const { kernel, stride } = shape;
  const [height, width, channels] = shape.output;
  const outputs = Math.ceil(channels / 4);
  const tile = kernelTile(shape, input, tuning);
  const groups = outputs / tile.vectors;
  const isImage = input.kind === 'image';
  const inner = isImage ? 1 : 4;
  const step = isImage ? input.channels : input.place.vectors;
  const origin = isImage
    ? `((b * ${String(input.rows)}u + y * ${String(stride)}u + ky) * ${String(input.columns * input.channels)}u + ci)`
    : `(${pixelIndex({ ...input.place, border: input.place.border - shape.padding }, 'b', `y * ${String(stride)}u + ky`, '0u')} + ci)`;
  const sum = (kx: number, lane: number, vector: number): string => `s${String(kx)}_${String(lane)}_${String(vector)}`;
  const all = (line: (kx: number, lane: number, vector: number) => string): string =>
    each(kernel, (kx) => each(inner, (lane) => each(tile.vectors, (vector) => line(kx, lane, vector))));
  const value = (kx: number, lane: number): string => (isImage ? `x${String(kx)}` : `x${String(kx)}.${lanes[lane]!}`);
  const kept = Math.max(0, kernel - stride);
  return `
  let first = (cell % ${String(groups)}u) * ${String(tile.vectors)}u;
  let ci = (cell / ${String(groups)}u) % ${String(step)}u;
  let ky = (cell / ${String(tile.perRow)}u) % ${String(kernel)}u;
  let piece = cell / ${String(tile.count)}u;
  ${all((kx, lane, vector) => `var ${sum(kx, lane, vector)} = vec4f();`)}
  ${each(tile.vectors, (vector) => `var bias${String(vector)} = vec4f();`)}
  for (var b = piece * ${String(batch / sums.pieces)}u; b < (piece + 1u) * ${String(batch / sums.pieces)}u; b++) {
    for (var y = 0u; y < ${String(height)}u; y++) {
      let origin = ${origin};
      let errors = ${pixelIndex(gradientPlace, 'b', 'y', '0u')} + first;
      ${each(kernel, (kx) => `var x${String(kx)} = x[origin + ${String(kx * step)}u];`)}
      for (var column = 0u; column < ${String(width)}u; column++) {
        ${each(tile.vectors, (vector) => `let e${String(vector)} = dz[errors + column * ${String(gradientPlace.spacing * gradientPlace.vectors)}u + ${String(vector)}u]; bias${String(vector)} += e${String(vector)};`)}
        ${all((kx, lane, vector) => `${sum(kx, lane, vector)} += ${value(kx, lane)} * e${String(vector)};`)}
        if (column + 1u < ${String(width)}u) {
          let next = origin + (column + 1u) * ${String(stride * step)}u;
          ${each(kept, (kx) => `x${String(kx)} = x${String(kx + stride)};`)}
          ${each(kernel - kept, (at) => `x${String(kept + at)} = x[next + ${String((kept + at) * step)}u];`)}
        }
      }
    }
  }
  let to = ${String(sums.offset)}u + piece * ${String(sums.length)}u + first;
  ${all((kx, lane, vector) => {
    const row = isImage
      ? `((ky * ${String(kernel)}u + ${String(kx)}u) * ${String(step)}u + ci)`
      : `((ky * ${String(kernel)}u + ${String(kx)}u) * ${String(step * 4)}u + ci * 4u + ${String(lane)}u)`;
    return `sums[to + ${row} * ${String(outputs)}u + ${String(vector)}u] = ${sum(kx, lane, vector)};`;
  })}
  ${
    weights.bias === null
      ? ''
      : `if (ky == 0u && ci == 0u) { ${each(tile.vectors, (vector) => `sums[to + ${String(sums.kernelLength + vector)}u] = bias${String(vector)};`)} }`
  }`;
}

/** The gradient of the input is a convolution of the placed gradient with the kernel turned by half a circle. */
function inputPart(
  { batch, shape, input, inputSize, gradientPlace, weights, tuning }: ConvolutionBackward,
  target: InputGradient,
  bindings: Bindings,
): InputPart {
  if (input.kind === 'image') throw new RangeError('Nobody asks for the gradient of an image');
  const { kernel } = shape;
  const [height, width] = inputSize;
  const { vectors } = input.place;
  const outputs = gradientPlace.vectors;
  const columns = divisorUpTo(width, Math.min(16, tuning.registers / 2));
  const groups = width / columns;
  const { border, spacing, rows } = gradientPlace;
  const last = border + (gradientPlace.height - 1) * spacing;
  const row = (kx: number): string =>
    `((ky * ${String(kernel)}u + ${String(kx)}u) * ${String(vectors * 4)}u + ci * 4u)`;
  const site = (column: number): Omit<GradientSite, 'gradient'> => ({
    sample: 'sample',
    y: 'y',
    x: `(left + ${String(column)}u)`,
    vector: 'ci',
  });
  return {
    vectors,
    perVector: batch * height * groups,
    text: `
  let left = (item % ${String(groups)}u) * ${String(columns)}u;
  let y = (item / ${String(groups)}u) % ${String(height)}u;
  let sample = item / ${String(groups * height)}u;
  ${each(columns, (column) => `var s${String(column)} = vec4f();`)}
  // Rows of the kernel that meet nothing but the border are left out.
  let lowest = y + ${String(kernel - 1)}u - min(y + ${String(kernel - 1)}u, ${String(last)}u);
  let highest = min(${String(kernel - 1)}u, y + ${String(kernel - 1)}u - ${String(border)}u);
  for (var ky = lowest; ky <= highest; ky++) {
    let errors = ${String(gradientPlace.offset)}u + ((sample * ${String(rows)}u + y + ${String(kernel - 1)}u - ky) * ${String(gradientPlace.columns)}u + left) * ${String(outputs)}u;
    for (var o = 0u; o < ${String(outputs)}u; o++) {
      ${each(columns + kernel - 1, (at) => `let e${String(at)} = dz[errors + ${String(at * outputs)}u + o];`)}
      ${each(
        kernel,
        (kx) => `{
        let base = ${String(weights.kernel)}u + ${row(kx)} * ${String(outputs)}u + o;
        ${each(4, (lane) => `let w${String(lane)} = w[base + ${String(lane * outputs)}u];`)}
        ${each(columns, (column) => {
          const error = `e${String(column + kernel - 1 - kx)}`;
          return `s${String(column)} += vec4f(dot(${error}, w0), dot(${error}, w1), dot(${error}, w2), dot(${error}, w3));`;
        })}
      }`,
      )}
    }
  }
  ${inputGradientSetup(target, bindings)}
  ${each(columns, (column) => inputGradientText(target, { ...site(column), gradient: `s${String(column)}` }, bindings))}
  ${inputGradientFinish(target, bindings, site(0))}`,
  };
}
