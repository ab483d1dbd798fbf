import type { LinearLayer } from './network.ts';
import { foldBatchNorm, foldFactors } from './batch-norm-folding.ts';
import { linearBackward, linearForward, type ArrayTensor } from './network-reference-convolution.ts';

/** A linear layer and its batch normalization as one layer that trains as if it were folded. */
export interface FoldedTrainingState {
  readonly kernel: Float32Array;
  readonly bias: Float32Array | null;
  /** γ and β; null for a normalization without them (1 and 0). */
  readonly scale: Float32Array | null;
  readonly shift: Float32Array | null;
  readonly runningMean: Float32Array;
  readonly runningVariance: Float32Array;
  readonly batchesSeen: number;
  /** Folded for good: kernel and bias hold the folded values, the normalization is gone. */
  readonly frozen: boolean;
}

export interface FoldedTrainingRule {
  readonly layer: LinearLayer;
  readonly epsilon: number;
  /** Weight of the new batch in the running statistics; null for the average over all batches. */
  readonly momentum: number | null;
  /** Batches after which the layer is frozen. */
  readonly freezeDelay: number;
}

/** Gradients of the parameters that have one; `scale` and `shift` are null without γ and β or after freezing. */
export interface FoldedGradients {
  readonly input: Float32Array;
  readonly kernel: Float32Array;
  readonly bias: Float32Array | null;
  readonly scale: Float32Array | null;
  readonly shift: Float32Array | null;
}

export interface FoldedForward {
  readonly state: FoldedTrainingState;
  readonly output: ArrayTensor;
  /** Gradients from that of the output; the running statistics carry none. */
  readonly backward: (outputGradient: ArrayLike<number>) => FoldedGradients;
}

/**
 * Forward pass with simulated batch-norm folding (reference 8.9; Jacob et al. 2017, arXiv:1712.05877, section 3.2).
 * While training, the kernel is scaled by γ / σ of the *running* statistics, so that a quantizer would see the weights of
 * inference, and the output is corrected by σ_running / σ_batch: y = conv(x, w γ/σ_r) · σ_r/σ_b + β − γ μ_b/σ_b. The
 * statistics of the batch are those of the output without its bias; the running mean contains the bias, the running
 * variance is unbiased, and both are updated before they are used. In evaluation y = conv(x, w γ/σ_r) + β − γ (μ_r − b)/σ_r.
 *
 * After `freezeDelay` batches the layer folds itself. As in Distiller the forward pass in which that happens still goes on
 * as if it had not, with the folded kernel: that one output is scaled twice.
 */
export function foldedTrainingForward(
  rule: FoldedTrainingRule,
  state: FoldedTrainingState,
  input: ArrayTensor,
  training: boolean,
): FoldedForward {
  if (state.frozen) return frozenForward(rule, state, input);
  return training ? trainingForward(rule, state, input) : evaluationForward(rule, state, input);
}

function frozenForward(rule: FoldedTrainingRule, state: FoldedTrainingState, input: ArrayTensor): FoldedForward {
  return {
    state,
    output: linearForward(rule.layer, input, state.kernel, state.bias),
    backward: (gradient) => {
      const { input: toInput, kernel } = linearBackward(rule.layer, input, state.kernel, gradient);
      const bias = state.bias && Float32Array.from(sumOverChannels(gradient, state.bias.length));
      return { input: Float32Array.from(toInput), kernel: Float32Array.from(kernel), bias, scale: null, shift: null };
    },
  };
}

function evaluationForward(rule: FoldedTrainingRule, state: FoldedTrainingState, input: ArrayTensor): FoldedForward {
  const folded = foldBatchNorm(state, normValues(rule, state));
  const factors = foldFactors(normValues(rule, state));
  return {
    state,
    output: linearForward(rule.layer, input, folded.kernel, folded.bias),
    backward: (gradient) => {
      const { input: toInput, kernel } = linearBackward(rule.layer, input, folded.kernel, gradient);
      const shift = sumOverChannels(gradient, factors.length);
      // y = γ · x̂ + β, so γ collects Σ gradient · x̂, found through the kernel's share and the offset's.
      const scale = scaleGradient(kernel, shift, state, rule);
      return {
        input: Float32Array.from(toInput),
        kernel: Float32Array.from(kernel, (value, index) => value * factors[index % factors.length]!),
        bias: state.bias && Float32Array.from(shift, (sum, c) => sum * factors[c]!),
        scale: state.scale && Float32Array.from(scale),
        shift: state.shift && Float32Array.from(shift),
      };
    },
  };
}

