import * as tf from '@tensorflow/tfjs-core';
import {
  earlyExitLoss,
  exitLossWeights,
  exitsByLoss,
  isAmongLargest,
  sampleLosses,
  shareByExit,
  type ExitLogits,
  type ExitShare,
} from '../../core/early-exit.ts';
import { createDistillationPolicy } from '../../engine/distillation-policy.ts';
import { earlyExitLoss as deviceEarlyExitLoss } from '../../engine/early-exit-loss.ts';
import { softmaxCrossEntropy } from '../../engine/operations.ts';
import type { LossInputs, LossSoFar, PolicyEnvironment } from '../../engine/policy.ts';
import type { Policy } from '../../schedule/schedule.ts';
import type { Adapters } from './adapter.ts';
import { download, downloadNumber, upload } from './device.ts';
import type { VectorTensor } from './vector-file.ts';

/** The area `distillation`. */

/** Cross-entropy with the labels, the mean over the batch. */
function crossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const { loss, perSample } = softmaxCrossEntropy(logits, labels);
  perSample.dispose();
  return loss;
}

export const distillation: Adapters = {
  kd_loss: async ({ args, inputs }, { math }) => {
    const read = ({ shape, data }: VectorTensor): tf.Tensor => upload(shape, data);
    const student = read(inputs.tensor('student_logits'));
    const teacher = read(inputs.tensor('teacher_logits'));
    const labels = tf.tensor1d([...inputs.tensor('labels').data], 'int32');
    // The loss depends on the settings alone, neither on the schedule nor on the parameters.
    const settings = {
      temperature: args.number('temperature'),
      distillWeight: args.number('distill_weight'),
      studentWeight: args.number('student_weight'),
      teacher: { kind: 'run' },
    } as const;
    const policy = createDistillationPolicy({} as Policy, settings, () => teacher);
    const lossOf = (logits: tf.Tensor): LossSoFar<tf.Tensor> => {
      const start: LossSoFar<tf.Tensor> = { overall: crossEntropy(logits, labels), parts: [] };
      const batch = { math, inputs: teacher, logits, weightsOf: () => logits } satisfies LossInputs<tf.Tensor>;
      return policy.beforeBackwardPass?.(start, batch, {} as PolicyEnvironment) ?? start;
    };
    const { value, grad } = tf.valueAndGrad((logits: tf.Tensor) => tf.reshape(lossOf(logits).overall, []))(student);
    const studentLoss = tf.tidy(() => crossEntropy(student, labels));
    const { parts } = lossOf(student);
    const result = {
      student_loss: await downloadNumber(studentLoss),
      overall_loss: await downloadNumber(value),
      distillation_loss: parts[0] && (await downloadNumber(parts[0].value)),
      component_name: parts[0]?.name,
      grad_student_logits: await download(grad),
    };
    tf.dispose([student, teacher, labels]);
    return result;
  },
  early_exit_loss: async ({ args, inputs }) => {
    const weights = exitLossWeights(args.get('loss_weights'));
    const logits = inputs.get<readonly VectorTensor[]>('logits');
    const labels = inputs.tensor('labels').data;
    const labelTensor = tf.tensor1d([...labels], 'int32');
    const tensors = logits.map(({ shape, data }) => upload(shape, data));
    const lossOf = (...outputs: tf.Tensor[]): tf.Scalar => {
      const { loss, perSample } = deviceEarlyExitLoss(outputs, labelTensor, weights);
      tf.dispose([...perSample]);
      return loss;
    };
    const { value, grads } = tf.valueAndGrads(lossOf)(tensors);
    tf.dispose([labelTensor, ...tensors]);
    const exits = logits.map(exitOf);
    const loss = await downloadNumber(value);
    const reference = earlyExitLoss(exits, labels, weights);
    if (Math.abs(loss - reference) > 1e-4) throw new Error(`the device gives ${loss}, plain arrays ${reference}`);
    return {
      loss,
      grads: await Promise.all(grads.map(download)),
      top1_per_exit: exits.map((exit) => percent(isAmongLargest(exit, labels, 1))),
    };
  },
  early_exit_decide: ({ args, inputs }) => {
    const thresholds = args.get<readonly number[]>('thresholds');
    const batches = inputs.get<readonly ExitBatch[]>('batches').map(({ logits, labels }) => {
      const exits = logits.map(exitOf);
      const losses = exits.map((exit) => sampleLosses(exit, labels.data));
      const right = (k: number) => exits.map((exit) => isAmongLargest(exit, labels.data, k));
      return { losses, taken: exitsByLoss(losses, thresholds), top1: right(1), top5: right(5) };
    });
    const taken = batches.flatMap((batch) => batch.taken);
    const sharesOf = (key: 'top1' | 'top5') =>
      shareByExit(
        taken,
        Array.from({ length: thresholds.length + 1 }, (_, exit) => batches.flatMap((batch) => batch[key][exit] ?? [])),
      );
    const [top1, top5] = [sharesOf('top1'), sharesOf('top5')];
    const total = (shares: readonly ExitShare[]): number =>
      sum(shares.map(({ taken: count, right }) => (100 * count * (right ?? 0)) / taken.length));
    const losses = top1.map(
      (_, exit) => sum(batches.map((batch) => average(batch.losses[exit] ?? []))) / batches.length,
    );
    return {
      sample_losses: batches.map((batch) =>
        batch.losses.map((values) => ({ shape: [values.length], data: Array.from(values) })),
      ),
      sample_exits: batches.map((batch) => batch.taken),
      exit_taken: top1.map(({ taken: count }) => count),
      mean_loss_per_exit: losses,
      top1_per_exit: top1.map(({ right }) => right && 100 * right),
      top5_per_exit: top5.map(({ right }) => right && 100 * right),
      total_top1: total(top1),
      total_top5: total(top5),
      reported_losses: losses.map((loss, exit) => (top1[exit]?.taken === 0 ? 0 : loss)),
    };
  },
};

interface ExitBatch {
  readonly logits: readonly VectorTensor[];
  readonly labels: VectorTensor;
}

const exitOf = ({ shape, data }: VectorTensor): ExitLogits => ({ logits: data, classCount: shape[1] ?? 1 });
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const average = (values: ArrayLike<number>): number => sum(Array.from(values)) / values.length;
const percent = (flags: readonly boolean[]): number => (100 * flags.filter(Boolean).length) / flags.length;
