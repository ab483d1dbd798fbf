import { difference } from '../lesson-numbers.ts';
import type { Lesson } from '../lesson.ts';
import { accuracyAsk } from './accuracy-ask.ts';

export const gradualOrOneCut: Lesson = {
  id: 'gradual-or-one-cut',
  title: 'Gradually, or in one cut',
  summary: 'Two roads to the same sparsity end at different accuracies. Time to recover decides.',
  steps: [
    {
      id: 'two-roads',
      title: 'The same end, two roads',
      before: [
        'Both runs end with 95 % zeros in every layer, and both make their last cut at epoch 5. One makes four cuts, with training between them; the other makes a single one.',
        'Two networks are trained, one after the other.',
      ],
      question: 'Which one reads more digits correctly at the end?',
      ask: {
        kind: 'choice',
        options: [
          { value: 'gradual', label: 'Four cuts are better, by more than a point' },
          { value: 'equal', label: 'There is hardly a difference' },
          { value: 'one-cut', label: 'The single cut is better, by more than a point' },
        ],
        answer: (numbers) => {
          const gain = difference(numbers.accuracy('gradual-95'), numbers.accuracy('one-shot-95'));
          if (gain === null) return null;
          if (Math.abs(gain) <= 1) return 'equal';
          return gain > 0 ? 'gradual' : 'one-cut';
        },
      },
      runs: ['gradual-95', 'one-shot-95'],
      why: [
        'After each small cut the network moves its knowledge into the weights that stay, and the next cut looks at the new sizes. A single cut trusts the sizes of a network that never had to do without.',
        'With four cuts: {gradual-95}. With one: {one-shot-95}.',
        'At 90 % the difference nearly vanishes, at 98 % it is much larger: the road matters where the goal is far.',
      ],
      look: [
        { place: 'Accuracy', words: 'the cliff of the single cut, and how far it climbs back' },
        { place: 'Runs', words: '*Overlay* lays the curves of both over one another' },
      ],
    },
    {
      id: 'no-time',
      title: 'A cut with no time left',
      before: [
        'The single cut moves from epoch 5 to the last epoch, where the learning rate is already small. The sparsity at the end is the same.',
      ],
      question: 'How much accuracy is left?',
      ask: accuracyAsk('one-shot-95-no-recovery'),
      runs: ['one-shot-95-no-recovery'],
      why: [
        'What a cut destroys is repaired by training, and one epoch at a tenth of the rate is not enough. Pruning is cutting and training on: the second half is not optional.',
        'Single runs lie far apart here. Press *Repeat* in the runs to train other seeds before you believe a number.',
      ],
      look: [
        { place: 'Loss', words: 'it jumps in the last epoch and does not come back' },
        { place: 'Timeline', words: 'the single cut, at the very end' },
      ],
    },
  ],
  next: [
    { recipe: 'one-shot-95-at-birth', words: 'Then cut before the first step, with the whole run to recover.' },
    { recipe: 'recovery-too-bold', words: 'Or recover with ten times the learning rate.' },
  ],
};
