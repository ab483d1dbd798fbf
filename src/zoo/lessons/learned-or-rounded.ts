import type { Lesson } from '../lesson.ts';
import { accuracyAsk, roundedAsk } from './accuracy-ask.ts';

export const learnedOrRounded: Lesson = {
  id: 'learned-or-rounded',
  title: 'Learned with few bits, or rounded afterwards',
  summary: 'A network that trains with rounding learns to live with it. One that is rounded afterwards has to take it.',
  steps: [
    {
      id: 'afterwards',
      title: 'Rounded afterwards',
      before: [
        'The network trains as usual, with all bits. When it is finished, its weights are rounded to eight bits and its activations to three: eight values between the layers. The ranges come from 500 training images.',
        'That is post-training quantization. It takes seconds and needs no training.',
      ],
      question: 'The finished network reads about 98 of 100 digits. How many after rounding?',
      ask: roundedAsk('post-training-8-3'),
      runs: ['post-training-8-3'],
      rounds: 'post-training-8-3',
      why: [
        'Before rounding {post-training-8-3}, afterwards {post-training-8-3 rounded}. The activations fail first: their range is set by one extreme image, so most values share two or three steps.',
        'And the range is symmetric about zero, while a ReLU gives no negative number: half of the values wait for what never comes.',
      ],
      look: [{ place: 'Analyses', words: '*Post-training*: try other ways of clipping, and more bits' }],
    },
    {
      id: 'learned',
      title: 'Learned from the start',
      before: [
        'The same eight and three bits, but now they are there from the first step. Each forward pass rounds, and the gradient flows as if it had not: quantization-aware training.',
      ],
      question: 'How much accuracy with the same bits, learned?',
      ask: accuracyAsk('train-8-3'),
      runs: ['train-8-3'],
      why: [
        'Learned: {train-8-3}. Rounded afterwards: {post-training-8-3 rounded}. Training finds weights whose answers do not hang on the digits that rounding takes away.',
        'At eight bits both give the same, and rounding afterwards is cheaper. The fewer the bits, the more the training is worth.',
      ],
      look: [
        { place: 'Bit-widths', words: 'eight for weights from the first epoch on' },
        { place: 'Accuracy', words: 'hardly to be told from the dense run' },
      ],
    },
  ],
  next: [
    { recipe: 'post-training', words: 'Lower the bits of weights alone, step by step.' },
    { recipe: 'activations-2-asymmetric', words: 'Use the half that a symmetric range wastes.' },
  ],
};
