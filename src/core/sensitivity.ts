import { levelMask } from './element-masks.ts';
import { keepLargest, structuresToPrune } from './rank-structures.ts';
import { groupNorms } from './structure-norms.ts';
import { expandGroups, groupStructures } from './structures.ts';

export const sensitivityGroups = ['element', 'filter', 'channel'] as const;
export type SensitivityGroup = (typeof sensitivityGroups)[number];

/** A parameter that may be tested; others than kernels (rank 2 or 4) are passed over. */
export interface TestedParameter {
  readonly name: string;
  /** HWIO or [in, out]. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What the model achieves: percent of right answers among one and five guesses, and the mean loss. */
export interface Achievement {
  readonly top1: number;
  readonly top5: number;
  readonly loss: number;
}

export interface SensitivityPoint extends Achievement {
  /** The level that was asked for. */
  readonly level: number;
  /** Share of zeros that came of it: whole structures, and ties go together. */
  readonly sparsity: number;
}

export interface ParameterSensitivity {
  readonly parameter: string;
  readonly points: readonly SensitivityPoint[];
}

export interface SensitivityAnalysis {
  readonly unpruned: Achievement;
  readonly results: readonly ParameterSensitivity[];
}

/** What an analysis needs of an `AbortSignal`, which the spine's own library does not know. */
export interface StopSignal {
  /** Throws the reason if a stop was asked for. */
  throwIfAborted(): void;
}

export interface SensitivityRequest {
  readonly parameters: readonly TestedParameter[];
  /** Sparsities in the order in which they are tested, each in [0, 1]. */
  readonly levels: readonly number[];
  readonly group: SensitivityGroup;
  /** Evaluates the model with other weights for some parameters, on data that stays the same. */
  readonly evaluate: (changed: ReadonlyMap<string, Float32Array>) => Promise<Achievement>;
  /** An element level above 0 that removes nothing: refused as in Distiller, or tested as it is (default). */
  readonly emptyLevel?: 'refuse' | 'keep';
  /** Called for every level of every parameter, and once before; `total` counts all of them. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: StopSignal;
}

/**
 * How much accuracy each parameter costs when it alone is pruned, without retraining (reference 11.3). As in Distiller the
 * levels of one parameter are applied one after the other without restoring it in between, which is harmless when they rise.
 *
 * @throws RangeError for a level outside [0, 1], or one that removes nothing if `emptyLevel` says so.
 * @throws The signal's reason when it is aborted; evaluations that have begun are awaited first.
 */
export async function analyzeSensitivity(request: SensitivityRequest): Promise<SensitivityAnalysis> {
  const tested = request.parameters.filter(({ shape }) => isTested(shape, request.group));
  const total = 1 + tested.length * request.levels.length;
  let done = 0;
  const count = (): void => {
    done += 1;
    request.onProgress?.(done, total);
  };
  const evaluate = async (changed: ReadonlyMap<string, Float32Array>): Promise<Achievement> => {
    request.signal?.throwIfAborted();
    const achievement = await request.evaluate(changed);
    count();
    return achievement;
  };
  const unpruned = await evaluate(new Map());
  const results: ParameterSensitivity[] = [];
  for (const { name, shape, values } of tested) {
    let standing = values;
    let achieved = unpruned;
    const points: SensitivityPoint[] = [];
    for (const level of request.levels) {
      const mask = sensitivityMask(standing, shape, request.group, level);
      if (!mask && level > 0 && request.group === 'element' && request.emptyLevel === 'refuse') {
        throw new RangeError(`The level ${level} removes nothing of the ${values.length} weights of ${name}`);
      }
      const left = mask ? standing.map((weight, index) => weight * mask[index]!) : standing;
      // Weights that were measured already, as at level 0, need not be measured again.
      if (left.every((weight, index) => weight === standing[index])) count();
      else achieved = await evaluate(new Map([[name, left]]));
      standing = left;
      points.push({
        level,
        sparsity: standing.filter((weight) => weight === 0).length / standing.length,
        ...achieved,
      });
    }
    results.push({ parameter: name, points });
  }
  return { unpruned, results };
}

/** Elements are tested of all kernels, filters and channels of convolutions only. */
function isTested(shape: readonly number[], group: SensitivityGroup): boolean {
  return shape.length === 4 || (shape.length === 2 && group === 'element');
}

/**
 * The mask that a level makes: the smallest magnitudes for elements, the smallest L1 norms for filters and channels, whole
 * ones and never the last one below level 1.
 *
 * @returns Null if nothing goes.
 */
export function sensitivityMask(
  values: Float32Array,
  shape: readonly number[],
  group: SensitivityGroup,
  level: number,
): Float32Array | null {
  if (group === 'element') return levelMask(values, level);
  if (!(level >= 0 && level <= 1)) throw new RangeError(`A level lies in [0, 1], got ${level}`);
  const grouping = groupStructures(shape, group);
  const prune = structuresToPrune(grouping.groupCount, level);
  if (prune === 0) return null;
  return expandGroups(keepLargest(groupNorms(values, grouping, 'L1', grouping.groupSize), prune), grouping);
}

/**
 * The levels of a range as Distiller's command line makes them: start + i · step below stop, so that numbers like
 * 0.15000000000000002 occur.
 *
 * @throws RangeError unless the step is above 0.
 */
export function levelRange(start: number, stop: number, step: number): readonly number[] {
  if (!(step > 0)) throw new RangeError(`A step is above 0, got ${step}`);
  const count = Math.max(0, Math.ceil((stop - start) / step));
  return Array.from({ length: count }, (_, index) => start + index * step);
}

/** The rows of Distiller's `sensitivity.csv`. */
export function sensitivityCsv({ results }: SensitivityAnalysis): string {
  const rows = results.flatMap(({ parameter, points }) =>
    points.map(({ level, top1, top5, loss }) => [parameter, level, top1, top5, loss].join(',')),
  );
  return ['parameter,sparsity,top1,top5,loss', ...rows, ''].join('\n');
}
