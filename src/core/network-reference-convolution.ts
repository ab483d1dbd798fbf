import type { DepthwiseLayer, LinearLayer } from './network.ts';

/** A tensor in row-major order; the first dimension of a batch counts samples. */
export interface ArrayTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A linear layer as one kind of loop: where its windows lie and which weight meets which value. */
export interface LinearGeometry {
  readonly samples: number;
  readonly inputHeight: number;
  readonly inputWidth: number;
  readonly inputs: number;
  readonly outputHeight: number;
  readonly outputWidth: number;
  readonly outputs: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly stride: number;
  readonly padding: number;
  /** Each output has one input only, that of its own number. */
  readonly isDepthwise: boolean;
}

/** A dense layer is a convolution of one pixel. */
export function linearGeometry(layer: LinearLayer, inputShape: readonly number[]): LinearGeometry {
  const samples = inputShape[0]!;
  if (layer.kind === 'dense') {
    const one = { inputHeight: 1, inputWidth: 1, outputHeight: 1, outputWidth: 1, kernelHeight: 1, kernelWidth: 1 };
    const lengths = { inputs: layer.inFeatures, outputs: layer.outFeatures };
    return { samples, ...one, ...lengths, stride: 1, padding: 0, isDepthwise: false };
  }
  const [kernelHeight, kernelWidth] = layer.kernelSize;
  const { stride, padding } = layer;
  const isDepthwise = layer.kind === 'depthwise-conv2d';
  const [inputs, outputs] = isDepthwise ? [layer.channels, layer.channels] : [layer.inChannels, layer.outChannels];
  const inputHeight = inputShape[1]!;
  const inputWidth = inputShape[2]!;
  return {
    samples,
    inputHeight,
    inputWidth,
    inputs,
    outputHeight: Math.floor((inputHeight + 2 * padding - kernelHeight) / stride) + 1,
    outputWidth: Math.floor((inputWidth + 2 * padding - kernelWidth) / stride) + 1,
    outputs,
    kernelHeight,
    kernelWidth,
    stride,
    padding,
    isDepthwise,
  };
}

/** Calls back for every pair of an input pixel and a kernel pixel that meet: offsets of their first channel. */
export function forEachTap(
  geometry: LinearGeometry,
  visit: (input: number, kernel: number, output: number) => void,
): void {
  const { samples, outputHeight, outputWidth, kernelHeight, kernelWidth, stride, padding } = geometry;
  const { inputHeight, inputWidth, inputs, outputs, isDepthwise } = geometry;
  const kernelStep = isDepthwise ? outputs : inputs * outputs;
  const visitWindow = (sample: number, row: number, column: number): void => {
    const output = ((sample * outputHeight + row) * outputWidth + column) * outputs;
    for (let i = 0; i < kernelHeight; i++) {
      const y = row * stride - padding + i;
      if (y < 0 || y >= inputHeight) continue;
      for (let j = 0; j < kernelWidth; j++) {
        const x = column * stride - padding + j;
        if (x < 0 || x >= inputWidth) continue;
        const input = ((sample * inputHeight + y) * inputWidth + x) * inputs;
        visit(input, (i * kernelWidth + j) * kernelStep, output);
      }
    }
  };
  for (let sample = 0; sample < samples; sample++)
    for (let row = 0; row < outputHeight; row++)
      for (let column = 0; column < outputWidth; column++) visitWindow(sample, row, column);
}

/**
 * Output of a convolution or dense layer, summed in double precision.
 *
 * @param kernel HWIO, [height, width, 1, channels] or [in, out].
 * @param bias One number per output, or null.
 * @returns [samples, height, width, out] or [samples, out].
 */
export function linearForward(
  layer: LinearLayer,
  input: ArrayTensor,
  kernel: Float32Array,
  bias: Float32Array | null,
): ArrayTensor {
  const geometry = linearGeometry(layer, input.shape);
  const { samples, outputHeight, outputWidth, inputs, outputs } = geometry;
  const sums = new Float64Array(samples * outputHeight * outputWidth * outputs);
  if (bias) for (let index = 0; index < sums.length; index++) sums[index] = bias[index % outputs]!;
  const values = input.values;
  forEachTap(geometry, (inputAt, kernelAt, outputAt) => {
    if (geometry.isDepthwise) {
      for (let c = 0; c < inputs; c++) {
        sums[outputAt + c] = sums[outputAt + c]! + values[inputAt + c]! * kernel[kernelAt + c]!;
      }
      return;
    }
    for (let c = 0; c < inputs; c++) {
      const value = values[inputAt + c]!;
      if (value === 0) continue;
      const weightAt = kernelAt + c * outputs;
      for (let f = 0; f < outputs; f++) {
        sums[outputAt + f] = sums[outputAt + f]! + value * kernel[weightAt + f]!;
      }
    }
  });
  const shape = layer.kind === 'dense' ? [samples, outputs] : [samples, outputHeight, outputWidth, outputs];
  return { shape, values: Float32Array.from(sums) };
}

export interface LinearGradients {
  readonly input: Float64Array;
  readonly kernel: Float64Array;
}

/** Gradients of a convolution or dense layer with respect to its input and its kernel, from that of its output. */
export function linearBackward(
  layer: LinearLayer,
  input: ArrayTensor,
  kernel: ArrayLike<number>,
  outputGradient: ArrayLike<number>,
): LinearGradients {
  if (layer.kind === 'depthwise-conv2d') return depthwiseBackward(layer, input, kernel, outputGradient);
  const geometry = linearGeometry(layer, input.shape);
  const { inputs, outputs } = geometry;
  const inputGradient = new Float64Array(input.values.length);
  const kernelGradient = new Float64Array(kernel.length);
  forEachTap(geometry, (inputAt, kernelAt, outputAt) => {
    for (let c = 0; c < inputs; c++) {
      const value = input.values[inputAt + c]!;
      const weightAt = kernelAt + c * outputs;
      let sum = 0;
      for (let f = 0; f < outputs; f++) {
        const gradient = outputGradient[outputAt + f]!;
        sum += gradient * kernel[weightAt + f]!;
        kernelGradient[weightAt + f] = kernelGradient[weightAt + f]! + gradient * value;
      }
      inputGradient[inputAt + c] = inputGradient[inputAt + c]! + sum;
    }
  });
  return { input: inputGradient, kernel: kernelGradient };
}

function depthwiseBackward(
  layer: DepthwiseLayer,
  input: ArrayTensor,
  kernel: ArrayLike<number>,
  outputGradient: ArrayLike<number>,
): LinearGradients {
  const inputGradient = new Float64Array(input.values.length);
  const kernelGradient = new Float64Array(kernel.length);
  forEachTap(linearGeometry(layer, input.shape), (inputAt, kernelAt, outputAt) => {
    for (let c = 0; c < layer.channels; c++) {
      const gradient = outputGradient[outputAt + c]!;
      inputGradient[inputAt + c] = inputGradient[inputAt + c]! + gradient * kernel[kernelAt + c]!;
      kernelGradient[kernelAt + c] = kernelGradient[kernelAt + c]! + gradient * input.values[inputAt + c]!;
    }
  });
  return { input: inputGradient, kernel: kernelGradient };
}
