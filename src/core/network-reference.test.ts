import { expect, test } from 'vitest';
import {
  convolution,
  dense,
  depthwise,
  norm,
  plainNetwork,
  randomBatch,
  randomValues,
  residualNetwork,
} from './network-fixtures.ts';
import { linearBackward, linearForward } from './network-reference-convolution.ts';
import { evaluateLayer, evaluateNetwork } from './network-reference.ts';
import { createRandom } from './random.ts';

const image = (height: number, width: number, values: readonly number[]) => ({
  shape: [1, height, width, values.length / (height * width)],
  values: Float32Array.from(values),
});

test('a convolution with padding and stride sees zeros around the image', () => {
  const layer = convolution('c', 1, 1, { stride: 2 });
  const kernel = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const output = linearForward(layer, image(3, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9]), kernel, Float32Array.of(0.5));
  // Top left: 1·5 + 2·6 + 4·8 + 5·9 and the bias.
  expect(output.shape).toEqual([1, 2, 2, 1]);
  expect([...output.values]).toEqual([94.5, 106.5, 106.5, 94.5]);
});

test('kernels are HWIO: the filter is the last axis', () => {
  const layer = convolution('c', 2, 2, { kernelSize: [1, 1], padding: 0 });
  const output = linearForward(layer, image(1, 1, [10, 1]), Float32Array.of(1, 2, 3, 4), null);
  expect([...output.values]).toEqual([13, 24]);
});

test('a dense layer takes [in, out]', () => {
  const output = linearForward(
    dense('d', 2, 2),
    { shape: [1, 2], values: Float32Array.of(10, 1) },
    Float32Array.of(1, 2, 3, 4),
    null,
  );
  expect([...output.values]).toEqual([13, 24]);
});

test('a depthwise convolution is one whose other weights are zero', () => {
  const shape = { kernelSize: [3, 2], stride: 2, padding: 1 } as const;
  const random = createRandom(6);
  const draw = (size: number) => Float32Array.from({ length: size }, () => random.uniform(-1, 1));
  const input = { shape: [2, 5, 4, 3], values: draw(120) };
  const kernel = draw(18);
  const whole = new Float32Array(54);
  kernel.forEach((weight, index) => (whole[Math.floor(index / 3) * 9 + (index % 3) * 4] = weight));
  const bias = draw(3);
  const [own, full] = [depthwise('d', 3, shape), convolution('c', 3, 3, shape)];
  const output = linearForward(own, input, kernel, bias);
  expect(output).toEqual(linearForward(full, input, whole, bias));
  const gradient = draw(output.values.length);
  const [gradients, expected] = [
    linearBackward(own, input, kernel, gradient),
    linearBackward(full, input, whole, gradient),
  ];
  gradients.input.forEach((value, index) => expect(value).toBeCloseTo(expected.input[index]!, 12));
  gradients.kernel.forEach((value, index) => {
    expect(value).toBeCloseTo(expected.kernel[Math.floor(index / 3) * 9 + (index % 3) * 4]!, 12);
  });
});

test.each([
  { what: 'a convolution with stride and padding', layer: convolution('c', 2, 3, { stride: 2 }), shape: [2, 5, 4, 2] },
  { what: 'a dense layer', layer: dense('d', 4, 3), shape: [3, 4] },
])('the gradients of $what agree with finite differences', ({ layer, shape }) => {
  const random = createRandom(5);
  const draw = (size: number) => Float32Array.from({ length: size }, () => random.uniform(-1, 1));
  const input = { shape, values: draw(shape.reduce((a, b) => a * b, 1)) };
  const kernel = draw(layer.kind === 'dense' ? 12 : 54);
  const outputGradient = draw(linearForward(layer, input, kernel, null).values.length);
  const loss = (x: Float32Array, w: Float32Array): number =>
    linearForward(layer, { shape, values: x }, w, null).values.reduce((sum, y, i) => sum + y * outputGradient[i]!, 0);
  const gradients = linearBackward(layer, input, kernel, outputGradient);
  const step = 1 / 16;
  const moved = (values: Float32Array, index: number, by: number) => values.with(index, values[index]! + by);
  for (const index of [0, 3, 7]) {
    const byInput = loss(moved(input.values, index, step), kernel) - loss(moved(input.values, index, -step), kernel);
    expect(gradients.input[index]).toBeCloseTo(byInput / (2 * step), 4);
    const byKernel = loss(input.values, moved(kernel, index, step)) - loss(input.values, moved(kernel, index, -step));
    expect(gradients.kernel[index]).toBeCloseTo(byKernel / (2 * step), 4);
  }
});

