// The page of kernels.spec.ts: computes the same with every own kernel on WebGPU and by TensorFlow.js in plain JavaScript.
import * as tf from '@tensorflow/tfjs-core';
import { createRandom, type Random } from '../src/core/random.ts';
import { useCpuBackend } from '../src/engine/backend-cpu.ts';
import { chooseBackend } from '../src/engine/backend.ts';
import { loadReference } from '../src/engine/reference-backend.ts';
import { multiplyInPlace } from '../src/engine/in-place.ts';
import { addBias, softmaxCrossEntropy } from '../src/engine/operations.ts';
import { Optimizer } from '../src/engine/optimizer.ts';
import { createTensorMath } from '../src/engine/tensor-math.ts';

export interface KernelReport {
  readonly name: string;
  readonly cases: number;
  /** Largest |own - reference| / (1 + |reference|) over all numbers of all cases. */
  readonly error: number;
  /** The case that has it. */
  readonly worst: string;
}

export interface PageReport {
  /** What runs, or why nothing does. */
  readonly backend: string;
  readonly kernels: readonly KernelReport[];
  /** Errors that the device reported on the way. */
  readonly failures: readonly string[];
}

/** A case makes its inputs itself, from the stream it is given: the same ones on both backends. */
type Compute = (random: Random) => tf.Tensor[];
interface Kernel {
  readonly cases: number;
  /** Draws a case: what it is called, and the computation. */
  readonly draw: (random: Random) => { readonly what: string; readonly compute: Compute };
}

const pick = <T>(random: Random, values: readonly T[]): T => values[random.integer(values.length)]!;
const lengths = [1, 2, 3, 4, 5, 7, 8, 12, 13, 16, 20, 33, 64];

function randomTensor(random: Random, shape: number[]): tf.Tensor {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Float32Array.from({ length: size }, () => random.uniform(-1, 1)),
    shape,
  );
}

const math = createTensorMath();

