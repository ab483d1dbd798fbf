import { z } from 'zod';
import type { ParameterSpec } from '../core/network.ts';
import type { Random } from '../core/random.ts';
import { keepLargest, structuresToPrune } from '../core/rank-structures.ts';
import { groupNorms, lengthDivisor, type Norm } from '../core/structure-norms.ts';
import {
  expandGroups,
  groupBlocks,
  groupStructures,
  mergeGroups,
  type BlockShape,
  type Grouping,
} from '../core/structures.ts';
import { nameList, parameterNames } from './arguments.ts';
import type { ArgumentProblem } from './define-method.ts';
import type { PolicyWindow } from './policy-window.ts';
import type { Pruner, PruneRequest } from './pruner.ts';

/** What the pruners that rank structures by L1 or L2 norm have in common (reference 4.8 and 4.9). */

export const rankedGroups = ['Filters', '3D', 'Channels', 'Rows', 'Blocks'] as const;
export type RankedGroup = (typeof rankedGroups)[number];

const positive = z.int().min(1);

/** Arguments that the one-shot and the gradual forms share. */
export const rankedArguments = {
  group_type: z
    .enum(rankedGroups)
    .describe('What goes as one: Filters (3D), Channels (Rows is a synonym; the inputs of a dense layer), or Blocks.'),
  weights: parameterNames.describe('Names of the parameters to prune; with `Leader` the first one decides.'),
  group_dependency: z
    .literal('Leader', { error: 'The only dependency is `Leader`; leave the key away for none.' })
    .nullish()
    .describe('`Leader`: all listed parameters lose the structures that the first one loses.'),
  kwargs: z
    .strictObject({
      block_shape: z.tuple([positive, positive, positive, positive]).optional().describe('[repetitions, depth, 1, 1].'),
    })
    .nullish()
    .describe('`block_shape: [repetitions, depth, 1, 1]`, needed by Blocks only.'),
};

export const rankedNotes = [
  'The last structure is never pruned unless the sparsity is exactly 1; structures that tie with the last one to go are pruned too.',
  '`Rows` of a dense layer are its inputs here (project rows), and show in the table under Rows; a `Rows` group lasso means its outputs.',
  'With `Leader` the map is made anew only when the target changes: a one-shot pruner keeps its first map.',
  'A leader with too few structures for the target prunes nothing; Distiller stops with an assertion there.',
];

type RankedArguments = z.output<z.ZodObject<typeof rankedArguments>>;

export interface Ranking {
  readonly norm: Norm;
  /** Chance of a call to rank by noisy magnitudes. */
  readonly noise?: number;
  /** Adjacent structures that go together. */
  readonly groupSize?: number;
}

type Fraction = (moment: { readonly epoch: number; readonly window: PolicyWindow }) => number;

/** The pruner of a ranking; `fraction` is the share that should be pruned at a moment. */
export function createRankedPruner(args: RankedArguments, ranking: Ranking, fraction: Fraction): Pruner {
  return createRankedBy(args, ranking, { asked: fraction, promised: fraction });
}

/** The share that a request gets, which may be drawn by chance, and the one that can be promised. */
interface Shares {
  readonly asked: (request: PruneRequest) => number;
  readonly promised: (moment: Parameters<Fraction>[0]) => number | null;
}

/** As `createRankedPruner`, with a share that may depend on more than the epoch. */
export function createRankedBy(args: RankedArguments, ranking: Ranking, shares: Shares): Pruner {
  const names = nameList(args.weights);
  const led = createLeader();
  const groupsFor = (parameter: ParameterSpec): Grouping => rankedGrouping(args, parameter, ranking.groupSize ?? 1);
  const rank = (
    parameter: ParameterSpec,
    weights: Float32Array,
    share: number,
    random: Random,
  ): Float32Array | null => {
    const groups = groupsFor(parameter);
    const count = pruneCount(args.group_type, groups, share, ranking.groupSize ?? 1);
    if (count === 0) return null;
    const divisor = args.group_type === 'Blocks' ? 1 : lengthDivisor(groups, parameter.shape.length);
    return keepLargest(
      withNoise(groupNorms(weights, groups, ranking.norm, divisor), ranking.noise ?? 0, random),
      count,
    );
  };
  const mapFor = (request: PruneRequest, share: number): Float32Array | null =>
    args.group_dependency === 'Leader'
      ? led(`${share} of ${groupsFor(request.parameter).groupCount}`, () =>
          rankLeader(request, names[0] ?? '', share, rank),
        )
      : rank(request.parameter, request.weights, share, request.random);
  return {
    touches: ({ name }) => names.includes(name),
    computeMask: (request) => {
      if (!names.includes(request.parameter.name)) return null;
      const map = mapFor(request, shares.asked(request));
      return map && expandGroups(map, groupsFor(request.parameter));
    },
    promise: ({ parameter, epoch, window }) => {
      const share = shares.promised({ epoch, window });
      if (share === null) return null;
      const groups = groupsFor(parameter);
      return pruneCount(args.group_type, groups, share, ranking.groupSize ?? 1) / groups.groupCount;
    },
  };
}

