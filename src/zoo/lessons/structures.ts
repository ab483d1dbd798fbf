import type { Lesson } from '../lesson.ts';
import { accuracyAsk } from './accuracy-ask.ts';

export const structures: Lesson = {
  id: 'structures',
  title: 'Structures, and why hardware cares',
  summary: 'Whole filters cost more accuracy than single weights, and are the only zeros that make a network faster.',
  steps: [
    {
      id: 'filters',
      title: 'Fourteen of sixteen filters',
      before: [
        'Seven of eight weights of `conv2` go in two ways: as 14 whole filters of 16, or one by one, wherever the smallest are. Both networks lose exactly as many weights.',
        'Single weights can be chosen freely and keep {elements-875} of accuracy. A filter takes its good weights along.',
      ],
      question: 'How much accuracy is left when whole filters go?',
      ask: accuracyAsk('filters-875', 50),
      runs: ['elements-875', 'filters-875'],
      why: [
        'Choosing whole filters leaves less choice, and it shows: {filters-875} against {elements-875}.',
        'But 14 missing filters can be taken out of the network: `conv2` then needs an eighth of its multiplications and `fc1` an eighth of its inputs, on any processor. Scattered zeros are multiplied like any other number.',
      ],
      look: [
        { place: 'Inspect', parameter: 'conv2.weight', words: 'whole filters hatched, or single cells' },
        { place: 'Cost', words: 'multiplications of the dense network, and of what is left' },
      ],
    },
    {
      id: 'cut-out',
      title: 'Cut out for good',
      before: [
        'Now half of the filters of `conv2` go, and at epoch 4 they are cut out: the tensors themselves become smaller. Single weights and bits are taken afterwards, from what is left.',
      ],
      question: 'A smaller, sparser, coarser network: how much accuracy is left?',
      ask: accuracyAsk('filters-thin-quantize', 50),
      runs: ['filters-thin-quantize'],
      why: [
        'With half of the filters there is enough left to choose from, and the epochs after the cut repair the rest: {filters-thin-quantize}. Each epoch after the cut also takes less time.',
        'Structures first, then single weights, then bits: each step works on what the one before has left.',
      ],
      look: [
        { place: 'Layers', parameter: 'conv2.weight', words: 'the shape of `conv2` before and after epoch 4' },
        { place: 'Size', words: 'bytes and multiplications fall together' },
        { place: 'Timeline', words: 'who acts when' },
      ],
    },
  ],
  next: [
    { recipe: 'group-lasso-neurons', words: 'Press on whole neurons until they leave by themselves.' },
    { recipe: 'filters-redrawn', words: 'Choose filters by lot, anew in each epoch: a trap.' },
  ],
};
