import { groupNorms } from './structure-norms.ts';
import { groupStructures, type Grouping, type Structure } from './structures.ts';
import { shareOfZeros } from './element-masks.ts';

/** Shares that are entirely zero, 0 to 1. A structure that the tensor does not have is absent. */
export interface SparsityMeasures {
  readonly element: number;
  readonly filters?: number;
  readonly channels?: number;
  readonly kernels?: number;
  /** Input units of a dense kernel: its rows in project layout. */
  readonly rows?: number;
  /** Output units of a dense kernel: its columns in project layout. */
  readonly columns?: number;
}

/** Share of the groups in which every element is zero. */
export function shareOfEmptyGroups(values: Float32Array, grouping: Grouping): number {
  return shareOfZeros(groupNorms(values, grouping, 'Max'));
}

/** Sparsity of a tensor by element and by every structure it has: kernels of rank 4 and 2; other ranks by element only. */
export function measureSparsity(values: Float32Array, shape: readonly number[]): SparsityMeasures {
  const element = shareOfZeros(values);
  const empty = (structure: Structure): number => shareOfEmptyGroups(values, groupStructures(shape, structure));
  if (shape.length === 4) {
    return { element, filters: empty('filter'), channels: empty('channel'), kernels: empty('kernel') };
  }
  if (shape.length === 2) return { element, rows: empty('channel'), columns: empty('filter') };
  return { element };
}
