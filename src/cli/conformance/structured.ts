import { structuresToPrune } from '../../core/rank-structures.ts';
import { roundHalfEven } from '../../core/rounding.ts';
import { measureSparsity, shareOfEmptyGroups } from '../../core/sparsity-measures.ts';
import { mean, meanMagnitude, sampleDeviation } from '../../core/statistics.ts';
import {
  groupNorms,
  groupThresholdMap,
  lengthDivisor,
  type Norm,
  type ThresholdCriterion,
} from '../../core/structure-norms.ts';
import { expandGroups, groupBlocks, groupStructures, mergeGroups, type BlockShape } from '../../core/structures.ts';
import { createInstance } from '../../methods/create-instance.ts';
import { groupsOf, type GroupType } from '../../methods/group-types.ts';
import type { Adapters } from './adapter.ts';
import { askForMasks, masksOverEpochs, windowOf } from './elementwise.ts';
import { fromProject, parameterOf, parametersOf, toProject } from './layout.ts';
import { vector, type Fields, type VectorTensor } from './vector-file.ts';

/** The areas `masks_structured` and `sparsity_measures`. */

const roundings = { floor: Math.floor, ceil: Math.ceil, round: roundHalfEven };

const structureOf = {
  kernels: 'kernel',
  channels: 'channel',
  filters: 'filter',
  rows: 'filter',
  cols: 'channel',
} as const;
type StructureWord = keyof typeof structureOf;

/** Rows and columns are of dense weights, filters and kernels of convolutions, channels of both. */
function requireRank(word: StructureWord, rank: number): void {
  const fits = word === 'rows' || word === 'cols' ? rank === 2 : rank === 4 || (word === 'channels' && rank === 2);
  if (!fits) throw new RangeError(`A tensor of rank ${rank} has no ${word}`);
}

function rankingArguments(args: Fields): Record<string, unknown> {
  return args.pick('group_type', 'weights', 'group_dependency', 'kwargs');
}

export const structured: Adapters = {
  num_structures_to_prune: ({ args }) => {
    const rounding = roundings[args.get<keyof typeof roundings>('rounding')];
    const queries = args.get<readonly (readonly [number, number, number])[]>('queries');
    return { counts: queries.map(([count, group, fraction]) => structuresToPrune(count, fraction, group, rounding)) };
  },
  structure_norms: ({ args, inputs }) => {
    const { shape, values } = toProject(inputs.tensor('x'));
    const word = args.get<StructureWord>('structure');
    requireRank(word, shape.length);
    const length = args.number('group_len');
    const single = groupStructures(shape, structureOf[word]);
    const divisor = args.get<boolean>('length_normalized') ? length * lengthDivisor(single, shape.length) : 1;
    // In a matrix the library only multiplies the divisor; it merges no rows or columns.
    const groups = shape.length === 4 ? mergeGroups(single, length) : single;
    return { norms: vector(groupNorms(values, groups, args.get<Norm>('norm'), divisor)) };
  },
  rank_structures: ({ args, inputs }) => {
    const pruner = createInstance('pruner', `${args.get<string>('criterion')}RankedStructureParameterPruner`, {
      ...rankingArguments(args),
      ...args.pick('desired_sparsity', 'group_size'),
    });
    return { masks: askForMasks(pruner, parametersOf(inputs.get('params'))) };
  },
  rank_structures_agp: ({ args, inputs }) => {
    const pruner = createInstance('pruner', `${args.get<string>('criterion')}RankedStructureParameterPruner_AGP`, {
      ...rankingArguments(args),
      ...args.pick('initial_sparsity', 'final_sparsity'),
    });
    const window = windowOf(args);
    const epochs = Array.from({ length: window.endingEpoch + 1 }, (_, epoch) => epoch);
    return masksOverEpochs(pruner, parametersOf(inputs.get('params')), window, epochs);
  },
  group_threshold: ({ args, inputs }) => {
    const { spec, values } = parameterOf('x', inputs.tensor('x'));
    const groups = groupsOf(spec, args.get<GroupType>('group_type'));
    const threshold = { value: args.number('threshold'), rank: spec.shape.length };
    const map = groupThresholdMap(values, groups, args.get<ThresholdCriterion>('criterion'), threshold);
    return { binary_map: vector(map), mask: fromProject(spec.shape, expandGroups(map, groups)) };
  },
  structure_pruner: ({ args, inputs }) => {
    const pruner = createInstance('pruner', 'StructureParameterPruner', args.pick('reg_regims', 'threshold_criteria'));
    return { masks: askForMasks(pruner, parametersOf(inputs.get('params'))) };
  },
};