test('pooling takes the largest or the mean of each window and leaves an odd border out', () => {
  const input = image(3, 3, [1, 2, 9, 3, 6, 9, 9, 9, 9]);
  const max = evaluateLayer({ name: 'p', kind: 'max-pool', size: 2 }, [input], new Map());
  const average = evaluateLayer({ name: 'p', kind: 'avg-pool', size: 2 }, [input], new Map());
  const dense = evaluateLayer({ name: 'p', kind: 'max-pool', size: 2, stride: 1 }, [input], new Map());
  expect([...max.values]).toEqual([6]);
  expect([...average.values]).toEqual([3]);
  expect([...dense.values]).toEqual([6, 9, 9, 9]);
});

test('batch normalization uses its running statistics', () => {
  const values = new Map([
    ['bn.weight', Float32Array.of(2)],
    ['bn.bias', Float32Array.of(1)],
    ['bn.running_mean', Float32Array.of(3)],
    ['bn.running_var', Float32Array.of(4)],
  ]);
  const output = evaluateLayer(norm('bn', 1), [{ shape: [1, 1], values: Float32Array.of(7) }], values);
  expect(output.values[0]).toBeCloseTo(5, 4);
});

test('flatten keeps height, width, channel', () => {
  const output = evaluateLayer({ name: 'f', kind: 'flatten' }, [image(1, 2, [1, 2, 3, 4])], new Map());
  expect(output).toEqual({ shape: [1, 4], values: Float32Array.of(1, 2, 3, 4) });
});

test('activations', () => {
  const input = { shape: [1, 2], values: Float32Array.of(-1, 2) };
  const run = (kind: 'relu' | 'tanh' | 'sigmoid') => [...evaluateLayer({ name: 'a', kind }, [input], new Map()).values];
  expect(run('relu')).toEqual([0, 2]);
  expect(run('tanh')[1]).toBeCloseTo(Math.tanh(2), 6);
  expect(run('sigmoid')[0]).toBeCloseTo(1 / (1 + Math.E), 6);
});

test('an addition sums its inputs, and every layer is observed', () => {
  const seen: string[] = [];
  const values = randomValues(residualNetwork, 1);
  const outputs = new Map<string, Float32Array>();
  evaluateNetwork(residualNetwork, randomBatch(residualNetwork, 2, 2), values, (layer, _inputs, output) => {
    seen.push(layer.name);
    outputs.set(layer.name, output.values);
  });
  expect(seen).toEqual(residualNetwork.layers.map(({ name }) => name));
  const sum = outputs.get('block.bn2')![5]! + outputs.get('relu1')![5]!;
  expect(outputs.get('add')![5]).toBeCloseTo(sum, 5);
});

test('a sample does not depend on the others of its batch', () => {
  const values = randomValues(plainNetwork, 3);
  const batch = randomBatch(plainNetwork, 2, 4);
  const first = { shape: [1, 6, 6, 2], values: batch.values.slice(0, 72) };
  const together = evaluateNetwork(plainNetwork, batch, values).values.slice(0, 3);
  expect([...evaluateNetwork(plainNetwork, first, values).values]).toEqual([...together]);
});

test('missing weights are named', () => {
  expect(() => evaluateNetwork(plainNetwork, randomBatch(plainNetwork, 1, 1), new Map())).toThrow('conv1.weight');
});

test('padding of channels puts zeros before and after those of each pixel', () => {
  const layer = { name: 'p', kind: 'channel-pad', before: 1, after: 2 } as const;
  const output = evaluateLayer(layer, [image(1, 2, [1, 2, 3, 4])], new Map());
  expect(output.shape).toEqual([1, 1, 2, 5]);
  expect([...output.values]).toEqual([0, 1, 2, 0, 0, 0, 3, 4, 0, 0]);
});
