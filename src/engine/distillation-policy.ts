import * as tf from '@tensorflow/tfjs-core';
import type { Teacher } from '../methods/extension.ts';
import type { Policy } from '../schedule/schedule.ts';
import type { ActivePolicy, LossInputs, LossSoFar } from './policy.ts';

export interface DistillationSettings {
  readonly temperature: number;
  readonly distillWeight: number;
  readonly studentWeight: number;
  readonly teacher: Teacher;
}

/** The name of what distillation adds to the loss. */
const partName = 'Distill Loss';

/**
 * Knowledge distillation (Hinton et al. 2015; reference 9.1): overall = w_s · loss + w_d · T² · D, where D is the divergence
 * of the student's softened outputs from the teacher's and loss is whatever policies before this one made of it. The
 * reported part is D.
 *
 * @param logitsOf Logits of the teacher, in inference mode.
 */
export function createDistillationPolicy(
  policy: Policy,
  { temperature, distillWeight, studentWeight, teacher }: DistillationSettings,
  logitsOf: (inputs: tf.Tensor) => tf.Tensor,
): ActivePolicy {
  return {
    policy,
    lossTerm: { kind: 'distillation', name: partName, teacher, temperature, distillWeight, studentWeight },
    beforeBackwardPass<T>(loss: LossSoFar<T>, { math, inputs, logits }: LossInputs<T>): LossSoFar<T> {
      // The one policy that needs more than `TensorMath` gives; on this side of the engine T is a tensor.
      const student = logits as unknown as tf.Tensor;
      const ofTeacher = (): tf.Tensor => logitsOf(inputs as unknown as tf.Tensor);
      const value = divergence(student, ofTeacher, temperature) as unknown as T;
      const ofLabels = math.mul(loss.overall, studentWeight);
      const overall = math.add(ofLabels, math.mul(value, distillWeight * temperature ** 2));
      return { overall, parts: [...loss.parts, { name: partName, value }] };
    },
  };
}

/**
 * KL(softmax(teacher/T) ‖ softmax(student/T)), summed over classes, mean over the batch; differentiable in the student.
 *
 * @param teacher Called where no gradients are recorded.
 */
export function divergence(student: tf.Tensor, teacher: () => tf.Tensor, temperature: number): tf.Scalar {
  return tf.customGrad((...args) => {
    const [input, save] = args as [tf.Tensor, tf.GradSaveFunc];
    const batch = input.shape[0];
    const ofTeacher = logSoftmax(tf.div(teacher(), temperature));
    const ofStudent = logSoftmax(tf.div(input, temperature));
    const probabilities = tf.exp(ofTeacher);
    const value = tf.div(tf.sum(tf.mul(probabilities, tf.sub(ofTeacher, ofStudent))), batch);
    save([tf.div(tf.sub(tf.exp(ofStudent), probabilities), batch * temperature)]);
    return { value, gradFunc: (dy, saved) => tf.mul(saved[0]!, dy) };
  })(student) as tf.Scalar;
}

function logSoftmax(logits: tf.Tensor): tf.Tensor {
  const shifted = tf.sub(logits, tf.max(logits, 1, true));
  return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), 1, true)));
}