const columns = [
  'Name',
  'Shape',
  'NNZ (dense)',
  'NNZ (sparse)',
  'Cols (%)',
  'Rows (%)',
  'Ch (%)',
  '2D (%)',
  '3D (%)',
  'Fine (%)',
  'Std',
  'Mean',
  'Abs-Mean',
];

interface StructureShares {
  readonly fine: number;
  readonly kernels: number;
  readonly filters: number;
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
}

/** Distiller's measures: 0 for structures that a tensor does not have, and output units for the 2-D ones of a matrix. */
function distillerShares(tensor: VectorTensor): StructureShares {
  const { shape, values } = toProject(tensor);
  const measured = measureSparsity(values, shape);
  return {
    fine: measured.element,
    kernels: measured.kernels ?? measured.columns ?? 0,
    filters: measured.filters ?? 0,
    channels: measured.channels ?? 0,
    rows: measured.rows ?? 0,
    columns: measured.columns ?? 0,
  };
}

const nonZeros = ({ data }: VectorTensor): number => data.filter((value) => value !== 0).length;

function tableRow(name: string, tensor: VectorTensor): readonly (string | number)[] {
  const shares = distillerShares(tensor);
  const { columns: cols, rows, channels, kernels, filters, fine } = shares;
  const shape = `(${tensor.shape.join(', ')}${tensor.shape.length === 1 ? ',' : ''})`;
  const percent = [cols, rows, channels, kernels, filters, fine].map((share) => 100 * share);
  const { data } = tensor;
  return [
    name,
    shape,
    data.length,
    nonZeros(tensor),
    ...percent,
    sampleDeviation(data),
    mean(data),
    meanMagnitude(data),
  ];
}

export const sparsity: Adapters = {
  sparsity_measures: ({ inputs }) => {
    const { fine, kernels, filters, channels, rows, columns: cols } = distillerShares(inputs.tensor('x'));
    const shares = {
      sparsity: fine,
      sparsity_2D: kernels,
      sparsity_3D: filters,
      sparsity_ch: channels,
      sparsity_rows: rows,
      sparsity_cols: cols,
    };
    const densities = Object.entries(shares).map(([name, share]): [string, number] => [
      name.replace('sparsity', 'density'),
      1 - share,
    ]);
    return {
      ...shares,
      ...Object.fromEntries(densities),
      sparsity_rows_not_transposed: cols,
      sparsity_cols_not_transposed: rows,
      sparsity_matrix_0: cols,
      sparsity_matrix_1: rows,
    };
  },
  sparsity_blocks: ({ args, inputs }) => {
    const { shape, values } = toProject(inputs.tensor('x'));
    return { sparsity: shareOfEmptyGroups(values, groupBlocks(shape, args.get<BlockShape>('block_shape'))) };
  },
  weights_sparsity_table: ({ args, inputs }) => {
    const dimensions = new Set(args.get<readonly number[]>('param_dims'));
    const all = Object.entries(inputs.get<Readonly<Record<string, VectorTensor>>>('params'));
    const isKernel = ({ shape }: VectorTensor): boolean => shape.length === 2 || shape.length === 4;
    const count = (entries: typeof all) => ({
      size: entries.reduce((sum, [, { data }]) => sum + data.length, 0),
      nonZero: entries.reduce((sum, [, tensor]) => sum + nonZeros(tensor), 0),
    });
    const percent = ({ size, nonZero }: { size: number; nonZero: number }): number => 100 * (1 - nonZero / size);
    const listed = all.filter(([, tensor]) => dimensions.has(tensor.shape.length));
    const total = count(listed);
    const model = count(all.filter(([, tensor]) => isKernel(tensor)));
    const totalRow = ['Total sparsity:', '-', total.size, total.nonZero, 0, 0, 0, 0, 0, percent(total), 0, 0, 0];
    return {
      columns,
      rows: [...listed.map(([name, tensor]) => tableRow(name, tensor)), totalRow],
      total_sparsity: percent(total),
      model_sparsity: percent(model),
      nonzero_params: model.nonZero,
      params: model.size,
    };
  },
};
