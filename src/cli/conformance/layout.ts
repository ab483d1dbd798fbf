import type { ParameterSpec } from '../../core/network.ts';
import type { VectorTensor } from './vector-file.ts';

/** Conversions between PyTorch's layouts and the project's, at the door. */

/** A parameter of a case in project layout, with values in float32. */
export interface Parameter {
  readonly spec: ParameterSpec;
  readonly values: Float32Array;
}

/** Axes that turn [out, in, h, w] into [h, w, in, out], or [out, in] into [in, out]; other ranks stay. */
const toProjectAxes: Readonly<Record<number, readonly number[]>> = { 4: [2, 3, 1, 0], 2: [1, 0] };
const fromProjectAxes: Readonly<Record<number, readonly number[]>> = { 4: [3, 2, 0, 1], 2: [1, 0] };

/** Shape and values with the axes in another order, as NumPy's `transpose`. */
export function transpose(
  shape: readonly number[],
  values: ArrayLike<number>,
  axes: readonly number[],
): { readonly shape: readonly number[]; readonly values: Float32Array } {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  const newShape = axes.map((axis) => shape[axis] ?? 1);
  const newStrides = axes.map((axis) => strides[axis] ?? 1);
  const output = new Float32Array(values.length);
  const position = newShape.map(() => 0);
  for (let index = 0; index < output.length; index++) {
    output[index] = values[position.reduce((sum, at, axis) => sum + at * (newStrides[axis] ?? 0), 0)] ?? NaN;
    advance(position, newShape);
  }
  return { shape: newShape, values: output };
}

function advance(position: number[], shape: readonly number[]): void {
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    position[axis] = (position[axis] ?? 0) + 1;
    if ((position[axis] ?? 0) < (shape[axis] ?? 0)) return;
    position[axis] = 0;
  }
}

/** A weight of a case in project layout: HWIO, [in, out]; other ranks as they are. */
export function toProject({ shape, data }: VectorTensor): {
  readonly shape: readonly number[];
  readonly values: Float32Array;
} {
  const axes = toProjectAxes[shape.length];
  return axes ? transpose(shape, data, axes) : { shape, values: Float32Array.from(data) };
}

/** The way back. */
export function fromProject(shape: readonly number[], values: ArrayLike<number>): VectorTensor {
  const axes = fromProjectAxes[shape.length];
  if (axes === undefined) return { shape, data: Array.from(values) };
  const stored = transpose(shape, values, axes);
  return { shape: stored.shape, data: Array.from(stored.values) };
}

/** A named weight as a parameter; its rank tells the kind of its layer. */
export function parameterOf(name: string, tensor: VectorTensor): Parameter {
  const { shape, values } = toProject(tensor);
  const isKernel = shape.length === 4 || shape.length === 2;
  const spec: ParameterSpec = {
    name,
    layer: name.split('.').slice(0, -1).join('.'),
    layerKind: shape.length === 4 ? 'conv2d' : 'dense',
    role: isKernel ? 'kernel' : 'bias',
    shape,
    size: values.length,
    fanIn: shape.slice(0, -1).reduce((product, length) => product * length, 1),
  };
  return { spec, values };
}

/** The parameters of a case, in the order of its model. */
export function parametersOf(named: Readonly<Record<string, VectorTensor>>): readonly Parameter[] {
  return Object.entries(named).map(([name, tensor]) => parameterOf(name, tensor));
}
