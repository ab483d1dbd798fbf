import { isSymmetric, type LinearMode } from '../core/linear-quantization.ts';
import type { ActivationContext, ActivationQuantizer, ActivationResult } from './quantizer.ts';
import { deviceParameters, fakeQuantize, saturationOf, type DeviceRange } from './fake-quantization.ts';
import type { TensorMath } from './tensor-math.ts';

export interface TrackerRule {
  readonly mode: LinearMode;
  readonly bits: number;
  /** Weight of the past in the moving average of the batch extremes, between 0 and 1. */
  readonly emaDecay: number;
  /** A ReLU comes before the quantization, as in the module that this one replaces. */
  readonly relu: boolean;
}

/**
 * Fake quantization with a range that follows the batches: a moving average of their extremes, corrected for its start
 * from 0 as Adam does. Values beyond the tracked range are cut to it, with gradient 0.
 *
 * The state is named as Distiller names its buffers. `ema_weight` is 1 − decay^steps, carried as a recurrence because
 * float32 would lose it in a power close to 1.
 */
export function trackedQuantizer(rule: TrackerRule): ActivationQuantizer {
  return {
    bits: rule.bits,
    learned: [],
    state: {
      tracked_min_biased: 0,
      tracked_max_biased: 0,
      tracked_min: 0,
      tracked_max: 0,
      iter_count: 0,
      ema_weight: 0,
      scale: 1,
      zero_point: 0,
    },
    forward: (math, input, context) => {
      const activated = rule.relu ? math.relu(input) : input;
      const state = context.training ? nextState(math, rule, activated, context) : null;
      const current: Current<typeof input> = { ...context.state, ...state };
      const output = quantizeTracked(math, rule, activated, current);
      return (state ? { output, state } : { output }) satisfies ActivationResult<typeof input>;
    },
  };
}

type Current<T> = Readonly<Record<string, T>>;

function read<T>(state: Current<T>, name: string): T {
  const value = state[name];
  if (value === undefined) throw new RangeError(`The state of a tracked range lacks \`${name}\``);
  return value;
}

function nextState<T>(math: TensorMath<T>, rule: TrackerRule, input: T, { state }: ActivationContext<T>): Current<T> {
  const decay = Math.fround(rule.emaDecay);
  const fresh = Math.fround(1 - decay);
  const values = math.stopGradient(input);
  const blend = (past: T, now: T | number): T => math.add(math.mul(past, decay), scaled(math, now, fresh));
  const weight = blend(read(state, 'ema_weight'), 1);
  // Distiller divides by 1 − decay^steps, where the power was rounded to float32 first; so does this.
  const correction = math.sub(math.scalar(1), math.sub(math.scalar(1), weight));
  const isFirst = math.sub(math.scalar(1), math.greater(read(state, 'iter_count'), 0));
  const track = (name: string, batch: T): { readonly biased: T; readonly tracked: T } => {
    const biased = blend(read(state, name), batch);
    // At the first step the range is the batch's own; the division might miss it by a bit and cut the extremes off.
    return { biased, tracked: math.where(isFirst, batch, math.div(biased, correction)) };
  };
  const low = track('tracked_min_biased', math.min(values));
  const high = track('tracked_max_biased', math.max(values));
  const range = { min: low.tracked, max: high.tracked };
  const { scale, zeroPoint } = deviceParameters(math, rule.mode, rule.bits, range);
  return {
    tracked_min_biased: low.biased,
    tracked_max_biased: high.biased,
    tracked_min: low.tracked,
    tracked_max: high.tracked,
    iter_count: math.add(read(state, 'iter_count'), 1),
    ema_weight: weight,
    scale,
    zero_point: zeroPoint,
  };
}

function scaled<T>(math: TensorMath<T>, value: T | number, factor: number): T {
  return typeof value === 'number' ? math.scalar(value * factor) : math.mul(value, factor);
}

function quantizeTracked<T>(math: TensorMath<T>, rule: TrackerRule, input: T, state: Current<T>): T {
  const range: DeviceRange<T> = { min: read(state, 'tracked_min'), max: read(state, 'tracked_max') };
  const saturation = saturationOf(math, range);
  const clipped = isSymmetric(rule.mode)
    ? math.clip(input, math.neg(saturation), saturation)
    : math.clip(input, range.min, range.max);
  return fakeQuantize(math, clipped, { scale: read(state, 'scale'), zeroPoint: read(state, 'zero_point') });
}