function scaleGradient(
  foldedKernelGradient: Float64Array,
  shiftGradient: Float64Array,
  state: FoldedTrainingState,
  { epsilon }: FoldedTrainingRule,
): Float64Array {
  const channels = shiftGradient.length;
  const sums = new Float64Array(channels);
  for (let index = 0; index < foldedKernelGradient.length; index++) {
    const c = index % channels;
    sums[c] = sums[c]! + foldedKernelGradient[index]! * state.kernel[index]!;
  }
  return sums.map((sum, c) => {
    const distance = state.runningMean[c]! - (state.bias?.[c] ?? 0);
    return (sum - shiftGradient[c]! * distance) / Math.sqrt(state.runningVariance[c]! + epsilon);
  });
}

function trainingForward(rule: FoldedTrainingRule, before: FoldedTrainingState, input: ArrayTensor): FoldedForward {
  const batch = channelMoments(linearForward(rule.layer, input, before.kernel, null), before.runningMean.length);
  const state = freezeWhenDue(rule, withBatch(rule, before, batch));
  const raw = linearForward(rule.layer, input, state.kernel, null);
  const channels = batch.mean.length;
  const recipSigma = batch.variance.map((variance) => 1 / Math.sqrt(variance + rule.epsilon));
  const gammas = before.scale ?? new Float32Array(channels).fill(1);
  const output = raw.values.map((value, index) => {
    const c = index % channels;
    return gammas[c]! * recipSigma[c]! * (value - batch.mean[c]!) + (before.shift?.[c] ?? 0);
  });
  const backward = (gradient: ArrayLike<number>): FoldedGradients => {
    const shift = sumOverChannels(gradient, channels);
    const normalized = raw.values.map((value, index) => {
      const c = index % channels;
      return (value - batch.mean[c]!) * recipSigma[c]!;
    });
    const scale = new Float64Array(channels);
    for (let index = 0; index < normalized.length; index++) {
      const c = index % channels;
      scale[c] = scale[c]! + gradient[index]! * normalized[index]!;
    }
    const count = raw.values.length / channels;
    const toRaw = Float64Array.from(normalized, (value, index) => {
      const c = index % channels;
      const centered = gradient[index]! - (shift[c]! + value * scale[c]!) / count;
      return gammas[c]! * recipSigma[c]! * centered;
    });
    const { input: toInput, kernel } = linearBackward(rule.layer, input, state.kernel, toRaw);
    return {
      input: Float32Array.from(toInput),
      kernel: Float32Array.from(kernel),
      bias: null,
      scale: before.scale && Float32Array.from(scale),
      shift: before.shift && Float32Array.from(shift),
    };
  };
  return { state, output: { shape: raw.shape, values: output }, backward };
}

/** The running statistics after one more batch. */
function withBatch(rule: FoldedTrainingRule, state: FoldedTrainingState, batch: Moments): FoldedTrainingState {
  const batchesSeen = state.batchesSeen + 1;
  const momentum = rule.momentum ?? 1 / batchesSeen;
  const blend = (old: number, fresh: number): number => (1 - momentum) * old + momentum * fresh;
  const correction = batch.count / (batch.count - 1);
  return {
    ...state,
    batchesSeen,
    runningMean: state.runningMean.map((old, c) => blend(old, batch.mean[c]! + (state.bias?.[c] ?? 0))),
    runningVariance: state.runningVariance.map((old, c) => blend(old, batch.variance[c]! * correction)),
  };
}

function freezeWhenDue(rule: FoldedTrainingRule, state: FoldedTrainingState): FoldedTrainingState {
  if (state.batchesSeen <= rule.freezeDelay) return state;
  return { ...state, ...foldBatchNorm(state, normValues(rule, state)), frozen: true };
}

function normValues({ epsilon }: FoldedTrainingRule, state: FoldedTrainingState) {
  const channels = state.runningMean.length;
  return {
    scale: state.scale ?? new Float32Array(channels).fill(1),
    shift: state.shift ?? new Float32Array(channels),
    mean: state.runningMean,
    variance: state.runningVariance,
    epsilon,
  };
}

interface Moments {
  readonly mean: Float64Array;
  /** Divisor n. */
  readonly variance: Float64Array;
  readonly count: number;
}

function channelMoments({ values }: ArrayTensor, channels: number): Moments {
  const count = values.length / channels;
  const mean = sumOverChannels(values, channels).map((sum) => sum / count);
  const squares = Float64Array.from(values, (value, index) => (value - mean[index % channels]!) ** 2);
  return { mean, variance: sumOverChannels(squares, channels).map((sum) => sum / count), count };
}

function sumOverChannels(values: ArrayLike<number>, channels: number): Float64Array {
  const sums = new Float64Array(channels);
  for (let index = 0; index < values.length; index++) {
    const c = index % channels;
    sums[c] = sums[c]! + values[index]!;
  }
  return sums;
}
