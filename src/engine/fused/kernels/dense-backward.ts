import type { Placement } from '../placement.ts';
import {
  type Bound,
  divisorUpTo,
  each,
  hoisted,
  type Kernel,
  lanes,
  loadText,
  quotient,
  remainder,
} from '../shader.ts';
import { rangeDeclarations } from '../tracked-ranges.ts';
import type { Tuning } from '../tuning.ts';
import { Bindings } from './bindings.ts';
import type { AffineWeights } from './convolution-forward.ts';
import type { GradientSums } from './gradient-sums.ts';
import {
  type GradientSite,
  type InputGradient,
  inputGradientFinish,
  inputGradientSetup,
  inputGradientText,
} from './input-gradient.ts';

export interface DenseBackward {
  readonly label: string;
  readonly batch: number;
  readonly tuning: Tuning;
  readonly inputs: number;
  readonly outputs: number;
  /** [batch, inputs] */
  readonly input: Bound;
  /** How a sample's inputs lie, as the layer before sees them. */
  readonly inputPlace: Placement;
  /** Gradient of the layer's output, [batch, outputs]. */
  readonly gradient: Bound;
  readonly weights: AffineWeights;
  readonly sums: GradientSums;
  /** Null: nobody asks for the gradient of the input. */
  readonly inputGradient: InputGradient | null;
}

const workgroupSize = 16;

/** Gradients of weights, bias and input of a dense layer; each is summed by one invocation, in the order of the samples. */
export function denseBackward(dense: DenseBackward): Kernel {
  const weights = weightGradient(dense);
  const bias = biasGradient(dense);
  const bindings = new Bindings({
    reads: { x: dense.input, dz: dense.gradient, ...(dense.inputGradient && { w: dense.weights.arena }) },
    writes: { sums: dense.sums.bound },
  });
  const input = dense.inputGradient ? inputGradient(dense, dense.inputGradient, bindings) : null;
  const weightGroups = Math.ceil(weights.count / workgroupSize);
  const biasGroups = Math.ceil(bias.count / workgroupSize);
  const inputGroups = input ? Math.ceil(input.count / workgroupSize) : 0;
  return {
    label: dense.label,
    ...bindings.kernel,
    declarations: rangeDeclarations,
    workgroupSize,
    workgroups: weightGroups + biasGroups + inputGroups,
    body: `
if (group < ${String(weightGroups)}u) {
  ${weights.body}
} else if (group < ${String(weightGroups + biasGroups)}u) {
  let column = index - ${String(weightGroups * workgroupSize)}u;
  ${bias.body}
} ${
      input &&
      `else {
  let item = index - ${String((weightGroups + biasGroups) * workgroupSize)}u;
  ${input.body}
}`
    }`.replace(' null', ''),
  };
}

interface Part {
  readonly count: number;
  readonly body: string;
}

function weightGradient({ batch, inputs, outputs, input, gradient, sums, tuning }: DenseBackward): Part {
  const tile = { inputs: divisorUpTo(inputs, tuning.registers / 8), outputs: divisorUpTo(outputs, 2) };
  const groups = outputs / tile.outputs;
  const count = (inputs / tile.inputs) * groups;
  const sum = (input: number, lane: number, output: number): string =>
    `s${String(input)}_${String(lane)}_${String(output)}`;
  const all = (line: (input: number, lane: number, output: number) => string): string =>
    each(tile.inputs, (input) => each(4, (lane) => each(tile.outputs, (output) => line(input, lane, output))));
  return {
    count,
    body: `
  if (index >= ${String(count)}u) { return; }
  let first = (index % ${String(groups)}u) * ${String(tile.outputs)}u;
  let k = (index / ${String(groups)}u) * ${String(tile.inputs)}u;
  ${all((input, lane, output) => `var ${sum(input, lane, output)} = vec4f();`)}
  for (var b = 0u; b < ${String(batch)}u; b++) {
    ${each(tile.inputs, (at) => `let x${String(at)} = ${loadText(input, `x[b * ${String(inputs)}u + k + ${String(at)}u]`)};`)}
    ${each(tile.outputs, (at) => `let e${String(at)} = ${loadText(gradient, `dz[b * ${String(outputs)}u + first + ${String(at)}u]`)};`)}
    ${all((input, lane, output) => `${sum(input, lane, output)} += x${String(input)}.${lanes[lane]!} * e${String(output)};`)}
  }
  ${all(
    (input, lane, output) =>
      `sums[${hoisted('sums', sums.offset)} + ((k + ${String(input)}u) * 4u + ${String(lane)}u) * ${String(outputs)}u + first + ${String(output)}u] = ${sum(input, lane, output)};`,
  )}`,
  };
}

function biasGradient({ batch, outputs, gradient, weights: { bias }, sums }: DenseBackward): Part {
  if (bias === null) return { count: 0, body: 'return;' };
  return {
    count: outputs,
    body: `
  if (column >= ${String(outputs)}u) { return; }
  var sum = vec4f();
  for (var b = 0u; b < ${String(batch)}u; b++) { sum += ${loadText(gradient, `dz[b * ${String(outputs)}u + column]`)}; }
  sums[${hoisted('sums', sums.offset)} + ${String(sums.kernelLength)}u + column] = sum;`,
  };
}

function inputGradient(
  { batch, inputs, outputs, gradient, weights, inputPlace, tuning }: DenseBackward,
  target: InputGradient,
  bindings: Bindings,
): Part {
  const samples = divisorUpTo(batch, Math.min(8, tuning.registers));
  const count = (batch / samples) * inputs;
  const { width, vectors } = inputPlace;
  const pixel = quotient('k', vectors);
  const site = (at: number): Omit<GradientSite, 'gradient'> => ({
    sample: `(sample + ${String(at)}u)`,
    y: quotient(pixel, width),
    x: remainder(pixel, width),
    vector: remainder('k', vectors),
  });
  return {
    count,
    body: `
  if (item >= ${String(count)}u) { return; }
  let k = item % ${String(inputs)}u;
  let sample = (item / ${String(inputs)}u) * ${String(samples)}u;
  ${each(samples, (at) => `var s${String(at)} = vec4f();`)}
  for (var o = 0u; o < ${String(outputs)}u; o++) {
    let base = ${hoisted('kernel', weights.kernel)} + k * ${String(4 * outputs)}u + o;
    ${each(4, (lane) => `let w${String(lane)} = w[base + ${String(lane * outputs)}u];`)}
    ${each(
      samples,
      (at) => `{
      let e = ${loadText(gradient, `dz[(sample + ${String(at)}u) * ${String(outputs)}u + o]`)};
      s${String(at)} += vec4f(dot(e, w0), dot(e, w1), dot(e, w2), dot(e, w3));
    }`,
    )}
  }
  ${inputGradientSetup(target, bindings)}
  ${each(samples, (at) => inputGradientText(target, { ...site(at), gradient: `s${String(at)}` }, bindings))}
  ${inputGradientFinish(target, bindings, site(0))}`,
  };
}
