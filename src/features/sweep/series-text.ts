import type { Series } from '../../runs/series.ts';
import { numberText } from './sweep-draft.ts';
import { shortPath } from './series-results.ts';

/** "seed 3"; "final_sparsity 0.9" */
export function seedOrValue({ path }: Pick<Series, 'path'>, value: number): string {
  return `${shortPath(path)} ${numberText(value)}`;
}
