import * as tf from '@tensorflow/tfjs-core';
import { createDistillationPolicy } from '../../engine/distillation-policy.ts';
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
    const policy = createDistillationPolicy({} as Policy, {
      temperature: args.number('temperature'),
      distillWeight: args.number('distill_weight'),
      studentWeight: args.number('student_weight'),
      teacher: () => teacher,
    });
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
};
