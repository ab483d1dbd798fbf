// Longer than most files: one list, in teaching order, is easier to keep than several.

/** A schedule with model and dataset, worth looking at: the gallery's entry. */
export interface Recipe {
  /** The file's name without ending. */
  readonly id: string;
  readonly title: string;
  /** `trap` marks a mistake on purpose. */
  readonly level: 'first steps' | 'next' | 'deeper' | 'trap';
  readonly topic: RecipeTopic;
  /** What to watch while it trains. */
  readonly lookFor: string;
  /** The schedule, as YAML. */
  readonly text: string;
  /** Where a run is expected to end, whatever its seed; fractions, both ends included. */
  readonly expected: Expected;
}

export type RecipeTopic = (typeof recipeTopics)[number];

/** What recipes are about, in teaching order. */
export const recipeTopics = [
  'Sparsity',
  'Structures',
  'Penalties',
  'Bits',
  'Combined',
  'Silent mistakes',
  'Other data',
  'Several networks',
] as const;

interface Expected {
  /** Share of the whole test set that is answered right. */
  readonly top1: Range;
  /** Share of zeros among the weights of all layers, biases left out. */
  readonly sparsity?: Range;
}

type Range = readonly [number, number];

/**
 * A range in percent as measured over three or four seeds, widened by one spread of the seeds and by no less than
 * `tolerance` points, as fractions: two runs of one schedule on two machines differ as two seeds do.
 */
function percent(lowest: number, highest: number, tolerance = 0.5): Range {
  const margin = Math.max(tolerance, highest - lowest);
  return [Math.max(0, lowest - margin) / 100, Math.min(100, highest + margin) / 100];
}

/** Prescribed sparsity: exact but for rounding to whole weights in each layer. */
const exactly = (sparsity: number): Range => percent(sparsity, sparsity, 0.1);
/** Sparsity that grows by itself differs more, since it depends on how the weights spread. */
const about = (lowest: number, highest: number): Range => percent(lowest, highest, 5);
/** Single runs at 95 % and beyond differ by more than those of lighter schedules. */
const sparse = (lowest: number, highest: number): Range => percent(lowest, highest, 1.5);

type Entry = Omit<Recipe, 'text' | 'topic'>;

const removing: readonly Entry[] = [
  {
    id: 'dense',
    title: 'The yardstick',
    level: 'first steps',
    lookFor:
      'Nothing is compressed: every other recipe is measured against this curve. The step in accuracy at epoch 6 is the learning rate falling, not new knowledge.',
    expected: { top1: percent(97.8, 98.2), sparsity: exactly(0) },
  },
  {
    id: 'dense-constant-rate',
    title: 'The yardstick without the drop',
    level: 'first steps',
    lookFor:
      'The same network, and the rate never falls. It ends about half a point lower, and seeds lie further apart: a gain that compression must not be credited with.',
    expected: { top1: percent(96.6, 97.8), sparsity: exactly(0) },
  },
  {
    id: 'gradual-90',
    title: 'Nine of ten weights are not needed',
    level: 'first steps',
    lookFor:
      'Sparsity climbs fast at first and slowly at the end; accuracy dips only with the last cuts. In the masks of `fc1` whole inputs go dark.',
    expected: { top1: percent(96.9, 97.3), sparsity: exactly(90) },
  },
  {
    id: 'gradual-95',
    title: 'The same end, the slow road',
    level: 'first steps',
    lookFor:
      'Four cuts to 95 %, with training between them. Each cut looks at the new magnitudes; compare the end with `one-shot-95`.',
    expected: { top1: sparse(94.7, 95.9), sparsity: exactly(95) },
  },
  {
    id: 'one-shot-95',
    title: 'The same end, one cut',
    level: 'first steps',
    lookFor: 'One cut to 95 % at epoch 5: a cliff, then a climb. The climb ends 2 to 5 points below the gradual road.',
    expected: { top1: sparse(90.0, 94.0), sparsity: exactly(95) },
  },
  {
    id: 'one-shot-95-no-recovery',
    title: 'A cut with no time left',
    level: 'trap',
    lookFor:
      'The same cut in the last epoch, at a tenth of the rate. The training loss jumps from 0.01 to about 1.5, and one epoch does not bring it back.',
    expected: { top1: sparse(64.8, 78.2), sparsity: exactly(95) },
  },
  {
    id: 'one-shot-95-at-birth',
    title: 'Cut before the first step',
    level: 'deeper',
    lookFor:
      'The 5 % that stay are chosen by the size of random weights. In the first three epochs the network hardly moves, because little gradient gets through.',
    expected: { top1: sparse(72.1, 85.7), sparsity: exactly(95) },
  },
  {
    id: 'uniform-98',
    title: 'Two of a hundred, everywhere',
    level: 'next',
    lookFor:
      'Each layer keeps 2 % of its weights, so `conv1` keeps four of 200. Count the filters that are still alive in its mask, then compare with `budget-98`.',
    expected: { top1: sparse(78.6, 90.5), sparsity: exactly(98) },
  },
  {
    id: 'budget-98',
    title: 'Two of a hundred, shared out',
    level: 'next',
    lookFor:
      'As many weights as in `uniform-98`, but the small layers keep more and `fc1` keeps less. The total is the same; the accuracy is about ten points higher.',
    expected: { top1: sparse(94.4, 95.0), sparsity: exactly(98) },
  },
  {
    id: 'sensitivity',
    title: 'Let the layer decide',
    level: 'next',
    lookFor:
      'No sparsity is named, only a threshold in standard deviations of the layer. Sparsity creeps up by itself and ends near 90 %, though the schedule never changes.',
    expected: { top1: percent(96.6, 97.3), sparsity: about(90.7, 91.7) },
  },
];

