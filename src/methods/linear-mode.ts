import { z } from 'zod';
import { linearModes, type LinearMode } from '../core/linear-quantization.ts';

/** One mode by its name. */
export const modeName = z.enum(linearModes, { error: `A mode is one of ${linearModes.join(', ')}.` });

/** One mode for all, or one for activations and one for weights. */
export const linearMode = z.union(
  [
    modeName,
    z.strictObject({
      activations: modeName.default('SYMMETRIC').describe('Mode of the activations.'),
      weights: modeName.default('SYMMETRIC').describe('Mode of weights and biases.'),
    }),
  ],
  { error: `A mode is one of ${linearModes.join(', ')}, or {activations: …, weights: …}.` },
);

/** The mode of each side. */
export const modesOf = (
  value: z.output<typeof linearMode>,
): { readonly activations: LinearMode; readonly weights: LinearMode } =>
  typeof value === 'string' ? { activations: value, weights: value } : value;
