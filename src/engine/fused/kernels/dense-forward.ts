import type { Placement } from '../placement.ts';
import {
  type Bound,
  divisorUpTo,
  each,
  filledText,
  hoisted,
  type Kernel,
  lanes,
  quotient,
  remainder,
  storeText,
} from '../shader.ts';
import { observeText, rangeDeclarations } from '../tracked-ranges.ts';
import type { Tuning } from '../tuning.ts';
import { activationText } from './activation.ts';
import { Bindings } from './bindings.ts';
import { type AffineOutput, type AffineWeights, biasText } from './convolution-forward.ts';
import { rangeNames } from './quantized-activation.ts';
import { leavingText, type TailFactors } from './tail-forward.ts';
import { pooledText, setupText, type Tail } from './tail.ts';

export interface DenseForward {
  readonly label: string;
  readonly batch: number;
  readonly tuning: Tuning;
  /** Vectors that a sample has before and behind the layer. */
  readonly inputs: number;
  readonly outputs: number;
  /** Outputs without filling. */
  readonly channels: number;
  readonly input: Bound;
  /** What makes the input on the way, if nobody did before; then it is written too. */
  readonly inputTail: Tail | null;
  /** Where the way back finds what it takes to pass that, if it is left. */
  readonly inputLeft?: TailFactors | null;
  readonly inputPlace: Placement;
  readonly weights: AffineWeights;
  readonly output: Exclude<AffineOutput, { kind: 'pooled' }>;
}

const workgroupSize = 16;

/** Samples, and vectors of outputs, that one invocation computes: small layers rather keep more invocations busy. */
function chooseTile({ batch, inputs, outputs, tuning, inputTail }: DenseForward): { samples: number; vectors: number } {
  // Inputs that are made on the way are better made for many outputs at once.
  const isSmall = inputs * outputs < 1024;
  const registers = isSmall ? Math.min(4, tuning.registers) : tuning.registers;
  const vectors = isSmall ? 1 : divisorUpTo(outputs, Math.min(inputTail ? 8 : 4, registers / 4));
  return { samples: divisorUpTo(batch, Math.min(8, registers / vectors)), vectors };
}

/** [batch, inputs] · weights + bias, and the activation if the output says so: a tile per invocation, its sums in registers. */
export function denseForward(dense: DenseForward): Kernel {
  const { label, batch, inputs, outputs, weights, output } = dense;
  const tile = chooseTile(dense);
  const groups = outputs / tile.vectors;
  const count = (batch / tile.samples) * groups;
  const sum = (sample: number, vector: number): string => `s${String(sample)}_${String(vector)}`;
  const all = (line: (sample: number, vector: number) => string): string =>
    each(tile.samples, (sample) => each(tile.vectors, (vector) => line(sample, vector)));
  const fixed = { reads: { w: weights.arena }, writes: { y: output.bound } };
  const bindings = new Bindings(fixed);
  const loads = each(tile.samples, (at) =>
    inputText(dense, bindings, { sample: `(sample + ${String(at)}u)`, name: `x${String(at)}`, isKept: 'first == 0u' }),
  );
  const setup = dense.inputTail ? setupText(dense.inputTail, bindings) : '';
  const observed = observeOutput(dense, bindings, tile, sum);
  return {
    label,
    ...bindings.kernel,
    declarations: rangeDeclarations,
    workgroupSize,
    workgroups: Math.ceil(count / workgroupSize),
    body: `
if (index >= ${String(count)}u) { return; }
let first = (index % ${String(groups)}u) * ${String(tile.vectors)}u;
let sample = (index / ${String(groups)}u) * ${String(tile.samples)}u;
${all((at, vector) => `var ${sum(at, vector)} = ${biasText(weights, `first + ${String(vector)}u`)};`)}
${setup}
for (var k = 0u; k < ${String(inputs)}u; k++) {
  ${loads}
  let base = ${hoisted('kernel', weights.kernel)} + k * ${String(4 * outputs)}u + first;
  ${each(
    4,
    (lane) => `{
    ${each(tile.vectors, (vector) => `let w${String(vector)} = w[base + ${String(lane * outputs + vector)}u];`)}
    ${all((at, vector) => `${sum(at, vector)} += x${String(at)}.${lanes[lane]!} * w${String(vector)};`)}
  }`,
  )}
}
${all((at, vector) => {
  const value = output.kind === 'activated' ? activationText(output.activation, sum(at, vector)) : sum(at, vector);
  const place = `y[(sample + ${String(at)}u) * ${String(outputs)}u + first + ${String(vector)}u]`;
  return storeText(output.bound, place, value);
})}
${observed}`,
  };
}

/** Statements that declare vector `k` of a sample's input. */
export function inputText(
  dense: Pick<DenseForward, 'input' | 'inputTail' | 'inputLeft' | 'inputPlace' | 'inputs'>,
  bindings: Bindings,
  { sample, name, isKept }: { readonly sample: string; readonly name: string; readonly isKept: string },
): string {
  const { input, inputTail, inputLeft: left = null, inputPlace, inputs } = dense;
  const at = `${sample} * ${String(inputs)}u + k`;
  if (inputTail === null) return `let ${name} = ${bindings.load(input, at)};`;
  const { width, vectors } = inputPlace;
  const pixel = quotient('k', vectors);
  const site = { sample, y: quotient(pixel, width), x: remainder(pixel, width), vector: remainder('k', vectors) };
  const { pooled, leave } =
    left === null
      ? { pooled: pooledText(inputTail, bindings, site), leave: '' }
      : leavingText(inputTail, { window: site, place: `(${at})`, left }, bindings);
  return `var ${name}: vec4f;
  { ${pooled}
    ${name} = pooled;
    if (${isKept}) { ${bindings.store(input, at, 'pooled')} ${leave} }
  }`;
}

function observeOutput(
  { output, outputs, channels }: DenseForward,
  bindings: Bindings,
  tile: { readonly samples: number; readonly vectors: number },
  sum: (sample: number, vector: number) => string,
): string {
  if (output.kind !== 'raw' || output.observed === null) return '';
  const values = Array.from({ length: tile.samples * tile.vectors }, (_, at) => {
    const vector = at % tile.vectors;
    const isLast = `first + ${String(vector)}u == ${String(outputs - 1)}u`;
    return filledText(channels, sum(Math.floor(at / tile.vectors), vector), isLast);
  });
  return `{ ${observeText(output.observed.module, rangeNames(output.observed, bindings), values)} }`;
}
