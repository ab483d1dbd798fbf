import { type Measurements, measurements } from '../../zoo/measurements.ts';
import { ownRange } from '../../zoo/lesson-numbers.ts';

/** "97.0 % (96.8 to 97.2, 2 seeds, measured here) at 90.0 % sparsity"; null for a recipe that nobody measured. */
export function measuredText(recipe: string, known: Measurements = measurements): string | null {
  const runs = known[recipe]?.runs ?? [];
  const own = ownRange(({ accuracy }) => accuracy(recipe), known);
  const failed = runs.filter(({ top1 }) => top1 === null).length;
  if (own === null) return failed === 0 ? null : 'The loss was no longer a number in the end (measured here).';
  const accuracies = runs.flatMap(({ top1 }) => (top1 === null ? [] : [100 * top1]));
  const seeds = `${own.runs} ${own.runs === 1 ? 'seed' : 'seeds'}, measured here`;
  const [low, high] = own.range.map((value) => value.toFixed(1));
  const spread = low === high ? seeds : `${low ?? ''} to ${high ?? ''}, ${seeds}`;
  return `${mean(accuracies).toFixed(1)} % accuracy (${spread})${sparsityText(runs)}.`;
}

function sparsityText(runs: Measurements[string]['runs']): string {
  const shares = runs.flatMap(({ sparsity }) => (sparsity === null ? [] : [100 * sparsity]));
  return shares.length > 0 && mean(shares) >= 0.5 ? `, ${mean(shares).toFixed(1)} % sparsity` : '';
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
