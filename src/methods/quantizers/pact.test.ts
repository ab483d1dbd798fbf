import { expect, test } from 'vitest';
import { arrayMath, arrayTensor } from '../array-math.ts';
import { createInstance } from '../create-instance.ts';
import { smallNetwork } from '../parameter-fixtures.ts';

const quantizer = createInstance('quantizer', 'PACTQuantizer', {
  bits_activations: 2,
  act_clip_init_val: 6,
  act_clip_decay: 0.01,
});
const replaced = quantizer.replaceModule(smallNetwork, 'relu1')!;

test('the clip is a learned scalar with its own weight decay', () => {
  expect(replaced.learned).toEqual([{ name: 'clip_val', initial: 6, weightDecay: 0.01 }]);
});

test('activations are cut at the clip and rounded to its steps', () => {
  const learned = { clip_val: arrayTensor([], [3]) };
  const input = arrayTensor([4], [-1, 1.2, 2.4, 9]);
  const { output } = replaced.forward(arrayMath, input, { training: true, learned, state: {} });
  expect([...output.data]).toEqual([0, 1, 2, 3]);
});

test('a clip that fell below zero keeps the output finite', () => {
  const learned = { clip_val: arrayTensor([], [-1]) };
  const { output } = replaced.forward(arrayMath, arrayTensor([1], [5]), { training: true, learned, state: {} });
  expect(output.data[0]).toBeGreaterThan(0);
});

test('each replacement has a clip of its own, and a missing one is an error', () => {
  expect(() => replaced.forward(arrayMath, arrayTensor([1], [5]), { training: true, learned: {}, state: {} })).toThrow(
    RangeError,
  );
});
