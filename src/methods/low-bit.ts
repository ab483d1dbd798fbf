import { finiteScale } from '../core/linear-quantization.ts';
import type { ActivationQuantizer, FakeQuantized } from './quantizer.ts';
import { roundToSteps, stepsPerUnit } from './fake-quantization.ts';
import type { TensorMath } from './tensor-math.ts';

/** The quantizers of DoReFa, WRPN and PACT as differentiable operations (reference 8.8). */

/** Keeps the quotient of an all-zero tensor finite: tanh of float32 weights is 0 or far above it. */
const SMALLEST_TANH = 1e-30;

/**
 * DoReFa weights (Zhou et al. 2016, arXiv:1606.06160): tanh brings them to [−1, 1] relative to the largest, then
 * 2^bits − 1 steps. One bit is sign(w) · mean|w| with sign(0) = +1 and the gradient passed unchanged.
 */
export function dorefaWeights<T>(math: TensorMath<T>, weights: T, bits: number): FakeQuantized<T> {
  if (bits === 1) {
    const constant = math.stopGradient(weights);
    const binary = math.mul(math.signWithoutZero(constant), math.mean(math.abs(constant)));
    return { values: math.straightThrough(weights, binary) };
  }
  const squashed = math.tanh(weights);
  const largest = math.maximum(math.max(math.abs(squashed)), SMALLEST_TANH);
  const unit = math.add(math.div(squashed, math.mul(largest, 2)), 0.5);
  return { values: math.sub(math.mul(roundToSteps(math, unit, 2 ** bits - 1), 2), 1) };
}

/**
 * WRPN weights (Mishra et al. 2017, arXiv:1709.01134) with Distiller's half-integer scale (2^bits − 1) / 2, so that ±1
 * rounds past its integers. Gradient inside [−1, 1].
 */
export function wrpnWeights<T>(math: TensorMath<T>, weights: T, bits: number): FakeQuantized<T> {
  return { values: roundToSteps(math, math.clip(weights, -1, 1), (2 ** bits - 1) / 2) };
}

/** ReLU and more: cuts to [0, limit] and rounds to 2^bits − 1 steps; gradient inside, borders included. */
export function clippedActivation(bits: number, limit: number): ActivationQuantizer {
  const scale = finiteScale(2 ** bits - 1, limit);
  return {
    bits,
    learned: [],
    state: {},
    forward: (math, input) => ({ output: roundToSteps(math, math.clip(input, 0, limit), scale) }),
  };
}

/** A clip that would fall to zero or below leaves no range to divide. */
const SMALLEST_CLIP = 1e-4;

/** PACT (Choi et al. 2018, arXiv:1805.06085): the clip is learned by gradient descent. */
export function learnedClipActivation(
  bits: number,
  clip: { readonly initial: number; readonly weightDecay: number | null },
): ActivationQuantizer {
  return {
    bits,
    learned: [{ name: 'clip_val', ...clip }],
    state: {},
    forward: (math, input, { learned }) => {
      const value = learned['clip_val'];
      if (value === undefined) throw new RangeError('The learned clip value is missing');
      const limit = math.maximum(value, SMALLEST_CLIP);
      const scale = math.stopGradient(stepsPerUnit(math, 2 ** bits - 1, limit));
      return { output: roundToSteps(math, math.clipLearned(input, limit), scale) };
    },
  };
}
