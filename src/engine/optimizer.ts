import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerSettings } from '../schedule/schedule.ts';
import { runInPlace } from './in-place.ts';
import type { OptimizerRates } from './policy.ts';

/** Names under which a backend may register kernels that update in place; others use the compositions below. */
export const sgdUpdateKernel = 'SgdUpdate';
export const adamUpdateKernel = 'AdamUpdate';

/** What moves together: parameters with one learning rate and one weight decay. */
export interface ParameterGroup {
  readonly members: readonly tf.Variable[];
  /** null: the optimizer's own. */
  readonly weightDecay: number | null;
}

export interface SgdAttributes {
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
}

export interface AdamAttributes {
  /** Learning rate over 1 - beta1^t. */
  readonly stepSize: number;
  readonly beta1: number;
  readonly beta2: number;
  /** √(1 - beta2^t) */
  readonly correction: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/**
 * PyTorch's SGD and Adam. SGD: g += wd·w; v = μ·v + g; w -= lr·v (nesterov: w -= lr·(g + μ·v)). Adam: g += wd·w;
 * m = β₁m + (1-β₁)g; v = β₂v + (1-β₂)g²; w -= lr/(1-β₁ᵗ) · m / (√v/√(1-β₂ᵗ) + ε). State starts at zero, which makes the first
 * velocity the gradient. Owns its state; the parameters belong to the caller.
 */
export class Optimizer {
  readonly rates: OptimizerRates;
  private readonly settings: OptimizerSettings;
  private groups: ParameterGroup[] = [];
  private readonly state = new Map<tf.Variable, readonly tf.Variable[]>();
  private stepCount = 0;

  constructor(settings: OptimizerSettings, members: readonly tf.Variable[]) {
    this.settings = settings;
    this.rates = { base: [], current: [], momentum: settings.class === 'SGD' ? settings.momentum : settings.betas[0] };
    this.addGroup({ members, weightDecay: null });
  }

  /** A further group starts at the optimizer's initial rate. */
  addGroup(group: ParameterGroup): void {
    const count = this.settings.class === 'Adam' ? 2 : 1;
    for (const member of group.members) {
      this.state.set(
        member,
        Array.from({ length: count }, () => zeroVariable(member.shape)),
      );
    }
    this.groups.push(group);
    (this.rates as { base: readonly number[] }).base = [...this.rates.base, this.settings.lr];
    this.rates.current = [...this.rates.current, this.settings.lr];
  }

  /** Moves every parameter that has a gradient. */
  step(gradientOf: (member: tf.Variable) => tf.Tensor | undefined): void {
    this.stepCount++;
    this.groups.forEach((group, index) => {
      for (const member of group.members) {
        const gradient = gradientOf(member);
        if (gradient !== undefined) this.update(member, gradient, index);
      }
    });
  }

  /** Copies of a parameter's state: velocity, or moving mean and variance. */
  async readState(member: tf.Variable): Promise<readonly Float32Array[]> {
    const values = await Promise.all(this.state.get(member)!.map((variable) => variable.data()));
    return values.map((value) => Float32Array.from(value));
  }

  /** Takes over a parameter's state, like that of `readState`. */
  advance(member: tf.Variable, state: readonly Float32Array[]): void {
    this.state.get(member)!.forEach((variable, at) => {
      const tensor = tf.tensor(state[at]!.slice(), variable.shape);
      variable.assign(tensor);
      tensor.dispose();
    });
  }

  get className(): OptimizerSettings['class'] {
    return this.settings.class;
  }

  /** Steps that were made. */
  get steps(): number {
    return this.stepCount;
  }

  /** Goes on as if so many steps had been made; the state of each parameter is taken over by `advance`. */
  resume(steps: number): void {
    this.stepCount = steps;
  }

