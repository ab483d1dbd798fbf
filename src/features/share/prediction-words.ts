import type { PredictionGap } from '../../runs/share/prediction.ts';
import type { Predictable } from '../../runs/share/shared-experiment.ts';
import { gapText } from '../../ui/prediction.tsx';

/** Predictions are asked for in percent. */
export const percentAsk = { kind: 'number', min: 0, max: 100, step: 0.1, unit: '%' } as const;

const names: Readonly<Record<Predictable, string>> = { accuracy: 'Accuracy', sparsity: 'Sparsity' };

/** "Accuracy: You predicted 93 %, it came to 97.1 %: 4.1 points more." */
export function predictedWords({ what, predicted, measured }: PredictionGap): string {
  return `${names[what]}: ${gapText({ ask: percentAsk, predicted: percent(predicted), measured: percent(measured) })}`;
}

function percent(fraction: number): number {
  return Number((100 * fraction).toFixed(4));
}
