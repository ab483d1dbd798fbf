import { z } from 'zod';
import type { ArgumentProblem } from '../define-method.ts';
import { defineExtension } from '../define-method.ts';

/** The word for a finished run in place of a model. */
const finishedRun = 'run';

const weight = z.number().min(0, { error: 'A weight of a loss is 0 or more.' });

export default defineExtension({
  kind: 'extension',
  name: 'KnowledgeDistillation',
  extension: true,
  summary: "Lets a trained network teach this one: it learns the teacher's probabilities beside the labels.",
  notes: [
    '`teacher` is a model by its name, which is trained first, dense, on the same data; or `run`: a finished run on data of the same shape and classes, with the weights that it ended with.',
    'Where the schedule says `run`, the Runs table marks the run that teaches: the one trained last, unless another is chosen there. `npm run train` has no such table and takes models only.',
    'The page keeps the weights of the newest 50 runs, 200 MB at most. A quantized run teaches with its quantized weights; its activations are float.',
    'Acts in its active epochs only. Before, after, and whenever accuracy is measured, the student is alone.',
    'The weight of the student counts for labels and for every penalty of a regularizer, as in Distiller, where distillation acts after all other policies.',
    'The teacher is evaluated as a finished network. Distiller leaves it in training mode: its batch normalizations go on learning.',
    'Distiller has this on its command line only: `--kd-teacher`, `--kd-temp`, `--kd-distill-wt`, `--kd-student-wt`.',
  ],
  formula: 'L = wₛ·L₀ + w_d·T²·D, D = mean over images of Σ p_t·(log p_t − log p_s), p = softmax(z/T)',
  equation: {
    tex: [
      String.raw`L = w_s L_0 + w_d\,T^2 D, \qquad D = \frac{1}{B}\sum_{b} \sum_{c} p^{t}_{b,c}\,\bigl(\log p^{t}_{b,c} - \log p^{s}_{b,c}\bigr)`,
      String.raw`p = \operatorname{softmax}(z / T)`,
    ],
    where:
      '$L_0$ is the loss with all that policies above have added, $w_s$ `student_weight`, $w_d$ `distill_weight`, $T$ `temperature`, and $p^t$, $p^s$ come from the logits $z$ of teacher and student over $B$ images and all classes $c$.',
  },
  reference: {
    title: 'Hinton, Vinyals & Dean 2015, Distilling the Knowledge in a Neural Network',
    url: 'https://arxiv.org/abs/1503.02531',
  },
  args: z.strictObject({
    teacher: z
      .string()
      .min(1)
      .describe('Who teaches: the name of a model, or `run` for the finished run that the Runs table marks.'),
    teacher_epochs: z
      .int()
      .min(1)
      .max(1000)
      .default(8)
      .describe('Epochs for which a teacher that is named as a model is trained first.'),
    teacher_size: z
      .int()
      .min(1)
      .optional()
      .describe('Training samples that such a teacher sees, from the first on. Without it as many as the student.'),
    temperature: z
      .number()
      .positive({ error: 'A temperature is above 0; from 1 on it softens.' })
      .default(1)
      .describe('Divides all logits before softmax: the higher, the more the small probabilities count.'),
    distill_weight: weight.default(0.5).describe("Weight of the distance to the teacher's probabilities."),
    student_weight: weight.default(0.5).describe('Weight of the loss on labels and of penalties.'),
  }),
  example: { teacher: 'simplenet_mnist', temperature: 4, distill_weight: 0.7, student_weight: 0.3 },
  names: { teacher: 'model-or-run' },
  check: checkWeights,
  create: ({ teacher, teacher_epochs, teacher_size, temperature, distill_weight, student_weight }) => ({
    type: 'distillation',
    teacher:
      teacher === finishedRun
        ? { kind: 'run' }
        : {
            ...{ kind: 'model', model: teacher, epochs: teacher_epochs },
            ...(teacher_size !== undefined && { size: teacher_size }),
          },
    temperature,
    distillWeight: distill_weight,
    studentWeight: student_weight,
  }),
});

function checkWeights(args: { distill_weight: number; student_weight: number }): readonly ArgumentProblem[] {
  if (args.distill_weight > 0) return [];
  const message = 'With `distill_weight` 0 nothing is learned from the teacher. Raise it, or remove the policy.';
  return [{ argument: 'distill_weight', code: 'nothing-distilled', severity: 'warning', message }];
}