const recovering: readonly Entry[] = [
  {
    id: 'recovery-too-timid',
    title: 'Too timid',
    level: 'trap',
    lookFor:
      'After the cut the learning rate is a thousandth of what it was. The loss stays nearly flat at 2.0 to 2.2, where 2.3 is guessing.',
    expected: { top1: sparse(18.9, 35.7), sparsity: exactly(95) },
  },
  {
    id: 'recovery-too-bold',
    title: 'Too bold',
    level: 'trap',
    lookFor:
      'After the cut the learning rate is ten times as large. The validation loss is thrown about between 1.2 and 2.4; some seeds give up, some limp on.',
    expected: { top1: sparse(11.3, 55.9), sparsity: exactly(95) },
  },
];

const structures: readonly Entry[] = [
  {
    id: 'filters-875',
    title: 'Fourteen of sixteen filters',
    level: 'next',
    lookFor:
      'Whole filters of `conv2` go, and with them an eighth is left of its arithmetic on any hardware. It costs about two points; compare the mask with `elements-875`.',
    expected: { top1: percent(95.5, 96.3), sparsity: exactly(13.71) },
  },
  {
    id: 'elements-875',
    title: 'As many weights, one by one',
    level: 'next',
    lookFor:
      'As many weights of `conv2` go as in `filters-875`, freely chosen. Accuracy stays; ordinary hardware multiplies the scattered zeros all the same.',
    expected: { top1: percent(97.8, 98.1), sparsity: exactly(13.71) },
  },
  {
    id: 'filters-redrawn',
    title: 'Changing one’s mind',
    level: 'trap',
    lookFor:
      'Filters are drawn by lot, anew in each epoch. Filters that come back start from zero while trained ones are thrown away; accuracy falls with the draws of epochs 3 to 5.',
    expected: { top1: percent(11.3, 94.8), sparsity: exactly(11.75) },
  },
];

const penalties: readonly Entry[] = [
  {
    id: 'l1-without-zeros',
    title: 'The penalty that makes no zeros',
    level: 'trap',
    lookFor:
      'The histogram grows a needle at zero, and the sparsity chart stays flat: gradient steps jump across zero and never land on it.',
    expected: { top1: percent(97.9, 98.2), sparsity: exactly(0) },
  },
  {
    id: 'l1-with-threshold',
    title: 'Penalty plus scissors',
    level: 'next',
    lookFor:
      'The pull gathers weights near zero, the threshold takes them. Half of the weights go at no loss, most of them in `fc1`, hardly any in `conv1`.',
    expected: { top1: percent(97.9, 98.4), sparsity: about(49.3, 56.7) },
  },
  {
    id: 'group-lasso-neurons',
    title: 'Whole neurons for nothing',
    level: 'deeper',
    lookFor:
      'The penalty counts neurons of `fc1`, so the layer divides itself into those that work and those that do not: whole stripes in the mask. More than half go at no loss.',
    expected: { top1: percent(98.0, 98.2), sparsity: about(46.4, 48.9) },
  },
];