const kernels: Record<string, Kernel> = {
  'matrix product': {
    cases: 40,
    draw: (random) => {
      const [rows, depth, columns] = [pick(random, lengths), pick(random, lengths), pick(random, lengths)];
      const [transposeA, transposeB] = [random.next() < 0.5, random.next() < 0.5];
      return {
        what: `${rows}×${depth}×${columns}${transposeA ? ' Aᵀ' : ''}${transposeB ? ' Bᵀ' : ''}`,
        compute: (stream) => {
          const a = randomTensor(stream, transposeA ? [depth, rows] : [rows, depth]) as tf.Tensor2D;
          const b = randomTensor(stream, transposeB ? [columns, depth] : [depth, columns]) as tf.Tensor2D;
          return [tf.matMul(a, b, transposeA, transposeB)];
        },
      };
    },
  },
  'convolution and its gradients': {
    cases: 60,
    draw: (random) => {
      const size = pick(random, [1, 2, 3, 5]);
      const batch = 1 + random.integer(5);
      const [height, width] = [size + random.integer(10), size + random.integer(10)];
      const [inChannels, outChannels] = [pick(random, [1, 2, 3, 4, 8]), pick(random, [1, 3, 4, 8, 12])];
      const stride = pick(random, [1, 1, 2, 3]);
      const padding = pick<number | 'valid' | 'same'>(random, ['valid', 'valid', 'same', 1, 2]);
      return {
        what: `${batch}×${height}×${width}×${inChannels} → ${outChannels}, kernel ${size}, stride ${stride}, padding ${padding}`,
        compute: (stream) => {
          const image = randomTensor(stream, [batch, height, width, inChannels]);
          const kernel = randomTensor(stream, [size, size, inChannels, outChannels]);
          const convolve = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
            tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, padding);
          const output = convolve(image, kernel);
          const gradients = tf.grads(convolve)([image, kernel], randomTensor(stream, output.shape));
          return [output, ...gradients];
        },
      };
    },
  },
  'depthwise convolution and its gradients': {
    cases: 24,
    draw: (random) => {
      const size = pick(random, [1, 2, 3, 5]);
      const shape = [
        ...[1 + random.integer(4), size + random.integer(8), size + random.integer(8)],
        pick(random, [1, 3, 4, 5, 8, 12]),
      ];
      const [stride, padding] = [pick(random, [1, 1, 2]), random.integer(size)];
      return {
        what: `${shape.join('×')}, kernel ${size}, stride ${stride}, padding ${padding}`,
        compute: (stream) => {
          const image = randomTensor(stream, shape);
          const kernel = randomTensor(stream, [size, size, shape[3]!, 1]);
          const convolve = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
            tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, padding === 0 ? 'valid' : padding);
          const output = convolve(image, kernel);
          const gradients = tf.grads(convolve)([image, kernel], randomTensor(stream, output.shape));
          return [output, ...gradients];
        },
      };
    },
  },
  'maximum pooling and its gradient': {
    cases: 24,
    draw: (random) => {
      const [size, stride] = [pick(random, [2, 2, 3]), pick(random, [1, 2, 2, 3])];
      const shape = [
        1 + random.integer(4),
        size + random.integer(8),
        size + random.integer(8),
        pick(random, [1, 3, 4, 8]),
      ];
      return {
        what: `${shape.join('×')} by ${size}, stride ${stride}`,
        compute: (stream) => {
          // Few different values, so that windows have ties.
          const image = tf.round(tf.mul(randomTensor(stream, shape), 3));
          const pool = (x: tf.Tensor): tf.Tensor => tf.maxPool(x as tf.Tensor4D, size, stride, 'valid');
          const output = pool(image);
          return [output, tf.grad(pool)(image, randomTensor(stream, output.shape))];
        },
      };
    },
  },
  'elementwise operations': {
    cases: 40,
    draw: (random) => {
      const shape = [1 + random.integer(5), pick(random, lengths)];
      const other = pick(random, [shape, [], [1], [shape[1]!], [shape[0]!, 1]]);
      const operations = [
        tf.add,
        tf.sub,
        tf.mul,
        tf.div,
        tf.maximum,
        tf.minimum,
        tf.greater,
        tf.greaterEqual,
        tf.lessEqual,
      ];
      const operation = pick(random, operations);
      const isSwapped = random.next() < 0.5;
      return {
        what: `${operation.name} ${shape.join('×')} with ${other.join('×')}`,
        compute: (stream) => {
          // Away from zero, so that quotients stay comparable.
          const draw = (size: number[]): tf.Tensor => tf.add(randomTensor(stream, size), 1.5);
          const [a, b] = isSwapped ? [draw(other), draw(shape)] : [draw(shape), draw(other)];
          return [tf.mul(operation(a, b), 1), tf.mul(tf.cast(operation(a, a), 'float32'), 2)];
        },
      };
    },
  },
  'relu and its gradient': {
    cases: 6,
    draw: (random) => {
      const shape = [pick(random, lengths), pick(random, lengths)];
      return {
        what: shape.join('×'),
        compute: (stream) => {
          const x = randomTensor(stream, shape);
          return [math.relu(x), tf.grad((input: tf.Tensor) => math.relu(input))(x, randomTensor(stream, shape))];
        },
      };
    },
  },
  'clip and its gradient': {
    cases: 8,
    draw: (random) => {
      const shape = [pick(random, lengths), pick(random, lengths)];
      const bounds = pick(random, [[], [1], [shape[1]!]]);
      return {
        what: `${shape.join('×')}, bounds ${bounds.join('×')}`,
        compute: (stream) => {
          const x = randomTensor(stream, shape);
          const upper = tf.abs(randomTensor(stream, bounds));
          const clip = (input: tf.Tensor): tf.Tensor => math.clip(input, tf.neg(upper), upper);
          return [clip(x), tf.grad(clip)(x, randomTensor(stream, shape))];
        },
      };
    },
  },
  'bias and its gradient': {
    cases: 12,
    draw: (random) => {
      const [rows, columns] = [pick(random, [1, 5, 64, 500, 700, 3000]), pick(random, lengths)];
      return {
        what: `${rows}×${columns}`,
        compute: (stream) => {
          const inputs = [randomTensor(stream, [rows, columns]), randomTensor(stream, [columns])];
          const gradient = tf.grads(addBias)(inputs, randomTensor(stream, [rows, columns]));
          return [tf.div(gradient[1]!, rows), tf.div(gradient[0]!, rows)];
        },
      };
    },
  },
  'softmax cross-entropy': {
    cases: 12,
    draw: (random) => {
      const [batch, classes] = [pick(random, [1, 3, 16, 64, 70]), pick(random, [2, 3, 10, 17])];
      return {
        what: `${batch}×${classes}`,
        compute: (stream) => {
          const labels = tf.tensor1d(Int32Array.from({ length: batch }, () => stream.integer(classes)));
          // Whole numbers, of which several may be the largest.
          const logits = tf.round(tf.mul(randomTensor(stream, [batch, classes]), 5));
          const { loss, perSample } = softmaxCrossEntropy(logits, labels);
          const gradient = tf.grad((x: tf.Tensor) => {
            const again = softmaxCrossEntropy(x, labels);
            again.perSample.dispose();
            return again.loss;
          })(logits);
          return [loss, perSample, gradient];
        },
      };
    },
  },
  'in-place updates': {
    cases: 16,
    draw: (random) => {
      const size = pick(random, [1, 7, 64, 4099]);
      const isAdam = random.next() < 0.5;
      const [momentum, weightDecay, nesterov] = [pick(random, [0, 0.9]), pick(random, [0, 0.01]), random.next() < 0.5];
      return {
        what: `${isAdam ? 'Adam' : 'SGD'} ${size}, momentum ${momentum}, decay ${weightDecay}, ${nesterov}`,
        compute: (stream) => {
          const weights = tf.variable(randomTensor(stream, [size]));
          const mask = tf.cast(tf.greater(randomTensor(stream, [size]), 0), 'float32');
          const settings = isAdam
            ? ({ class: 'Adam', lr: 0.1, betas: [0.9, 0.99], eps: 1e-3, weightDecay } as const)
            : ({ class: 'SGD', lr: 0.1, momentum, weightDecay, nesterov: nesterov && momentum > 0 } as const);
          const optimizer = new Optimizer(settings, [weights]);
          for (let step = 0; step < 3; step++) {
            const gradient = randomTensor(stream, [size]);
            optimizer.step(() => gradient);
            multiplyInPlace(weights, mask);
          }
          optimizer.dispose();
          const result = tf.mul(weights, 1);
          weights.dispose();
          return [result];
        },
      };
    },
  },
  'rounding of halves': {
    cases: 1,
    draw: () => ({
      what: 'ties',
      compute: () => [math.round(tf.tensor1d([0.5, 1.5, 2.5, -0.5, -1.5, 127.5, 128.5, 3.4999]))],
    }),
  },
};

