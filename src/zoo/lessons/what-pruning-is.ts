import type { Lesson } from '../lesson.ts';
import { accuracyAsk } from './accuracy-ask.ts';

export const whatPruningIs: Lesson = {
  id: 'what-pruning-is',
  title: 'What pruning is',
  summary: 'Take nine of ten weights out of a network, and see what is left of its accuracy.',
  steps: [
    {
      id: 'yardstick',
      title: 'First a yardstick',
      before: [
        'A small network reads handwritten digits. It has four layers with weights: `conv1`, `conv2`, `fc1` and `fc2`, about 20 000 weights in all. It sees 8 192 examples, eight times each.',
        'Nothing is removed yet. Everything that comes later is compared with this run.',
      ],
      question: 'How many of 100 new digits will it read correctly?',
      ask: accuracyAsk('dense', 50),
      runs: ['dense'],
      why: [
        'Most digits are easy: after one epoch nine of ten are right, and the other epochs fight for the last points.',
        'The step upwards late in the run is the learning rate falling to a tenth, not new knowledge. Compression must not be credited with it, so every recipe has the same fall.',
      ],
      look: [
        { place: 'Accuracy', words: 'steep at first, a step at epoch 6' },
        { place: 'Learning rate', words: 'the fall that makes this step' },
      ],
    },
    {
      id: 'nine-of-ten',
      title: 'Nine of ten weights go',
      before: [
        'Pruning sets weights to zero for good: a mask holds them there while the others go on learning. This schedule takes the smallest ones, in four cuts between epochs 2 and 6, until 90 % of each layer are gone.',
        'Small means: close to zero. A weight close to zero changes the output little, so it is a cheap one to lose.',
      ],
      question: 'Nine of ten weights are zero at the end. How much accuracy is left?',
      ask: accuracyAsk('gradual-90'),
      runs: ['gradual-90'],
      why: [
        'A trained network uses few of its weights strongly. Taking the smallest changes its outputs little, and the training between the cuts repairs the rest. Here the dense network reaches {dense}, the pruned one {gradual-90}.',
        'These zeros are scattered. The file gets smaller, yet no ordinary processor gets faster from them: that is a later lesson.',
      ],
      look: [
        { place: 'Sparsity', words: 'fast at first, slow at the end: a cubic curve' },
        { place: 'Accuracy', words: 'it dips with the last cuts and comes back' },
        { place: 'Timeline', words: 'the bar of the pruner, and the curve inside of it' },
        { place: 'Layers', parameter: 'fc1.weight', words: 'hatched cells in `fc1` are pruned weights' },
      ],
    },
  ],
  next: [
    { recipe: 'gradual-95', words: 'Half as many weights again: where does it begin to hurt?' },
    { recipe: 'sensitivity', words: 'Name no sparsity at all, and let each layer find its own.' },
  ],
};
