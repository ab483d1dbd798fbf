import { type LayerLevel, sparsityOfLevels } from '../../core/layer-levels.ts';
import type { SensitivityGroup } from '../../core/sensitivity.ts';
import { grouped } from '../../ui/grouped.ts';

/** "87 %", with as many digits as it takes: 99.73 %. */
export function levelText({ pruned, pieces }: Pick<LayerLevel, 'pruned' | 'pieces'>): string {
  const share = (100 * pruned) / pieces;
  return `${share > 99 && share < 100 ? share.toFixed(2) : share.toFixed(1).replace(/\.0$/, '')} %`;
}

/** "3 of 8 filters". */
export function piecesText({ pruned, pieces }: LayerLevel, group: SensitivityGroup): string {
  const words = { element: 'weights', filter: 'filters', channel: 'channels' } as const;
  return `${grouped(pruned)} of ${grouped(pieces)} ${words[group]}`;
}

/** "84.2 % of the weights go". */
export function totalText(levels: readonly LayerLevel[]): string {
  return `${(100 * sparsityOfLevels(levels)).toFixed(1)} % of the weights go`;
}
