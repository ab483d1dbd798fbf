import type { Achievement, AnalysisResult } from '../../protocol/analysis.ts';

export type QuantizeResult = Extract<AnalysisResult, { kind: 'post-training' }>;

/** The answer as lines for a terminal: the float network, then each way of clipping and what it costs. */
export function quantizeTable({ float, variants }: QuantizeResult): readonly string[] {
  const width = Math.max(9, ...variants.map(({ label }) => label.length));
  const line = (name: string, cells: readonly string[]): string =>
    [name.padEnd(width), ...cells.map((cell) => cell.padStart(8))].join(' ').trimEnd();
  const achieved = ({ top1, top5, loss }: Achievement): string[] => [percent(top1), percent(top5), loss.toFixed(4)];
  return [
    line('clip acts', ['top1 %', 'top5 %', 'loss', 'change']),
    line('(float)', achieved(float)),
    ...variants.map(({ label, achievement }) =>
      line(label, [...achieved(achievement), signed(achievement.top1 - float.top1)]),
    ),
  ];
}

const percent = (fraction: number): string => (100 * fraction).toFixed(2);
const signed = (fraction: number): string => `${fraction > 0 ? '+' : ''}${percent(fraction)}`;
