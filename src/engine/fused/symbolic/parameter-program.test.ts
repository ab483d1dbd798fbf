import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { useCpuBackend } from '../../backend-cpu.ts';
import { networkParameters } from '../../../core/network.ts';
import { createInstance } from '../../../methods/create-instance.ts';
import { evaluateFormula, spreadOver } from './evaluate-formula.ts';
import { formulasOf, type ParameterCase, parameterCases } from './parameter-cases.ts';
import { type ParameterProgram, traceParameterQuantizer } from './parameter-program.ts';
import { referenceOf } from './parameter-reference.ts';
import type { ValueNode } from './value-graph.ts';

beforeAll(useCpuBackend);

function traced(own: ParameterCase): ReturnType<typeof referenceOf> {
  const formulas = formulasOf(own);
  if (formulas === null) return null;
  const lengths = own.spec.shape;
  const evaluate = evaluateFormula(lengths, { w: own.weights, g: own.gradient });
  const all = (node: ValueNode): Float32Array => {
    const value = spreadOver(
      lengths,
      lengths.map((_, axis) => axis),
      node.axes,
      evaluate(node),
    );
    return own.weights.map((_, at) => value(at));
  };
  return {
    value: formulas.value && all(formulas.value),
    gradient: all(formulas.gradient),
    penalty: formulas.penalty && evaluate(formulas.penalty)[0]!,
    mask: formulas.mask && all(formulas.mask),
  };
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual).toHaveLength(expected.length);
  for (let at = 0; at < expected.length; at++) {
    const [own, other] = [actual[at]!, expected[at]!];
    if (Object.is(own, other)) continue;
    expect(Math.abs(own - other), `element ${String(at)}: ${String(own)} for ${String(other)}`).toBeLessThan(
      1e-5 * (1 + Math.abs(other)),
    );
  }
}

const cases = parameterCases();
const groups = [...new Set(cases.map(({ group }) => group))];

describe.each(groups)('%s', (group) => {
  test('the formulas are those of TensorFlow.js', () => {
    for (const own of cases.filter((one) => one.group === group)) {
      const [actual, expected] = [traced(own), referenceOf(own)];
      expect(actual === null, own.name).toBe(expected === null);
      if (actual === null || expected === null) continue;
      expectClose(actual.gradient, expected.gradient);
      expectClose(actual.value ?? [], expected.value ?? []);
      expectClose(actual.mask ?? [], expected.mask ?? []);
      expectClose([actual.penalty ?? 0], [expected.penalty ?? 0]);
    }
    expect(tf.memory().numTensors).toBe(0);
  }, 30_000);
});

function programOf(name: string, args: Record<string, unknown>): ParameterProgram {
  const quantizer = createInstance('quantizer', name, { bits_activations: 8, bits_weights: 4, ...args });
  const [spec] = networkParameters({
    name: 'one',
    inputShape: [6],
    layers: [{ name: 'fc', kind: 'dense', inFeatures: 6, outFeatures: 5, bias: false }],
  });
  const program = traceParameterQuantizer(quantizer, spec!, 4);
  if (program === null) throw new Error(`${name} has no fused form`);
  return program;
}

describe('what a step must know of all weights', () => {
  const linear = 'QuantAwareTrainRangeLinearQuantizer';

  test.each(['SYMMETRIC', 'ASYMMETRIC_UNSIGNED'])('of one %s range: the extremes of the weights', (mode) => {
    const program = programOf(linear, { mode });
    expect(program.fromExtremes).not.toBeNull();
    expect(program.isStraightThrough).toBe(true);
    const site = { base: '7u', prefix: 'n', weight4: () => '', lane: '0u', lanes: 1 };
    const text = program.fromExtremes!(site, (kind) => `the_${kind}`);
    expect(text).toContain('= the_min;');
    expect(text).toContain('= the_max;');
    // Everything that is stored is stored by the one invocation.
    expect(text.match(/stats\[7u \+ \d+u \+ 0u\] =/g)).toHaveLength(program.slotCount);
  });

  test('of a range per filter: more than that', () => {
    expect(programOf(linear, { per_channel_wts: true }).fromExtremes).toBeNull();
  });

  test('of a bounded tanh: more than that, and its gradient does not go straight through', () => {
    const program = programOf('DorefaQuantizer', {});
    expect(program.fromExtremes).toBeNull();
    expect(program.isStraightThrough).toBe(false);
  });
});
