import { beforeAll, describe, expect, test } from 'vitest';
import { linearModes } from '../../../core/linear-quantization.ts';
import { createRandom } from '../../../core/random.ts';
import type { ActivationQuantizer } from '../../../methods/quantizer.ts';
import { clippedActivation, learnedClipActivation } from '../../../methods/low-bit.ts';
import { trackedQuantizer } from '../../../methods/range-tracker.ts';
import { useCpuBackend } from '../../backend-cpu.ts';
import {
  type ActivationComputed,
  type ActivationGiven,
  activationReference,
  type Scalars,
} from './activation-reference.ts';
import { activationFormulas, traceActivation } from './activation-program.ts';
import { evaluateFormula, spreadOver } from './evaluate-formula.ts';

beforeAll(useCpuBackend);

/** By the traced formulas. */
function traced(
  quantizer: ActivationQuantizer,
  training: boolean,
  { x, dy, state, learned }: ActivationGiven,
): ActivationComputed {
  const formulas = activationFormulas(quantizer, training);
  const named = (kind: string, scalars: Scalars): [string, number][] =>
    Object.entries(scalars).map(([name, value]) => [`${kind} ${name}`, value]);
  const givens = { x, dy, ...Object.fromEntries([...named('state', state), ...named('learned', learned)]) };
  const evaluate = evaluateFormula([x.length], givens);
  const all = (node: typeof formulas.output): number[] => {
    const value = spreadOver([x.length], [0], node.axes, evaluate(node));
    return Array.from(x, (_, at) => value(at));
  };
  const scalars = (nodes: typeof formulas.state, of: (node: typeof formulas.output) => number): Scalars =>
    Object.fromEntries([...nodes].map(([name, node]) => [name, of(node)]));
  return {
    output: all(formulas.output),
    gradient: all(formulas.gradient),
    learned: scalars(formulas.learned, (node) => all(node).reduce((sum, value) => sum + value, 0)),
    state: scalars(formulas.state, (node) => evaluate(node)[0]!),
  };
}

function expectSame(quantizer: ActivationQuantizer, training: boolean, given: ActivationGiven): ActivationComputed {
  const [own, other] = [traced(quantizer, training, given), activationReference(quantizer, training, given)];
  expect(own.output.map((value) => value + 0)).toEqual(other.output.map((value) => value + 0));
  expect(own.gradient.map((value) => value + 0)).toEqual(other.gradient.map((value) => value + 0));
  expect(Object.keys(own.state).sort()).toEqual(Object.keys(other.state).sort());
  for (const [name, value] of Object.entries(other.state)) expect(own.state[name], name).toBeCloseTo(value, 12);
  for (const [name, value] of Object.entries(other.learned)) {
    expect(Math.abs(own.learned[name]! - value), name).toBeLessThan(1e-5 * (1 + Math.abs(value)));
  }
  return other;
}

const random = createRandom(3);
const draw = (size: number, extent: number): Float32Array =>
  Float32Array.from({ length: size }, () => random.uniform(-extent, extent));
const initial = ({ state, learned }: ActivationQuantizer): Pick<ActivationGiven, 'state' | 'learned'> => ({
  state,
  learned: Object.fromEntries(learned.map(({ name, initial: value }) => [name, value])),
});

const activations: Record<string, Float32Array> = {
  'random values': draw(97, 3),
  'values with ties and zeros': Float32Array.from({ length: 60 }, () => random.integer(7) - 3),
  'nothing but zeros': new Float32Array(9),
  'values of one sign': draw(33, 1).map((value) => Math.abs(value) + 0.1),
};

const quantizers: Record<string, ActivationQuantizer> = {
  ...Object.fromEntries(
    linearModes.flatMap((mode) =>
      [true, false].map((relu): [string, ActivationQuantizer] => [
        `${mode}${relu ? ' behind a ReLU' : ''}`,
        trackedQuantizer({ mode, bits: 4, emaDecay: 0.9, relu }),
      ]),
    ),
  ),
  'DoReFa and WRPN': clippedActivation(3, 1),
  'one bit': clippedActivation(1, 1),
  PACT: learnedClipActivation(4, { initial: 2, weightDecay: null }),
  'PACT with a clip below zero': learnedClipActivation(2, { initial: -1, weightDecay: null }),
};

describe.each(Object.entries(quantizers))('%s', (_, quantizer) => {
  test.each(Object.entries(activations))('%s: three steps and an evaluation are those of TensorFlow.js', (__, x) => {
    let given: ActivationGiven = { x, dy: draw(x.length, 1), ...initial(quantizer) };
    for (let step = 0; step < 3; step++) {
      const { state } = expectSame(quantizer, true, given);
      const scaled = given.x.map((value) => Math.fround(value * 1.25));
      given = { ...given, x: scaled, dy: draw(x.length, 1), state: { ...given.state, ...state } };
    }
    expectSame(quantizer, false, given);
  });
});

test('a program asks for the extremes of a range that it tracks, and for nothing in evaluation', () => {
  const quantizer = trackedQuantizer({ mode: 'SYMMETRIC', bits: 8, emaDecay: 0.99, relu: true });
  const program = traceActivation(quantizer, true)!;
  expect(program.extremes.map(({ kind }) => kind)).toEqual(['min', 'max']);
  expect(Object.keys(program.nextState('a'))).toHaveLength(8);
  const evaluation = traceActivation(quantizer, false)!;
  expect(evaluation.extremes).toEqual([]);
  expect(evaluation.nextState('a')).toEqual({});
});

test('a formula that averages an activation is refused with a reason', () => {
  const quantizer: ActivationQuantizer = {
    ...clippedActivation(8, 1),
    forward: (math, input) => ({ output: math.sub(input, math.mean(input)) }),
  };
  const reasons: string[] = [];
  expect(traceActivation(quantizer, true, (reason) => reasons.push(reason))).toBeNull();
  expect(reasons).toEqual(['The formula needs the size of an activation']);
});
