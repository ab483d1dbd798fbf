import { type LayerLevel, levelsOfAll, sparsityOfLevels } from '../../core/layer-levels.ts';
import { networkParameters } from '../../core/network.ts';
import { levelsWithin } from '../../core/scan-levels.ts';
import { makeSchedule } from '../../schedule/make-schedule.ts';
import { parseSchedule } from '../../schedule/parse-schedule.ts';
import { zoo } from '../../zoo/zoo.ts';
import type { SensitivityOptions } from './sensitivity-options.ts';
import type { SensitivityResult } from './sensitivity-table.ts';

interface BudgetedScan {
  readonly result: SensitivityResult;
  readonly options: Pick<SensitivityOptions, 'group' | 'samples' | 'budget' | 'form' | 'file'>;
}

/** A schedule within a budget and lines that say what follows; or why there is none. */
export type MadeWithin =
  | { readonly ok: true; readonly text: string; readonly lines: readonly string[] }
  | { readonly ok: false; readonly why: string };

/** The schedule that a scan makes of the one it was trained with, as the page would; lines say the levels. */
export function scheduleWithin(text: string, { result, options }: BudgetedScan): MadeWithin {
  const { group, samples, budget, form, file } = options;
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) return { ok: false, why: 'The schedule has errors.' };
  const kernels = networkParameters(parsed.value.network).filter(({ role }) => role === 'kernel');
  const scan = { group, untouched: result.unpruned.top1, results: result.results };
  const levels = levelsWithin(scan, kernels, budget);
  if (levels.every(({ pruned }) => pruned === 0)) {
    return { ok: false, why: `No layer may be pruned when accuracy may fall by ${budget} points. Allow more.` };
  }
  const total = sparsityOfLevels(levelsOfAll(levels, kernels));
  const sum = `${(100 * total).toFixed(1)} % of the weights go`;
  const comment = [
    `From a sensitivity scan of ${file}, ${samples} test samples.`,
    `Pruned alone, each layer costs at most ${budget.toFixed(1)} points of accuracy. ${sum}.`,
  ];
  const made = makeSchedule(text, zoo, { kind: 'pruning', granularity: group, form, levels, comment });
  if (!made.ok) return made;
  return {
    ok: true,
    text: made.text,
    lines: [`Within ${budget.toFixed(1)} points:`, ...levels.map(lineOf), `${sum}.`],
  };
}

const lineOf = ({ parameter, pruned, pieces }: LayerLevel): string =>
  `  ${parameter.padEnd(24)} ${((100 * pruned) / pieces).toFixed(1).padStart(5)} %`;
