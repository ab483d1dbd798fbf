import type { Lesson } from '../lesson.ts';
import { accuracyAsk } from './accuracy-ask.ts';

export const distillation: Lesson = {
  id: 'distillation',
  title: 'A teacher who has seen more',
  summary: 'Another network’s doubts are worth more than labels: how much a 4 looks like a 9.',
  steps: [
    {
      id: 'alone',
      title: 'The student alone',
      before: [
        'A student gets 512 digits and their labels, nothing else, and goes over them 40 times. The dense network of the other lessons had sixteen times as many.',
      ],
      question: 'How much accuracy from 512 examples?',
      ask: accuracyAsk('labels-only', 50),
      runs: ['labels-only'],
      why: [
        'It ends at {labels-only}. It knows its 512 examples by heart; what is missing is not effort but knowledge.',
      ],
      look: [{ place: 'Accuracy', words: 'training nears 100 %, validation stays behind' }],
    },
    {
      id: 'taught',
      title: 'The same 512, with a teacher',
      before: [
        'A teacher, a network of the same size, has seen 12 288 digits; it is trained first. For each of the 512 images it tells the student how sure it is of each of the ten digits. No image and no label is added.',
        'A temperature of 4 softens the teacher’s answers, so that its small doubts can be heard.',
      ],
      question: '512 labels are 512 labels. How much accuracy with a teacher?',
      ask: accuracyAsk('distillation', 50),
      runs: ['distillation'],
      why: [
        'Alone {labels-only}, taught {distillation}. For each image the teacher gives nine more numbers, which it learned from twenty-four times the data.',
        'At temperature 1 the teacher says little more than the label does. A higher temperature also makes the loss steeper, by its square: raise it and the rate has to fall.',
      ],
      look: [
        { place: 'Loss', words: 'the part that the teacher adds' },
        { place: 'Timeline', words: 'the teacher’s bar, over all epochs' },
      ],
    },
  ],
  next: [
    { recipe: 'distillation', words: 'Set `temperature: 1` and predict again.' },
    { recipe: 'leaving-early', words: 'Another way for two answers in one network.' },
  ],
};
