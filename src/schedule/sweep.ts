import { z } from 'zod';
import { checkValue } from './check-value.ts';
import type { SourceRange } from './diagnostics.ts';
import { didYouMean, nearestFixes } from './nearest-name.ts';
import { findNumber, isNumberPlace, type LostPath, numbersIn } from './number-place.ts';
import { listNames, type Report } from './report.ts';
import { entryOf, type MapNode } from './yaml-node.ts';

/** More runs than this in one sweep are a slip of the pen. */
export const mostSweepRuns = 100;

/** `sweep` of the `training:` block: the same schedule again and again with one number changed. */
export const sweepSchema = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe(
      'The number that changes: keys joined by dots, items of lists by position from 0, as in `pruners.agp.final_sparsity`.',
    ),
  values: z.array(z.number()).min(1).max(mostSweepRuns).optional().describe('The values, a run for each.'),
  from: z.number().optional().describe('First value of a range, in place of `values`.'),
  to: z.number().optional().describe('Last value of the range.'),
  count: z.int().min(2).max(mostSweepRuns).default(5).describe('How many values the range has, both ends included.'),
  scale: z
    .enum(['linear', 'log'])
    .default('linear')
    .describe('Values of the range lie equally far apart (`linear`), or at equal ratios (`log`).'),
  max_runs: z.int().min(1).max(mostSweepRuns).default(20).describe('Budget: no more runs than this.'),
  max_epochs: z
    .int()
    .min(1)
    .max(100_000)
    .default(1000)
    .describe('Budget: no run is started that would bring the epochs of the sweep above this.'),
});

/** One number of a schedule, the values that it takes in turn, and what that may cost. */
export interface SweepSettings {
  readonly path: string;
  /** Different values in the order in which they are trained. */
  readonly values: readonly number[];
  readonly maxRuns: number;
  readonly maxEpochs: number;
}

/** A range of values, ends included. */
export interface ValueRange {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly scale: 'linear' | 'log';
  /** Rounds to whole numbers, each once. */
  readonly whole: boolean;
}

/** The values of a range. @throws RangeError for a logarithmic range that reaches zero. */
export function rangeValues({ from, to, count, scale, whole }: ValueRange): readonly number[] {
  if (scale === 'log' && !(from > 0 && to > 0)) throw new RangeError(`A logarithmic range from ${from} to ${to}`);
  const values = Array.from({ length: count }, (_, index) => {
    const share = index / Math.max(1, count - 1);
    const value = scale === 'log' ? from * (to / from) ** share : from + (to - from) * share;
    return whole ? Math.round(value) : Number(value.toPrecision(6));
  });
  return [...new Set(values)];
}

/**
 * The sweep that a text describes; null if it describes none, or after errors were reported.
 * Codes `sweep-path`, `sweep-values`, and those of any checked map.
 */
export function readSweep(report: Report, root: MapNode): SweepSettings | null {
  const training = entryOf(root, 'training')?.value;
  const entry = training?.kind === 'map' ? entryOf(training, 'sweep') : undefined;
  if (entry === undefined || (entry.value.kind === 'scalar' && entry.value.value === null)) return null;
  if (entry.value.kind === 'map') return readMap(report, root, { node: entry.value, keyRange: entry.key.range });
  const message = '`sweep` is not a map. Write `{path: training.optimizer.lr, values: [0.01, 0.03]}`.';
  report.error('wrong-type', entry.value.range, message);
  return null;
}

function readMap(
  report: Report,
  root: MapNode,
  { node, keyRange }: { readonly node: MapNode; readonly keyRange: SourceRange },
): SweepSettings | null {
  const settings = checkValue(report, { schema: sweepSchema, node, owner: '`sweep`', missingAt: keyRange });
  if (settings === null) return null;
  const { path, max_runs: maxRuns, max_epochs: maxEpochs } = settings;
  const place = findNumber(root, path);
  if (!isNumberPlace(place)) {
    reportPath(report, root, { lost: place, path, range: entryOf(node, 'path')?.value.range ?? keyRange });
    return null;
  }
  const values = valuesOf(report, node, settings, Number.isInteger(place.value));
  if (values === null) return null;
  reportBudget(report, node, values, maxRuns);
  return { path, values, maxRuns, maxEpochs };
}

interface PathProblem {
  readonly lost: LostPath;
  readonly path: string;
  readonly range: SourceRange;
}

function reportPath(report: Report, root: MapNode, { lost, path, range }: PathProblem): void {
  const paths = numbersIn(root).map((place) => place.path);
  const fixes = nearestFixes(path, paths, range);
  const where = lost.found === '' ? 'The schedule' : `\`${lost.found}\``;
  const known = lost.next.length === 0 ? '' : ` There: ${listNames(lost.next.slice(0, 12))}.`;
  const problem = lost.found === path ? `${where} is no number.` : `${where} has no \`${restOf(path, lost.found)}\`.`;
  report.error('sweep-path', range, `${problem}${didYouMean(fixes)}${known} A sweep changes one number.`, fixes);
}

function restOf(path: string, found: string): string {
  return found === '' ? path : path.slice(found.length + 1);
}

type Wanted = z.output<typeof sweepSchema>;

function valuesOf(report: Report, node: MapNode, wanted: Wanted, wasWhole: boolean): readonly number[] | null {
  const problem = valuesProblem(wanted);
  if (problem !== null) report.error('sweep-values', node.range, problem);
  if (problem !== null) return null;
  const { values, from = 0, to = 0, count, scale } = wanted;
  const whole = wasWhole && Number.isInteger(from) && Number.isInteger(to);
  return values === undefined ? rangeValues({ from, to, count, scale, whole }) : [...new Set(values)];
}

/** Why there are no values, as sentences; null if there are. */
function valuesProblem({ values, from, to, scale }: Wanted): string | null {
  const ends = [from, to].filter((end) => end !== undefined);
  if (values !== undefined && ends.length > 0) return '`sweep` has both `values` and a range. Keep one of them.';
  if (values !== undefined) return null;
  if (ends.length < 2) return '`sweep` says no values. Write `values: [0.5, 0.7, 0.9]`, or `from` and `to`.';
  return scale === 'linear' || ends.every((end) => end > 0)
    ? null
    : 'A logarithmic range needs two ends above 0. Move `from` and `to`, or write `scale: linear`.';
}

function reportBudget(report: Report, node: MapNode, values: readonly number[], maxRuns: number): void {
  if (values.length <= maxRuns) return;
  const range = entryOf(node, 'max_runs')?.value.range ?? node.range;
  const message = `The sweep has ${values.length} values and a budget of ${maxRuns} runs: the last ${values.length - maxRuns} are not trained. Raise \`max_runs\`, or leave values out.`;
  report.warning('sweep-budget', range, message);
}
