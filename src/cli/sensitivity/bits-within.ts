import { bitsWithin, costOfBits } from '../../core/bit-levels.ts';
import type { AnalysisResult } from '../../protocol/analysis.ts';
import { makeSchedule } from '../../schedule/make-schedule.ts';
import { zoo } from '../../zoo/zoo.ts';
import type { MadeWithin } from './schedule-within.ts';
import type { SensitivityOptions } from './sensitivity-options.ts';

export type BitWidths = Extract<AnalysisResult, { kind: 'bit-widths' }>;

/** Columns module, bits, top1, top5 (percent) and loss. */
export function bitsCsv({ results }: BitWidths): string {
  const rows = results.flatMap(({ module, points }) =>
    points.map(({ bits, top1, top5, loss }) => [module, bits, 100 * top1, 100 * top5, loss].join(',')),
  );
  return ['module,bits,top1,top5,loss', ...rows, ''].join('\n');
}

/** The answer as lines for a terminal: float first, then a line for each width of each layer. */
export function bitLines({ float, results }: BitWidths): readonly string[] {
  const width = Math.max(7, ...results.map(({ module }) => module.length));
  const line = (name: string, bits: string, top1: string, loss: string): string =>
    [name.padEnd(width), bits.padStart(5), top1.padStart(8), loss.padStart(8)].join(' ');
  const percent = (share: number): string => (100 * share).toFixed(2);
  return [
    line('layer', 'bits', 'top1 %', 'loss'),
    line('(float)', '32', percent(float.top1), float.loss.toFixed(4)),
    ...results.flatMap(({ module, points }) =>
      points.map(({ bits, top1, loss }) => line(module, String(bits), percent(top1), loss.toFixed(4))),
    ),
  ];
}

interface BudgetedBits {
  readonly result: BitWidths;
  readonly options: Pick<SensitivityOptions, 'samples' | 'budget' | 'file'>;
}

/** The schedule that a scan of bits makes of the one it was trained with, as the page would. */
export function bitsWithinBudget(text: string, { result, options }: BudgetedBits): MadeWithin {
  const { samples, budget, file } = options;
  const levels = bitsWithin(result.float.top1, result.results, budget);
  if (levels.every(({ bits }) => bits === null)) {
    return { ok: false, why: `No layer may be quantized when accuracy may fall by ${budget} points. Allow more.` };
  }
  const { meanBits, bytes, floatBytes } = costOfBits(levels);
  const sum = `${meanBits.toFixed(2)} bits a weight on average, ${bytes} bytes instead of ${floatBytes}`;
  const made = makeSchedule(text, zoo, {
    kind: 'quantization',
    modules: levels.map(({ module, bits }) => ({ module, weights: bits })),
    perChannel: false,
    comment: [
      `From a scan of bit widths of ${file}, ${samples} test samples.`,
      `Quantized alone, each layer costs at most ${budget.toFixed(1)} points of accuracy. ${sum}.`,
    ],
  });
  if (!made.ok) return made;
  const lines = levels.map(({ module, bits }) => `  ${module.padEnd(24)} ${bits === null ? 'float' : `${bits} bits`}`);
  return { ok: true, text: made.text, lines: [`Within ${budget.toFixed(1)} points:`, ...lines, `${sum}.`] };
}
