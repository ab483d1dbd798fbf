import { type Bound, divisorUpTo, each, type Kernel, lanes } from '../shader.ts';
import type { Tuning } from '../tuning.ts';
import { activationText } from './activation.ts';
import { type AffineOutput, type AffineWeights, biasText } from './convolution-forward.ts';

export interface DenseForward {
  readonly label: string;
  readonly batch: number;
  readonly tuning: Tuning;
  /** Vectors that a sample has before and behind the layer. */
  readonly inputs: number;
  readonly outputs: number;
  readonly input: Bound;
  readonly weights: AffineWeights;
  readonly output: Exclude<AffineOutput, { kind: 'pooled' }>;
}

const workgroupSize = 16;

/** Samples, and vectors of outputs, that one invocation computes: small layers rather keep more invocations busy. */
function chooseTile({ batch, inputs, outputs, tuning }: DenseForward): { samples: number; vectors: number } {
  const isSmall = inputs * outputs < 1024;
  const registers = isSmall ? Math.min(4, tuning.registers) : tuning.registers;
  const vectors = isSmall ? 1 : divisorUpTo(outputs, Math.min(4, registers / 4));
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
  return {
    label,
    reads: { x: dense.input, w: weights.arena },
    writes: { y: output.bound },
    workgroupSize,
    workgroups: Math.ceil(count / workgroupSize),
    body: `
if (index >= ${String(count)}u) { return; }
let first = (index % ${String(groups)}u) * ${String(tile.vectors)}u;
let sample = (index / ${String(groups)}u) * ${String(tile.samples)}u;
${all((at, vector) => `var ${sum(at, vector)} = ${biasText(weights, `first + ${String(vector)}u`)};`)}
for (var k = 0u; k < ${String(inputs)}u; k++) {
  ${each(tile.samples, (at) => `let x${String(at)} = x[(sample + ${String(at)}u) * ${String(inputs)}u + k];`)}
  let base = ${String(weights.kernel)}u + k * ${String(4 * outputs)}u + first;
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
  return `y[(sample + ${String(at)}u) * ${String(outputs)}u + first + ${String(vector)}u] = ${value};`;
})}`,
  };
}
