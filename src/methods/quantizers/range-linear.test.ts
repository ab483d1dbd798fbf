import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linearModes } from '../../core/linear-quantization.ts';
import { arrayMath, arrayTensor, type ArrayTensor } from '../array-math.ts';
import type { ActivationQuantizer } from '../quantizer.ts';
import { createInstance } from '../create-instance.ts';
import { parameterNamed, smallNetwork } from '../parameter-fixtures.ts';

const name = 'QuantAwareTrainRangeLinearQuantizer';
const dense = parameterNamed('fc1.weight');

const mapState = (state: Readonly<Record<string, number>>): Record<string, ArrayTensor> =>
  Object.fromEntries(Object.entries(state).map(([key, value]) => [key, arrayTensor([], [value])]));

/** Runs batches through an activation quantizer as the engine does: state in, state out. */
function run(quantizer: ActivationQuantizer, batches: readonly (readonly number[])[], training = true) {
  let state = mapState(quantizer.state);
  let output: readonly number[] = [];
  for (const batch of batches) {
    const result = quantizer.forward(arrayMath, arrayTensor([batch.length], batch), { training, learned: {}, state });
    state = { ...state, ...result.state };
    output = [...result.output.data];
  }
  return { output, state };
}

test('weights err by half a step at most and zeros stay zero, in every mode', () => {
  const numbers = fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: 7, maxLength: 7 });
  fc.assert(
    fc.property(fc.constantFrom(...linearModes), fc.integer({ min: 2, max: 8 }), numbers, (mode, bits, values) => {
      const quantizer = createInstance('quantizer', name, { mode });
      const weights = arrayTensor([4, 2], [...values, 0]);
      const { values: quantized, scale } = quantizer.quantizeParameter(arrayMath, weights, dense, bits);
      const step = 1 / scale!.data[0]!;
      quantized.data.forEach((value, index) =>
        expect(Math.abs(value - weights.data[index]!)).toBeLessThanOrEqual(step * 0.5001),
      );
      expect(quantized.data.at(-1)).toBeCloseTo(0, 12);
    }),
  );
});

test('one range per output channel: a small column keeps its precision beside a large one', () => {
  const weights = arrayTensor([4, 2], [0.01, 10, 0.02, -10, -0.01, 3, 0.005, 1]);
  const quantizer = createInstance('quantizer', name, { per_channel_wts: true, mode: 'SYMMETRIC_RESTRICTED' });
  const { values, scale } = quantizer.quantizeParameter(arrayMath, weights, dense, 8);
  expect(scale?.shape).toEqual([1, 2]);
  expect(values.data[0]).toBeCloseTo(0.01, 3);
});

test('weights and activations may have modes of their own', () => {
  const mode = { activations: 'ASYMMETRIC_UNSIGNED', weights: 'SYMMETRIC_RESTRICTED' };
  const quantizer = createInstance('quantizer', name, { mode, bits_activations: 2 });
  const weights = quantizer.quantizeParameter(arrayMath, arrayTensor([2], [1, 0.2]), parameterNamed('fc1.bias'), 2);
  expect(weights.zeroPoint?.data[0]).toBe(0);
  const { output } = run(quantizer.replaceModule(smallNetwork, 'relu1')!, [[0, 1, 2, 3]]);
  expect(output).toEqual([0, 1, 2, 3]);
});

test('in the first step the tracked range is exactly the range of the batch', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ min: 0, max: 9, noNaN: true }), { minLength: 1 }), (batch) => {
      const tracker = createInstance('quantizer', name, { ema_decay: 0.999 }).quantizeInput()!;
      const { state } = run(tracker, [batch]);
      expect(state['tracked_max']?.data[0]).toBe(Math.max(...batch));
      expect(state['tracked_min']?.data[0]).toBe(Math.min(...batch));
    }),
  );
});

test('later batches move the range, weighted by the decay', () => {
  const tracker = createInstance('quantizer', name, { ema_decay: 0.5 }).quantizeInput()!;
  const { state } = run(tracker, [
    [0, 1],
    [0, 4],
  ]);
  expect(state['tracked_max']?.data[0]).toBeCloseTo((0.25 * 1 + 0.5 * 4) / 0.75, 5);
  expect(state['iter_count']?.data[0]).toBe(2);
});

test('in evaluation the range stays and cuts what lies beyond', () => {
  const tracker = createInstance('quantizer', name, {
    mode: 'ASYMMETRIC_UNSIGNED',
    bits_activations: 8,
  }).quantizeInput()!;
  const trained = run(tracker, [[0, 2]]);
  const result = tracker.forward(arrayMath, arrayTensor([2], [1, 5]), {
    training: false,
    learned: {},
    state: trained.state,
  });
  expect(result.state).toBeUndefined();
  expect(result.output.data[1]).toBeCloseTo(2, 5);
});

test('inputs follow the activation bits unless told otherwise', () => {
  const bits = (args: object): number | undefined => createInstance('quantizer', name, args).quantizeInput()?.bits;
  expect(bits({ bits_activations: 5 })).toBe(5);
  expect(bits({ bits_activations: 5, num_bits_inputs: 7 })).toBe(7);
  expect(bits({ bits_activations: null })).toBeUndefined();
  expect(bits({ bits_activations: 5, quantize_inputs: false })).toBeUndefined();
});

test('biases have 32 bits by default, and an unknown mode is refused', () => {
  const plan = createInstance('quantizer', name, {}).plan(smallNetwork);
  expect(plan.find(({ module }) => module === 'fc1')).toMatchObject({ weights: 32, bias: 32 });
  expect(() => createInstance('quantizer', name, { mode: 'symmetric' })).toThrow();
});
