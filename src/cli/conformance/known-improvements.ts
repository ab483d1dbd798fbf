import { levelCount } from '../../core/element-masks.ts';
import { gradualSpan, gradualSparsity } from '../../core/gradual-sparsity.ts';
import { windowOf } from './elementwise.ts';
import type { Fields, VectorCase, VectorTensor } from './vector-file.ts';

/** A kind of case in which Distiller fails by accident and this project does what was meant. */
export interface KnownImprovement {
  readonly op: string;
  readonly applies: (vectorCase: VectorCase) => boolean;
  /** What Distiller does, and why that is an accident. */
  readonly reason: string;
  readonly ourBehaviour: string;
  /** The test that shows our behaviour: file and name. */
  readonly test: string;
}

const refused = ({ expected }: VectorCase): boolean => 'error' in expected;

/** At most thirty entries. A case counts as improved only if it is on this list and did not simply break. */
export const knownImprovements: readonly KnownImprovement[] = [
  {
    op: 'mask_level',
    applies: (vectorCase) => {
      const size = vectorCase.inputs.tensor('x').data.length;
      return refused(vectorCase) && Math.floor(vectorCase.args.number('level') * size) === 0;
    },
    reason: 'A level too small for one element asks for the 0-th smallest magnitude: an index error.',
    ourBehaviour: 'Nothing is pruned.',
    test: 'src/core/element-masks.test.ts: a level too small for one element prunes nothing',
  },
  {
    op: 'mask_level_pruner',
    applies: (vectorCase) => {
      const levels = vectorCase.args.get<Readonly<Record<string, number>>>('levels');
      const params = vectorCase.inputs.get<Readonly<Record<string, VectorTensor>>>('params');
      const removesNone = ([name, { data }]: readonly [string, VectorTensor]): boolean => {
        const level = levels[name] ?? levels['*'] ?? 0;
        return level > 0 && levelCount(data.length, level) === 0;
      };
      return refused(vectorCase) && Object.entries(params).some(removesNone);
    },
    reason: 'A level too small for one element of a parameter ends in the same index error.',
    ourBehaviour: 'Nothing is pruned of that parameter.',
    test: 'src/methods/pruners/sparsity-level.test.ts: a level too small for one weight prunes nothing',
  },
  {
    op: 'bn_fold_ranking',
    applies: (vectorCase) =>
      refused(vectorCase) &&
      vectorCase.expected['error'] === 'IndexError' &&
      vectorCase.args.get('group_type') === 'element',
    reason: 'A level too small for one element of a parameter ends in the same index error.',
    ourBehaviour: 'Nothing is pruned of that parameter.',
    test: 'src/core/element-masks.test.ts: a level too small for one element prunes nothing',
  },
  {
    op: 'agp_schedule_masks',
    applies: (vectorCase) =>
      refused(vectorCase) && levelCount(vectorCase.inputs.tensor('w').data.length, firstTarget(vectorCase)) === 0,
    reason: 'A first target that removes no element ends in the same index error.',
    ourBehaviour: 'The parameter keeps its mask until the target reaches one element.',
    test: 'src/methods/pruners/automated-gradual.test.ts: a target too small for one weight prunes nothing',
  },
  {
    op: 'rank_structures',
    applies: (vectorCase) => refused(vectorCase) && vectorCase.args.number('group_size') > 1,
    reason: 'Adjacent structures are measured together but counted one by one, and the short map cannot be expanded.',
    ourBehaviour: 'Adjacent structures are pruned together, in multiples of the group size.',
    test: 'src/methods/pruners/l1-ranked-structure.test.ts: adjacent filters go together with a group size',
  },
  {
    op: 'rank_structures',
    applies: (vectorCase) => refused(vectorCase) && vectorCase.args.get('group_dependency') === 'Leader',
    reason: 'A leader with nothing to prune leaves no map, and an assertion about it fails.',
    ourBehaviour: 'Nothing is pruned.',
    test: 'src/methods/pruners/l1-ranked-structure.test.ts: a leader with nothing to prune leaves all masks alone',
  },
  {
    op: 'rank_structures_agp',
    applies: (vectorCase) => refused(vectorCase) && vectorCase.args.get('group_dependency') === 'Leader',
    reason: 'A leader with nothing to prune at the first target leaves no map, and an assertion about it fails.',
    ourBehaviour: 'Nothing is pruned until the target reaches one structure.',
    test: 'src/methods/pruners/l1-ranked-structure.test.ts: a leader with nothing to prune leaves all masks alone',
  },
  {
    op: 'regularizer_loss',
    applies: (vectorCase) => refused(vectorCase) && sumsChannelsAndLayer(vectorCase),
    reason: 'The sum of channel and layer norms calls a helper by a misspelled name.',
    ourBehaviour: 'Both penalties are added.',
    test: 'src/methods/regularizers/group-lasso.test.ts: Channels+4D of a convolution',
  },
  {
    op: 'regularization_policy_run',
    applies: (vectorCase) => refused(vectorCase) && sumsChannelsAndLayer(vectorCase),
    reason: 'The sum of channel and layer norms calls a helper by a misspelled name.',
    ourBehaviour: 'Both penalties are added.',
    test: 'src/methods/regularizers/group-lasso.test.ts: Channels+4D of a convolution',
  },
  {
    op: 'quantizer_bits',
    applies: ({ args }) =>
      args
        .get<readonly (readonly [string, object])[]>('overrides')
        .some(([pattern]) => /(?<!\\)\((?!\?)/.test(pattern)),
    reason:
      'A capturing group in a pattern shifts the bookkeeping: later patterns take the settings of a wrong entry or fail.',
    ourBehaviour: 'Patterns are tried one by one; a group changes nothing.',
    test: 'src/methods/override-rules.test.ts: a capturing group changes nothing',
  },
  {
    op: 'train_trajectory',
    applies: (vectorCase) => vectorCase.expected['error'] === 'KeyError' && prunesAndQuantizes(vectorCase),
    reason: 'The quantizer renames the parameters and the pruning policy looks masks up by the new names: a key error.',
    ourBehaviour:
      'Pruning and quantization-aware training work together in one schedule; masks act on the float weights.',
    test: 'src/engine/training-session.test.ts: pruning and quantization-aware training work together',
  },
  {
    op: 'scheduler_trace',
    applies: ({ args, expected }) =>
      expected['error'] === 'KeyError' && prunesAndQuantizesIn(args.get<string>('schedule_yaml')),
    reason: 'The same key error, in the first epoch of a schedule with a pruner and a quantizer.',
    ourBehaviour: 'Pruning and quantization-aware training work together in one schedule.',
    test: 'src/engine/training-session.test.ts: pruning and quantization-aware training work together',
  },
  {
    op: 'scheduler_trace',
    applies: ({ args, expected }) =>
      expected['error'] === 'IndexError' && prunesElements(args.get<string>('schedule_yaml')),
    reason: 'A target too small for one element of a parameter asks for the 0-th smallest magnitude: an index error.',
    ourBehaviour: 'The parameter keeps its mask until the target reaches one element.',
    test: 'src/methods/pruners/automated-gradual.test.ts: a target too small for one weight prunes nothing',
  },
  {
    op: 'train_trajectory',
    applies: ({ args, expected }) => expected['error'] === 'IndexError' && schedulesOf(args).some(prunesElements),
    reason: 'A target too small for one element of a parameter asks for the 0-th smallest magnitude: an index error.',
    ourBehaviour: 'The parameter keeps its mask until the target reaches one element.',
    test: 'src/methods/pruners/automated-gradual.test.ts: a target too small for one weight prunes nothing',
  },
  ...['lr_schedule', 'lr_schedule_partial'].map((op) => ({
    op,
    applies: ({ args, expected }: VectorCase) =>
      'error' in expected && args.get('class') === 'OneCycleLR' && outlastsCycle(args),
    reason: 'PyTorch stops a training that outlasts the cycle of its learning rate.',
    ourBehaviour: 'The rate stays where the cycle ended.',
    test: 'src/methods/lr-schedulers/one-cycle.test.ts: beyond the cycle the rate stays',
  })),
  {
    op: 'scheduler_trace',
    applies: ({ args, expected }) =>
      expected['error'] === 'RuntimeError' && /^quantizers:/m.test(args.get<string>('schedule_yaml')),
    reason:
      'In an epoch in which a low-bit quantizer is not active its weights are not quantized anew, and the second step goes back through a graph that is gone.',
    ourBehaviour: 'Epochs before the quantizer train in float, it stays on afterwards, and a warning says so.',
    test: 'src/schedule/wrong-schedules.test.ts: quantizer-window',
  },
  {
    op: 'thinning',
    applies: (vectorCase) => refused(vectorCase) && flattensOddMap(vectorCase),
    reason: 'The inputs of a dense layer are viewed as a square map, whatever its height and width are.',
    ourBehaviour: 'The inputs that a filter had at every pixel are removed.',
    test: 'src/core/thinning/plan-thinning.test.ts: a flattened map need not be square',
  },
  {
    op: 'thinning',
    applies: (vectorCase) => refused(vectorCase) && normalizesOnlyLater(vectorCase),
    reason: 'A convolution without batch normalization trims the one that follows the next convolution.',
    ourBehaviour: 'A batch normalization belongs to the layer that it normalizes.',
    test: 'src/core/thinning/plan-thinning.test.ts: a convolution without a batch normalization does not take that of the next one',
  },
  {
    op: 'thinning',
    applies: (vectorCase) => refused(vectorCase) && zeroesInputs(vectorCase),
    reason: "Channels of the network's own input are removed although nothing makes them, and the model cannot run.",
    ourBehaviour: 'They stay.',
    test: 'src/core/thinning/plan-thinning.test.ts: inputs and outputs of the network stay',
  },
];

function sumsChannelsAndLayer({ args }: VectorCase): boolean {
  const regimes = args.get<Readonly<Record<string, unknown>>>('reg_regims');
  const sums = ['Channels+4D', '4D+Channels'];
  return Object.values(regimes).some((regime) => Array.isArray(regime) && sums.includes(String(regime[1])));
}

const prunesAndQuantizes = ({ args }: VectorCase): boolean => schedulesOf(args).some(prunesAndQuantizesIn);

/** The schedules of a training, phase by phase. */
function schedulesOf(args: Fields): readonly string[] {
  return args
    .get<readonly { readonly schedule_yaml: string | null }[]>('phases')
    .map(({ schedule_yaml: text }) => text ?? '');
}

const prunesAndQuantizesIn = (text: string): boolean => /^pruners:/m.test(text) && /^quantizers:/m.test(text);

const prunesElements = (text: string): boolean =>
  /class:\s*['"]?(AutomatedGradualPruner|SparsityLevelParameterPruner)\b/.test(text);

/** The sparsity that a gradual schedule aims at in its first epoch. */
function firstTarget({ args }: VectorCase): number {
  const [initial, final] = [args.number('initial_sparsity'), args.number('final_sparsity')];
  const window = windowOf(args);
  return final > initial && gradualSpan(window) > 0
    ? gradualSparsity(initial, final, window.startingEpoch, window)
    : NaN;
}

/** Whether a training is longer than the cycle of its learning rate. */
function outlastsCycle(args: Fields): boolean {
  const kwargs = args.get<Readonly<Record<string, number | undefined>>>('kwargs');
  const total = kwargs['total_steps'] ?? (kwargs['epochs'] ?? NaN) * (kwargs['steps_per_epoch'] ?? NaN);
  return args.number('epochs') >= total;
}

type LayerTypes = readonly {
  readonly name: string;
  readonly type: string;
  readonly in: number;
  readonly out: number;
}[];

/** A dense layer behind a convolution reads a map that is not square. */
function flattensOddMap({ args }: VectorCase): boolean {
  const model = args.get<LayerTypes>('model');
  return model.some((layer, index) => {
    const before = model.slice(0, index).findLast(({ type }) => type === 'linear' || type === 'conv2d');
    return layer.type === 'linear' && before?.type === 'conv2d' && !Number.isInteger(Math.sqrt(layer.in / before.out));
  });
}

/** A convolution is followed by another one before any batch normalization. */
function normalizesOnlyLater({ args }: VectorCase): boolean {
  const kinds = args
    .get<LayerTypes>('model')
    .map(({ type }) => type)
    .filter((type) => type === 'conv2d' || type.startsWith('batchnorm'));
  return kinds.some((kind, index) => kind === 'conv2d' && kinds[index + 1] === 'conv2d') && kinds.at(-1) !== 'conv2d';
}

/** Channels of the first layer were zeroed. */
function zeroesInputs({ args }: VectorCase): boolean {
  const first = args.get<LayerTypes>('model')[0]?.name ?? '';
  const zero = args.get<Readonly<Record<string, readonly [string, number]>>>('zero');
  return zero[`${first}.weight`]?.[0] === 'Channels' && args.get<string>('function') !== 'remove_filters';
}

/** The entry that covers a case. */
export function findImprovement(vectorCase: VectorCase): KnownImprovement | undefined {
  return knownImprovements.find(({ op, applies }) => op === vectorCase.op && applies(vectorCase));
}
