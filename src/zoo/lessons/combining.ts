import { quotient } from '../lesson-numbers.ts';
import type { Lesson } from '../lesson.ts';
import { accuracyAsk } from './accuracy-ask.ts';

export const combining: Lesson = {
  id: 'combining',
  title: 'Combining without breaking',
  summary: 'Fewer weights and fewer bits add up, in size and in loss, as long as there is time to recover.',
  steps: [
    {
      id: 'both',
      title: 'Fewer weights with fewer bits',
      before: [
        'This schedule prunes 90 % of the weights, gradually, and trains the others with four bits from the first step on. Pruning alone ends at {gradual-90}.',
      ],
      question: 'Both at once. How much accuracy is left?',
      ask: accuracyAsk('prune-and-quantize'),
      runs: ['prune-and-quantize'],
      why: [
        'The two losses nearly add up, and both are small: {prune-and-quantize}. Pruning takes the small weights, and rounding would have made zeros of the same small weights.',
        'The mask survives rounding because zero is one of the values. A method without a zero, such as `DorefaQuantizer`, brings pruned weights back: choose one with a zero when you prune.',
      ],
      look: [
        { place: 'Timeline', words: 'two bars that overlap' },
        { place: 'Bit-widths', words: 'four bits throughout' },
        { place: 'Sparsity', words: 'the same curve as without bits' },
      ],
    },
    {
      id: 'size',
      title: 'How much smaller',
      before: [
        'A dense network stores 32 bits for each weight. Now a tenth of the weights is left, with four bits each: 80 times less. But a file also has to say where the weights are that stay.',
      ],
      question: 'How many times smaller is the file, with a bit for each place?',
      ask: {
        kind: 'number',
        label: 'Times smaller',
        min: 1,
        max: 100,
        step: 1,
        unit: 'times',
        measure: (numbers) => quotient(numbers.sizeBytes('dense'), numbers.sizeBytes('prune-and-quantize')),
      },
      runs: ['dense', 'prune-and-quantize'],
      why: [
        'One bit for each of all places is more than four bits for a tenth of them: where the weights are costs more than what they are. Beyond some sparsity a file stores mostly addresses.',
      ],
      look: [
        { place: 'Size', words: 'bytes after packing, epoch by epoch' },
        { place: 'Cost', words: 'other ways to say where the weights are' },
      ],
    },
    {
      id: 'timid',
      title: 'How it breaks',
      before: [
        'A single cut to 95 % at epoch 5, and from then on a thousandth of the learning rate, since fine-tuning is said to need a small rate. With the usual rate the same cut ends at {one-shot-95}.',
      ],
      question: 'How much accuracy is left?',
      ask: accuracyAsk('recovery-too-timid'),
      runs: ['recovery-too-timid'],
      why: [
        'It ends at {recovery-too-timid}. After a deep cut the network is far from any good place, and tiny steps do not get there in three epochs. Small rates polish; they do not rebuild.',
        'So when you combine: leave time after the last cut, keep the rate up until it is repaired, and switch one thing at a time if you want to know what broke.',
      ],
      look: [
        { place: 'Learning rate', words: 'the fall at epoch 5' },
        { place: 'Loss', words: 'nearly flat, close to 2.3, where guessing is' },
      ],
    },
  ],
  next: [
    { recipe: 'filters-thin-quantize', words: 'Three methods in a row, each on what the one before has left.' },
    { recipe: 'touches-nothing', words: 'A mistake that makes no noise: who notices?' },
  ],
};
