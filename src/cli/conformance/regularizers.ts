import * as tf from '@tensorflow/tfjs-core';
import { createInstance } from '../../methods/create-instance.ts';
import type { Regularizer } from '../../methods/regularizer.ts';
import type { TensorMath } from '../../methods/tensor-math.ts';
import type { Adapters } from './adapter.ts';
import { download, downloadNumber, upload } from './device.ts';
import { fromProject, parametersOf, type Parameter } from './layout.ts';
import type { Fields, VectorTensor } from './vector-file.ts';

/** The area `regularizers`. */

const className = (args: Fields): string => `${args.get<string>('kind')}Regularizer`;

function regularizerOf(args: Fields): Regularizer {
  const criteria = args.values['threshold_criteria'] ?? null;
  const own = args.get<string>('kind') === 'GroupVariance' ? {} : { threshold_criteria: criteria };
  return createInstance('regularizer', className(args), { ...args.pick('reg_regims'), ...own });
}

/** The penalty of all parameters and its gradient by parameter, null for those that it does not touch. */
async function penaltyOf(regularizer: Regularizer, parameters: readonly Parameter[], math: TensorMath<tf.Tensor>) {
  let total = 0;
  const gradients: Record<string, VectorTensor | null> = {};
  for (const { spec, values } of parameters) {
    gradients[spec.name] = null;
    if (!regularizer.touches(spec)) continue;
    const weights = upload(spec.shape, values);
    const { value, grad } = tf.valueAndGrad((w: tf.Tensor) => tf.reshape(regularizer.penalty(math, w, spec), []))(
      weights,
    );
    weights.dispose();
    total += await downloadNumber(value);
    const { data } = await download(grad);
    gradients[spec.name] = { shape: spec.shape, data };
  }
  return { total, gradients };
}

async function thresholdMaskOf(
  regularizer: Regularizer,
  { spec, values }: Parameter,
  math: TensorMath<tf.Tensor>,
): Promise<readonly number[] | null> {
  if (!regularizer.touches(spec)) return null;
  const [mask] = tf.tidy(() => {
    const made = regularizer.thresholdMask(math, upload(spec.shape, values), spec);
    return made === null ? [] : [made];
  });
  return mask === undefined ? null : (await download(mask)).data;
}

const inFileLayout = ({ spec }: Parameter, values: ArrayLike<number> | null): VectorTensor | null =>
  values && fromProject(spec.shape, values);

/** Name to value, over parameters. */
function named<T>(parameters: readonly Parameter[], value: (parameter: Parameter) => T): Record<string, T> {
  return Object.fromEntries(parameters.map((parameter) => [parameter.spec.name, value(parameter)]));
}

interface PolicyRun {
  readonly regularizer: Regularizer;
  readonly math: TensorMath<tf.Tensor>;
  readonly args: Fields;
  parameters: readonly Parameter[];
  masks: Record<string, readonly number[] | null>;
}

/** One step of gradient descent on a sum of squares with the penalty, then the drift, then the end-of-minibatch callbacks. */
async function policyStep(run: PolicyRun, drift: Readonly<Record<string, VectorTensor>>, moment: Moment) {
  const { regularizer, math, args } = run;
  const factor = args.number('loss_factor');
  const squares = run.parameters.flatMap(({ values }) => Array.from(values, (value) => value * value));
  const dataLoss = factor * squares.reduce((sum, square) => sum + square, 0);
  const penalty = moment.active ? await penaltyOf(regularizer, run.parameters, math) : null;
  const drifts = new Map(parametersOf(drift).map((parameter) => [parameter.spec.name, parameter.values]));
  run.parameters = run.parameters.map(({ spec, values }) => {
    const gradient = penalty?.gradients[spec.name]?.data;
    const moved = values.map((value, index) => {
      const slope = 2 * factor * value + (gradient?.[index] ?? 0);
      const mask = run.masks[spec.name]?.[index] ?? 1;
      return mask * (value - args.number('lr') * slope + (drifts.get(spec.name)?.[index] ?? 0));
    });
    return { spec, values: moved };
  });
  if (moment.active) await threshold(run, moment.isLast && args.get<boolean>('keep_mask'));
  return { dataLoss, overallLoss: dataLoss + (penalty?.total ?? 0) };
}

async function threshold(run: PolicyRun, keep: boolean): Promise<void> {
  const masked: Parameter[] = [];
  for (const parameter of run.parameters) {
    const mask = await thresholdMaskOf(run.regularizer, parameter, run.math);
    if (mask && keep) run.masks[parameter.spec.name] = mask;
    masked.push({ ...parameter, values: parameter.values.map((value, index) => value * (mask?.[index] ?? 1)) });
  }
  run.parameters = masked;
}

interface Moment {
  readonly epoch: number;
  readonly minibatch: number;
  readonly active: boolean;
  /** The last minibatch of the policy's last epoch. */
  readonly isLast: boolean;
}

function moments(args: Fields): readonly Moment[] {
  const [start, end] = [args.number('starting_epoch'), args.number('ending_epoch')];
  const steps = args.number('minibatches_per_epoch');
  return Array.from({ length: args.number('epochs') * steps }, (_, step) => {
    const epoch = Math.floor(step / steps);
    const minibatch = step % steps;
    const active = epoch >= start && epoch < end && (epoch - start) % args.number('frequency') === 0;
    return { epoch, minibatch, active, isLast: epoch === end - 1 && minibatch === steps - 1 };
  });
}

export const regularizers: Adapters = {
  regularizer_loss: async ({ args, inputs }, { math }) => {
    const parameters = parametersOf(inputs.get('params'));
    const { total, gradients } = await penaltyOf(regularizerOf(args), parameters, math);
    return {
      regularizer_loss: total,
      overall_loss: args.number('loss') + total,
      component_name: `${className(args)}_loss`,
      grads: named(parameters, (parameter) => inFileLayout(parameter, gradients[parameter.spec.name]?.data ?? null)),
    };
  },
  regularizer_threshold: async ({ args, inputs }, { math }) => {
    const regularizer = regularizerOf(args);
    const parameters = parametersOf(inputs.get('params'));
    const masks: Record<string, VectorTensor | null> = {};
    for (const parameter of parameters) {
      masks[parameter.spec.name] = inFileLayout(parameter, await thresholdMaskOf(regularizer, parameter, math));
    }
    return { masks, is_regularization_mask: named(parameters, ({ spec }) => masks[spec.name] !== null) };
  },
  regularization_policy_run: async ({ args, inputs }, { math }) => {
    const parameters = parametersOf(inputs.get('params'));
    const run: PolicyRun = { regularizer: regularizerOf(args), math, args, parameters, masks: {} };
    const drifts = inputs.get<readonly Readonly<Record<string, VectorTensor>>[]>('drifts');
    const steps: Record<string, unknown>[] = [];
    for (const [index, moment] of moments(args).entries()) {
      const { dataLoss, overallLoss } = await policyStep(run, drifts[index] ?? {}, moment);
      steps.push({
        epoch: moment.epoch,
        minibatch: moment.minibatch,
        data_loss: dataLoss,
        overall_loss: overallLoss,
        params: named(run.parameters, (parameter) => inFileLayout(parameter, parameter.values)),
        masks: named(run.parameters, (parameter) => inFileLayout(parameter, run.masks[parameter.spec.name] ?? null)),
      });
    }
    return { steps };
  },
};