  /** Begins a step that is computed elsewhere, with the state of this optimizer. */
  beginStep(): { readonly rates: readonly number[]; readonly momentum: number; readonly correction: number } {
    this.stepCount++;
    const { settings, rates } = this;
    if (settings.class === 'SGD') return { rates: rates.current, momentum: rates.momentum, correction: 1 };
    const [beta1, beta2] = settings.betas;
    const stepSizes = rates.current.map((rate) => rate / (1 - beta1 ** this.stepCount));
    return { rates: stepSizes, momentum: 0, correction: Math.sqrt(1 - beta2 ** this.stepCount) };
  }

  /** Another variable, of another shape, takes the place of one, with a state like that of `readState`. */
  replaceMember(before: tf.Variable, after: tf.Variable, state: readonly Float32Array[]): void {
    tf.dispose([...this.state.get(before)!]);
    this.state.delete(before);
    this.state.set(
      after,
      state.map((values) => variableOf(values, after.shape)),
    );
    this.groups = this.groups.map((group) => ({
      ...group,
      members: group.members.map((member) => (member === before ? after : member)),
    }));
  }

  dispose(): void {
    for (const variables of this.state.values()) tf.dispose([...variables]);
  }

  private update(member: tf.Variable, gradient: tf.Tensor, group: number): void {
    const { settings } = this;
    const learningRate = this.rates.current[group]!;
    const weightDecay = this.groups[group]!.weightDecay ?? settings.weightDecay;
    const [first, second] = this.state.get(member)! as [tf.Variable, tf.Variable];
    if (settings.class === 'SGD') {
      const { nesterov } = settings;
      updateSgd(member, gradient, first, { learningRate, momentum: this.rates.momentum, weightDecay, nesterov });
      return;
    }
    const [beta1, beta2] = settings.betas;
    updateAdam(member, gradient, [first, second], {
      stepSize: learningRate / (1 - beta1 ** this.stepCount),
      beta1,
      beta2,
      correction: Math.sqrt(1 - beta2 ** this.stepCount),
      epsilon: settings.eps,
      weightDecay,
    });
  }
}

function updateSgd(weights: tf.Variable, gradient: tf.Tensor, velocity: tf.Variable, attributes: SgdAttributes): void {
  if (runInPlace(sgdUpdateKernel, { weights, gradient, velocity }, attributes)) return;
  const { learningRate, momentum, weightDecay, nesterov } = attributes;
  tf.tidy(() => {
    const decayed = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(weights, weightDecay));
    const moved = momentum === 0 ? decayed : tf.add(tf.mul(velocity, momentum), decayed);
    if (momentum !== 0) velocity.assign(moved);
    const direction = nesterov ? tf.add(decayed, tf.mul(moved, momentum)) : moved;
    weights.assign(tf.sub(weights, tf.mul(direction, learningRate)));
  });
}

function updateAdam(
  weights: tf.Variable,
  gradient: tf.Tensor,
  [mean, variance]: readonly [tf.Variable, tf.Variable],
  attributes: AdamAttributes,
): void {
  if (runInPlace(adamUpdateKernel, { weights, gradient, mean, variance }, attributes)) return;
  const { stepSize, beta1, beta2, correction, epsilon, weightDecay } = attributes;
  tf.tidy(() => {
    const decayed = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(weights, weightDecay));
    mean.assign(tf.add(tf.mul(mean, beta1), tf.mul(decayed, 1 - beta1)));
    variance.assign(tf.add(tf.mul(variance, beta2), tf.mul(tf.square(decayed), 1 - beta2)));
    const denominator = tf.add(tf.div(tf.sqrt(variance), correction), epsilon);
    weights.assign(tf.sub(weights, tf.mul(tf.div(mean, denominator), stepSize)));
  });
}

function variableOf(values: Float32Array, shape: readonly number[]): tf.Variable {
  const tensor = tf.tensor(values.slice(), [...shape]);
  const variable = tf.variable(tensor);
  tensor.dispose();
  return variable;
}

function zeroVariable(shape: readonly number[]): tf.Variable {
  const zeros = tf.zeros([...shape]);
  const variable = tf.variable(zeros);
  zeros.dispose();
  return variable;
}
