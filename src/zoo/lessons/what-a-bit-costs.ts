import type { Lesson } from '../lesson.ts';
import { accuracyAsk } from './accuracy-ask.ts';

export const whatABitCosts: Lesson = {
  id: 'what-a-bit-costs',
  title: 'What a bit costs',
  summary: 'From 256 values for each weight down to three: for a long time nothing happens, and then everything does.',
  steps: [
    {
      id: 'spirals',
      title: 'Two bits you can see',
      before: [
        'Two spirals of points, and a tiny network that has to tell them apart: each of its neurons draws a line. With all bits it is right nearly always.',
        'With two bits each weight is −1, 0 or +1 times one number, so the lines of the first layer have only eight directions.',
      ],
      question: 'How many of 100 points end on the right side?',
      ask: accuracyAsk('spirals-2-bit', 50),
      runs: ['spirals-2-bit'],
      why: [
        'The border turns angular, and too few lines are left to wind round twice: {spirals-2-bit}. Guessing gives 50 %.',
      ],
      look: [
        { place: 'Bit-widths', words: 'two bits for each weight, from the first epoch on' },
        { place: 'Accuracy', words: 'it levels off early' },
      ],
    },
    {
      id: 'three-bits',
      title: 'Seven values',
      before: [
        'Back to digits. With three bits a weight is one of seven values. The activations keep eight bits.',
        'During training the weights underneath stay exact; only the forward pass sees them rounded.',
      ],
      question: 'How much accuracy does a network with seven values for each weight reach?',
      ask: accuracyAsk('train-3-8'),
      runs: ['train-3-8'],
      why: [
        'Nearly nothing is lost: {train-3-8}, where the dense network has {dense}. The rounding error is small beside the noise of training.',
        'More than half of the weights round to zero, though nobody asked for pruning: the step between the values is set by the largest weight, and all below half a step becomes zero. Coarse rounding is pruning in disguise.',
      ],
      look: [
        { place: 'Layers', parameter: 'fc1.weight', words: 'the histogram of `fc1`' },
        { place: 'Size', words: 'less than a tenth of the bytes' },
      ],
    },
    {
      id: 'two-bits',
      title: 'One bit less',
      before: ['Eight, four and three bits were nearly free. Now two bits, with one scale for each layer.'],
      question: 'And with two bits?',
      ask: accuracyAsk('train-2-8-collapse'),
      runs: ['train-2-8-collapse'],
      why: [
        'Everything is lost: {train-2-8-collapse}. Only weights larger than half of the largest one are not zero: almost none. Little signal passes, the largest weights grow, and that raises the step further.',
        'It is not that two bits are too few. With a range for each filter and a free zero point the same two bits reach {train-2-8-rescue}.',
      ],
      look: [
        { place: 'Loss', words: 'it comes to rest near 2.3, where guessing is' },
        { place: 'Inspect', parameter: 'fc1.weight', words: 'hardly a weight is left' },
      ],
    },
  ],
  next: [
    { recipe: 'train-2-8-rescue', words: 'Two bits again, and well spent.' },
    { recipe: 'activations-2-symmetric', words: 'Spend the bits on what never comes: a trap.' },
    { recipe: 'one-bit-weights', words: 'One bit for each weight, by another method.' },
  ],
};
