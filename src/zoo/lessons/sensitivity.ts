import type { Lesson } from '../lesson.ts';
import { accuracyAsk } from './accuracy-ask.ts';

export const sensitivity: Lesson = {
  id: 'sensitivity',
  title: 'Which layer can bear it',
  summary: 'The same number of weights, shared out differently over the layers, is another network.',
  steps: [
    {
      id: 'uniform',
      title: 'Two of a hundred, everywhere',
      before: [
        'About 400 of 20 000 weights stay. This schedule keeps 2 % in each layer alike. The first layer has only 200 weights, so it keeps four.',
      ],
      question: 'How much accuracy is left with 2 % of every layer?',
      ask: accuracyAsk('uniform-98'),
      runs: ['uniform-98'],
      why: [
        'Everything that the network sees must pass through the four weights of the first layer. That is a bottleneck for next to nothing: sparing 36 more there could not be seen in the total.',
        'It ends at {uniform-98}.',
      ],
      look: [
        { place: 'Layers', parameter: 'conv1.weight', words: 'count the filters of `conv1` that are still alive' },
        { place: 'Sparsity', words: 'all layers on one curve' },
      ],
    },
    {
      id: 'budget',
      title: 'As many, shared out',
      before: [
        'Again about 400 weights stay. Now `conv1` keeps 20 %, `conv2` 4 %, `fc1` 1 % and `fc2` an eighth: the small layers more, the large one less.',
      ],
      question: 'Same total, other shares. How much accuracy now?',
      ask: accuracyAsk('budget-98'),
      runs: ['budget-98'],
      why: [
        'The large dense layer holds 80 % of all weights and much that others hold too; the first and the last layer are small, and everything passes through them. Alike everywhere: {uniform-98}. Shared out: {budget-98}.',
        'Each layer alone stands 98 % well: the collapse is joint. A scan that prunes one layer at a time, as *Analyses* offers it, shows which layers are fragile and not how they fall together.',
      ],
      look: [
        { place: 'Analyses', words: '*Sensitivity* prunes one layer at a time, without training on' },
        { place: 'Layers', parameter: 'conv1.weight', words: 'more of `conv1` is alive' },
      ],
    },
  ],
  next: [
    { recipe: 'sensitivity', words: 'Let each layer find its own sparsity by a threshold.' },
    { recipe: 'fashion-gradual-90', words: 'Prune a network that tells clothes apart: which class pays?' },
  ],
};
