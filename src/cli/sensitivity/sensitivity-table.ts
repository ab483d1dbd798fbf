import { sensitivityCsv } from '../../core/sensitivity.ts';
import type { Achievement, AnalysisResult } from '../../protocol/analysis.ts';

export type SensitivityResult = Extract<AnalysisResult, { kind: 'sensitivity' }>;

/** Distiller's `sensitivity.csv`: accuracies in percent, the sparsity is the level that was asked for. */
export function distillerCsv({ unpruned, results }: SensitivityResult): string {
  return sensitivityCsv({
    unpruned: inPercent(unpruned),
    results: results.map(({ parameter, points }) => ({
      parameter,
      points: points.map((point) => ({ ...point, ...inPercent(point) })),
    })),
  });
}

function inPercent({ top1, top5, loss }: Achievement): Achievement {
  return { top1: 100 * top1, top5: 100 * top5, loss };
}

/** The answer as lines for a terminal: a line for each level of each kernel, its true sparsity beside the level. */
export function tableLines({ unpruned, results }: SensitivityResult): readonly string[] {
  const width = Math.max(9, ...results.map(({ parameter }) => parameter.length));
  const line = (cells: readonly string[]): string =>
    [(cells[0] ?? '').padEnd(width), ...cells.slice(1).map((cell) => cell.padStart(8))].join(' ');
  const achieved = ({ top1, top5, loss }: Achievement): string[] => [percent(top1), percent(top5), loss.toFixed(4)];
  return [
    line(['parameter', 'level', 'sparsity', 'top1 %', 'top5 %', 'loss']),
    line(['(none)', '', '', ...achieved(unpruned)]),
    ...results.flatMap(({ parameter, points }) =>
      points.map((point) => line([parameter, point.level.toFixed(2), point.sparsity.toFixed(3), ...achieved(point)])),
    ),
  ];
}

const percent = (fraction: number): string => (100 * fraction).toFixed(2);