type Rank = (parameter: ParameterSpec, weights: Float32Array, share: number, random: Random) => Float32Array | null;

function rankLeader(request: PruneRequest, leader: string, share: number, rank: Rank): Float32Array | null {
  const found = request.weightsOf(leader);
  if (found === undefined) throw new RangeError(`The leader \`${leader}\` is no parameter of the model`);
  return rank(found.spec, found.weights, share, request.random);
}

/** Keeps the leader's map until the share changes, or thinning has changed the number of structures. */
function createLeader(): (asked: string, compute: () => Float32Array | null) => Float32Array | null {
  let last: { readonly asked: string; readonly map: Float32Array | null } | null = null;
  return (asked, compute) => {
    if (last?.asked !== asked) last = { asked, map: compute() };
    return last.map;
  };
}

/** How many (merged) groups to prune. Blocks have no rule that keeps the last one. */
function pruneCount(group: RankedGroup, { groupCount }: Grouping, share: number, groupSize: number): number {
  if (group === 'Blocks') return Math.trunc(share * groupCount);
  return structuresToPrune(groupCount * groupSize, share, groupSize) / groupSize;
}

function withNoise(magnitudes: Float32Array, chance: number, random: Random): Float32Array {
  if (chance === 0 || random.next() >= chance) return magnitudes;
  return magnitudes.map((magnitude) => magnitude * random.normal());
}

function rankedGrouping(args: RankedArguments, parameter: ParameterSpec, groupSize: number): Grouping {
  const [problem] = checkRankedParameter(args, parameter, groupSize);
  if (problem) throw new RangeError(problem.message);
  const block: BlockShape | undefined = args.kwargs?.block_shape;
  if (args.group_type === 'Blocks' && block) return groupBlocks(parameter.shape, block);
  const structure = isChannelGroup(args.group_type) ? 'channel' : 'filter';
  return mergeGroups(groupStructures(parameter.shape, structure), groupSize);
}

/** Whether a parameter has the structures that the arguments name. */
export function checkRankedParameter(
  args: RankedArguments,
  parameter: ParameterSpec,
  groupSize = 1,
): readonly ArgumentProblem[] {
  if (!nameList(args.weights).includes(parameter.name)) return [];
  const problem = (code: string, message: string): ArgumentProblem[] => [
    { argument: 'weights', code, message, severity: 'error' },
  ];
  const rank = parameter.shape.length;
  const shape = `\`${parameter.name}\` has the shape [${parameter.shape.join(', ')}]`;
  if (rank !== 4 && !(isChannelGroup(args.group_type) && rank === 2)) {
    const remedy = rank === 2 ? ' Use `Rows` for the inputs of a dense layer.' : '';
    return problem('wrong-structure', `\`${args.group_type}\` are structures of a convolution; ${shape}.${remedy}`);
  }
  if (args.group_type === 'Blocks') return checkBlocks(args, parameter, problem);
  const count = groupStructures(parameter.shape, isChannelGroup(args.group_type) ? 'channel' : 'filter').groupCount;
  if (count % groupSize === 0) return [];
  return problem('group-size', `${count} structures cannot be pruned in groups of ${groupSize}; ${shape}.`);
}

/** `Rows` and `Channels` are synonyms here: input channels of a convolution, inputs of a dense layer. */
function isChannelGroup(group: RankedGroup): boolean {
  return group === 'Channels' || group === 'Rows';
}

function checkBlocks(
  args: RankedArguments,
  parameter: ParameterSpec,
  problem: (code: string, message: string) => ArgumentProblem[],
): readonly ArgumentProblem[] {
  const block = args.kwargs?.block_shape;
  if (block === undefined || block[2] !== 1 || block[3] !== 1) return [];
  try {
    groupBlocks(parameter.shape, block);
    return [];
  } catch (error) {
    return problem('wrong-block', error instanceof Error ? `${error.message}.` : 'The blocks do not fit.');
  }
}

/** Whether `block_shape` is there when it is needed, 1 high and 1 wide. */
export function checkBlockShape(args: RankedArguments): readonly ArgumentProblem[] {
  const block = args.kwargs?.block_shape;
  const problem = (code: string, message: string, severity: 'error' | 'hint'): ArgumentProblem[] => [
    { argument: 'kwargs', code, message, severity },
  ];
  if (args.group_type !== 'Blocks') {
    return block ? problem('unused-block-shape', `\`block_shape\` is only read with \`Blocks\`.`, 'hint') : [];
  }
  if (block === undefined) {
    return [
      {
        argument: 'group_type',
        code: 'missing-block-shape',
        message: '`Blocks` need `kwargs: {block_shape: [repetitions, depth, 1, 1]}`.',
        severity: 'error',
      },
    ];
  }
  if (block[2] === 1 && block[3] === 1) return [];
  return problem('wrong-block', `A block is 1 high and 1 wide, got [${block.join(', ')}].`, 'error');
}