const bits: readonly Entry[] = [
  {
    id: 'train-8-8',
    title: 'Eight bits cost nothing',
    level: 'first steps',
    lookFor:
      'Weights and activations have 256 values each from the first step on. The accuracy curve cannot be told from the dense one; the bytes are a quarter.',
    expected: { top1: percent(97.9, 98.2), sparsity: exactly(0) },
  },
  {
    id: 'train-8-3',
    title: 'Three bits between the layers',
    level: 'next',
    lookFor:
      'Activations have three bits from the first step, and the weights learn around it: less than a point is lost. Compare the end with `post-training-8-3`.',
    expected: { top1: percent(97.0, 97.4), sparsity: exactly(0) },
  },
  {
    id: 'train-3-8',
    title: 'Seven values',
    level: 'next',
    lookFor:
      'Seven values are enough for a weight. More than half of the weights round to zero, though nobody asks for pruning: the step is set by the largest weight.',
    expected: { top1: percent(97.8, 98.1), sparsity: exactly(0) },
  },
  {
    id: 'train-2-8-collapse',
    title: 'One bit less, and everything is lost',
    level: 'trap',
    lookFor:
      'With one scale per layer only weights above half of the largest are not zero. The share of zeros after rounding climbs beyond 95 %, then the loss goes.',
    expected: { top1: percent(11.3, 32.1), sparsity: exactly(0) },
  },
  {
    id: 'train-2-8-rescue',
    title: 'Two bits, well spent',
    level: 'deeper',
    lookFor:
      'Two bits again, with a range for each output channel and a free zero point: four values instead of three. Nearly everything comes back.',
    expected: { top1: percent(97.2, 97.6), sparsity: exactly(0) },
  },
  {
    id: 'activations-2-symmetric',
    title: 'The half that is never used',
    level: 'next',
    lookFor:
      'Two bits for activations, half of them kept for negative numbers that a ReLU never gives. Accuracy stays at guessing; on some seeds the loss ends as NaN.',
    expected: { top1: percent(9.8, 11.3), sparsity: exactly(0) },
  },
  {
    id: 'activations-2-asymmetric',
    title: 'The half that is used',
    level: 'next',
    lookFor:
      'The same two bits, all of them above zero. The bit-width chart is that of `activations-2-symmetric`; the accuracy is not.',
    expected: { top1: percent(96.6, 97.1), sparsity: exactly(0) },
  },
  {
    id: 'one-bit-weights',
    title: 'One bit per weight',
    level: 'deeper',
    lookFor:
      'Every weight is plus or minus one number per layer, and the network still learns. The number is the mean magnitude, so sums keep their size and no activation is clipped.',
    expected: { top1: percent(96.7, 97.0), sparsity: exactly(0) },
  },
  {
    id: 'dorefa-4-bit',
    title: 'One bit beats four',
    level: 'deeper',
    lookFor:
      'With four bits the same method stretches every layer to fill −1 to 1. Activations of `relu2` are 0 or clipped at 1, hardly any gradient passes, and accuracy stays at guessing in most runs.',
    expected: { top1: percent(9.6, 34.5), sparsity: exactly(0) },
  },
];

const together: readonly Entry[] = [
  {
    id: 'prune-and-quantize',
    title: 'Fewer weights with fewer bits',
    level: 'next',
    lookFor:
      '90 % of the weights go while the rest live with four bits. The two losses nearly add up, and the masks survive rounding, since zero is one of the values.',
    expected: { top1: percent(96.6, 97.0), sparsity: exactly(90) },
  },
  {
    id: 'filters-thin-quantize',
    title: 'Smaller, sparser, coarser',
    level: 'deeper',
    lookFor:
      'At epoch 4 the zero filters are cut out: `conv2` and the inputs of `fc1` halve, each epoch takes less time, and the accuracy does not notice. Single weights and bits go afterwards.',
    // Two seeds of this project; the sparsity is that of what is left.
    expected: { top1: percent(97.6, 97.9), sparsity: exactly(61.6) },
  },
  {
    id: 'post-training',
    title: 'Rounding after training',
    level: 'next',
    lookFor:
      'The network trains dense; the quantizer is for afterwards, and no policy uses it. Lower its bits step by step: activations fail before weights.',
    expected: { top1: percent(97.8, 98.2), sparsity: exactly(0) },
  },
];

