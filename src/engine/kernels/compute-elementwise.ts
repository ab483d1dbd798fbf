import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Compute } from './compute.ts';
import { dispatchKernel, isStoredAsFloat } from './dispatch-kernel.ts';
import { type ElementwiseOperation, elementwiseProgram, spreadOf } from './elementwise.ts';

export const elementwise: Readonly<Record<string, ElementwiseOperation>> = {
  Add: { name: 'add', expression: 'x0 + x1' },
  Sub: { name: 'subtract', expression: 'x0 - x1' },
  Multiply: { name: 'multiply', expression: 'x0 * x1' },
  RealDiv: { name: 'divide', expression: 'x0 / x1' },
  Maximum: { name: 'maximum', expression: 'max(x0, x1)' },
  Minimum: { name: 'minimum', expression: 'min(x0, x1)' },
  Greater: { name: 'greater', expression: 'x0 > x1', isBoolean: true },
  GreaterEqual: { name: 'greater-equal', expression: 'x0 >= x1', isBoolean: true },
  LessEqual: { name: 'less-equal', expression: 'x0 <= x1', isBoolean: true },
};
export const reluGradient: ElementwiseOperation = {
  name: 'relu-gradient',
  expression: 'select(zero, x0, x1 > zero)',
};

export const clip: ElementwiseOperation = { name: 'clip', expression: 'min(max(x0, x1), x2)' };
export const clipGradient: ElementwiseOperation = {
  name: 'clip-gradient',
  expression: 'select(zero, select(zero, x0, x1 >= x2), x1 <= x3)',
};

export function elementwiseOf(operation: ElementwiseOperation): Compute {
  return (backend, { a, b }) => computeElementwise(backend, operation, [a!, b!]);
}

function outputShape(operands: readonly TensorInfo[]): number[] {
  return operands.map(({ shape }) => shape).reduce(tf.broadcast_util.assertAndGetBroadcastShape);
}

export function isElementwise(backend: WebGPUBackend, operands: readonly TensorInfo[]): boolean {
  const shape = outputShape(operands);
  return (
    tf.util.sizeFromShape(shape) > 0 &&
    operands.every((operand) => isStoredAsFloat(backend, operand) && spreadOf(operand.shape, shape) !== null)
  );
}

export function computeElementwise(
  backend: WebGPUBackend,
  operation: ElementwiseOperation,
  operands: readonly TensorInfo[],
): TensorInfo {
  const shape = outputShape(operands);
  const spreads = operands.map((operand) => spreadOf(operand.shape, shape)!);
  const program = elementwiseProgram(operation, {
    size: tf.util.sizeFromShape(shape),
    columns: shape.at(-1) ?? 1,
    spreads,
  });
  const output = backend.makeTensorInfo(shape, operation.isBoolean === true ? 'bool' : 'float32');
  dispatchKernel(backend, program, { bindings: [...operands, output] });
  return output;
}
