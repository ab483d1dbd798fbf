import { roundHalfEven } from '../../../core/rounding.ts';
import { larger, smaller } from '../shader.ts';

/** How many numbers a value holds in a shader: one, or four that lie next to each other. */
export type ShaderType = 'f32' | 'vec4f';

/** An operation on numbers, written for the device and for the host. Both round every result to float32. */
export interface ElementOperation {
  /** WGSL expression; all arguments and the result have that type. Each argument is a name or a literal. */
  readonly shader: (type: ShaderType, ...values: readonly string[]) => string;
  readonly compute: (...values: readonly number[]) => number;
}

const infix = (sign: string, compute: (a: number, b: number) => number): ElementOperation => ({
  shader: (_, a, b) => `${a} ${sign} ${b}`,
  compute: (a, b) => compute(a, b),
});

/** 1 where the comparison holds, else 0. */
const comparison = (sign: string, compute: (a: number, b: number) => boolean): ElementOperation => ({
  shader: (type, a, b) => `select(${type}(0), ${type}(1), ${a} ${sign} ${b})`,
  compute: (a, b) => Number(compute(a, b)),
});

/**
 * tanh to about 3e-7 relative: WGSL promises 1e-5 absolute only, too little for weights that are rounded relative to the
 * largest. Taylor's series near zero, where 2 / (1 + e⁻²ˣ) − 1 would cancel.
 */
function tanhShader(type: ShaderType, x: string): string {
  const square = `${x} * ${x}`;
  const one = `${type}(1)`;
  const series = `${x} * (${one} + ${square} * (-0.33333333 + ${square} * (0.13333333 + ${square} * (-0.053968254 + ${square} * 0.021869488))))`;
  return `select(sign(${x}) * (2.0 / (${one} + exp(-2.0 * abs(${x}))) - ${one}), ${series}, abs(${x}) < ${type}(0.25))`;
}

/** Every operation that a traced formula may consist of, besides reductions. */
export const elementOperations = {
  add: infix('+', (a, b) => a + b),
  sub: infix('-', (a, b) => a - b),
  mul: infix('*', (a, b) => a * b),
  div: infix('/', (a, b) => a / b),
  minimum: { shader: (_, a, b) => smaller(a, b), compute: (a, b) => Math.min(a, b) },
  maximum: { shader: (_, a, b) => larger(a, b), compute: (a, b) => Math.max(a, b) },
  neg: { shader: (_, a) => `-(${a})`, compute: (a) => -a },
  abs: { shader: (_, a) => `abs(${a})`, compute: (a) => Math.abs(a) },
  /** -1, 0 or 1. */
  sign: { shader: (_, a) => `sign(${a})`, compute: (a) => Math.sign(a) },
  sqrt: { shader: (_, a) => `sqrt(${a})`, compute: (a) => Math.sqrt(a) },
  tanh: { shader: (type, a) => tanhShader(type, a), compute: (a) => Math.tanh(a) },
  /** Half to even. */
  round: { shader: (_, a) => `round(${a})`, compute: (a) => roundHalfEven(a) },
  greater: comparison('>', (a, b) => a > b),
  greaterEqual: comparison('>=', (a, b) => a >= b),
  equal: comparison('==', (a, b) => a === b),
  /** The second argument where the first is not 0, else the third. */
  select: {
    shader: (type, condition, a, b) => `select(${b}, ${a}, ${condition} != ${type}(0))`,
    compute: (condition, a, b) => (condition === 0 ? b : a),
  },
} as const satisfies Readonly<Record<string, ElementOperation>>;

export type ElementOperationName = keyof typeof elementOperations;

/** What makes one number of many, in any order. */
export interface ReductionOperation {
  /** Where the accumulation starts, as WGSL and as a number. */
  readonly identity: string;
  readonly start: number;
  readonly shader: (a: string, b: string) => string;
  readonly compute: (a: number, b: number) => number;
}

const largestFloat = '3.4028234663852886e38f';

export const reductionOperations = {
  sum: { identity: '0f', start: 0, shader: (a, b) => `${a} + ${b}`, compute: (a, b) => a + b },
  min: { identity: largestFloat, start: Infinity, shader: smaller, compute: Math.min },
  max: { identity: `-${largestFloat}`, start: -Infinity, shader: larger, compute: Math.max },
} as const satisfies Readonly<Record<string, ReductionOperation>>;

export type ReductionName = keyof typeof reductionOperations;