const afterwards: readonly Entry[] = [
  {
    id: 'post-training-8-3',
    title: 'Three bits, put on afterwards',
    level: 'next',
    lookFor:
      'The network trains dense. Then *Analyses* rounds it as the text declares, to eight bits for weights and three for activations: it never learned to live with them, and about six points go.',
    expected: { top1: percent(97.8, 98.2), sparsity: exactly(0) },
  },
];

const silent: readonly Entry[] = [
  {
    id: 'touches-nothing',
    title: 'Nothing is touched',
    level: 'trap',
    lookFor:
      'Two names in the list of weights match no parameter. Accuracy is excellent and sparsity stays at zero; the problems list says why before training.',
    expected: { top1: percent(97.5, 97.8), sparsity: exactly(0) },
  },
  {
    id: 'mask-never-kept',
    title: 'The mask that is never kept',
    level: 'trap',
    lookFor:
      'The last bar of the policy’s lane ends before its range does, so the epoch that would make the mask permanent never comes: final sparsity is zero.',
    expected: { top1: percent(97.0, 97.2), sparsity: exactly(0) },
  },
];

const otherData: readonly Entry[] = [
  {
    id: 'fashion-gradual-90',
    title: 'Clothes forget sooner',
    level: 'next',
    lookFor:
      'What costs digits less than a point costs clothes nearly two. *Shirt* pays most, since it differs from its neighbours by little; *Trouser* hardly moves.',
    // Wider than for digits: the split of the shipped images is not the published one.
    expected: { top1: percent(84.3, 84.7, 1.5), sparsity: exactly(90) },
  },
  {
    id: 'spirals-2-bit',
    title: 'Two bits you can see',
    level: 'next',
    lookFor:
      'With three values per weight the lines of the first layer have eight directions. The border turns angular and about a fifth of the points end on the wrong side.',
    // Wider, since the points are drawn by this project's own generator.
    expected: { top1: percent(78.1, 79.9, 4), sparsity: exactly(0) },
  },
];

const severalNetworks: readonly Entry[] = [
  {
    id: 'leaving-early',
    title: 'Leaving early',
    level: 'next',
    lookFor:
      'After one convolution a second answer is 90 % sure of nine digits in ten, and those leave: *Layers* says how many and how often they are right. The others go on, and accuracy stays that of the whole network.',
    expected: { top1: percent(97.7, 98.1), sparsity: exactly(0) },
  },
  {
    id: 'labels-only',
    title: 'The student alone',
    level: 'deeper',
    lookFor:
      'The same 512 digits and 320 steps as in `distillation`, without a teacher. Training accuracy nears 100 % while validation stays near 90: what is missing is not effort but knowledge.',
    expected: { top1: percent(89.1, 90.0, 1.5), sparsity: exactly(0) },
  },
  {
    id: 'distillation',
    title: 'A teacher who has seen more',
    level: 'deeper',
    lookFor:
      'The student has 512 digits, the teacher 12 288: at temperature 4 it ends near 94 %, with the labels alone near 90. At `temperature: 1` a teacher says little more than the label does.',
    expected: { top1: percent(93.9, 94.5), sparsity: exactly(0) },
  },
];

const texts = import.meta.glob<string>('./recipes/*.yaml', { query: '?raw', import: 'default', eager: true });

function textOf(id: string): string {
  const text = texts[`./recipes/${id}.yaml`];
  if (text === undefined) throw new Error(`Recipe ${id} has no file`);
  return text;
}

/** Every recipe, in teaching order; some use methods that a build may not have. */
export const recipes: readonly Recipe[] = [
  ...onTopic(removing, 'Sparsity'),
  ...onTopic(recovering, 'Sparsity'),
  ...onTopic(structures, 'Structures'),
  ...onTopic(penalties, 'Penalties'),
  ...onTopic(bits, 'Bits'),
  ...onTopic(together, 'Combined'),
  ...onTopic(afterwards, 'Bits'),
  ...onTopic(silent, 'Silent mistakes'),
  ...onTopic(otherData, 'Other data'),
  ...onTopic(severalNetworks, 'Several networks'),
];

function onTopic(entries: readonly Entry[], topic: RecipeTopic): readonly Recipe[] {
  return entries.map((entry) => ({ ...entry, topic, text: textOf(entry.id) }));
}

/** The recipe of exactly this id, or `undefined`. */
export function findRecipe(id: string): Recipe | undefined {
  return recipes.find((recipe) => recipe.id === id);
}