async function compute(kernel: Compute, seed: number): Promise<Float32Array[]> {
  const tensors = tf.tidy(() => kernel(createRandom(seed)));
  const values = await Promise.all(tensors.map((tensor) => tensor.data()));
  tf.dispose(tensors);
  return values.map((array) => Float32Array.from(array));
}

function largestError(own: readonly Float32Array[], reference: readonly Float32Array[]): number {
  let largest = 0;
  reference.forEach((values, at) => {
    values.forEach((value, index) => {
      const error = Math.abs(own[at]![index]! - value) / (1 + Math.abs(value));
      // Comparisons with NaN are false: it must count as wrong.
      if (!(error <= largest)) largest = Number.isNaN(error) ? Infinity : error;
    });
  });
  return largest;
}

async function checkKernel(name: string, { cases, draw }: Kernel): Promise<KernelReport> {
  const random = createRandom(20);
  let report: KernelReport = { name, cases, error: 0, worst: '' };
  for (let index = 0; index < cases; index++) {
    const { what, compute: kernel } = draw(random);
    await tf.setBackend('webgpu');
    const own = await compute(kernel, index);
    await tf.setBackend('cpu');
    const error = largestError(own, await compute(kernel, index));
    if (error > report.error) report = { ...report, error, worst: what };
  }
  return report;
}

async function check(): Promise<PageReport> {
  const failures: string[] = [];
  const backend = await chooseBackend();
  backend.onFailure = (failure) => failures.push(failure.message);
  const { backend: name, webgpuProblem, adapter } = backend.environment;
  if (name !== 'webgpu')
    return { backend: `${name}, because of WebGPU: ${String(webgpuProblem)}`, kernels: [], failures };
  await loadReference();
  await useCpuBackend();
  const reports: KernelReport[] = [];
  for (const [kernelName, kernel] of Object.entries(kernels)) reports.push(await checkKernel(kernelName, kernel));
  return { backend: `webgpu on ${adapter}`, kernels: reports, failures };
}

(globalThis as unknown as { checkKernels: typeof check }).checkKernels = check;
