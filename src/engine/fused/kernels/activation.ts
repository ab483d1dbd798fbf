import type { ActivationKind } from '../blocks.ts';
import { larger } from '../shader.ts';

/** WGSL of an activation of a vector; the value is a name or cheap. tanh is odd, and its argument is bounded since drivers overflow. */
export function activationText(activation: ActivationKind | null, value: string): string {
  switch (activation) {
    case null:
      return value;
    case 'relu':
      return larger(value, 'vec4f()');
    case 'tanh':
      return `tanh(clamp(${value}, vec4f(-15), vec4f(15)))`;
    case 'sigmoid':
      return `(1 / (1 + exp(-${value})))`;
  }
}

/** WGSL of the gradient before an activation, from the gradient behind it and what it put out. */
export function activationGradientText(activation: ActivationKind | null, gradient: string, output: string): string {
  switch (activation) {
    case null:
      return gradient;
    case 'relu':
      return `select(vec4f(), ${gradient}, ${output} > vec4f())`;
    case 'tanh':
      return `(${gradient} * (1 - ${output} * ${output}))`;
    case 'sigmoid':
      return `(${gradient} * ${output} * (1 - ${output}))`;
  }
}
