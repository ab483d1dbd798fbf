import type { ReactElement } from 'react';
import { useStore } from 'zustand';
import { analysisBlock } from '../features/analysis/analysis-text.ts';
import { type CostAnswer, CostPanel } from '../features/cost/cost-panel.tsx';
import type { InferenceDesk } from '../features/cost/inference-part.tsx';
import type { Run } from '../runs/run.ts';
import { readRunWeights } from './run-keeping.ts';
import { trainingClient } from './services.ts';
import type { WorkbenchView } from './workbench-view.ts';

export interface CostPartProps {
  readonly view: WorkbenchView;
  /** False where tabs above are the title. */
  readonly hasHead?: boolean;
}

/** What the network of the run that is shown really costs. */
export function CostPart({ view, hasHead = true }: CostPartProps): ReactElement {
  return (
    <CostPanel
      hasHead={hasHead}
      run={view.run}
      blocked={costBlock(view.run)}
      onMeasure={measure}
      inference={useInference(view)}
    />
  );
}

/** One sample, and a batch that keeps a graphics card busy. */
const batchSizes = [1, 64];

function useInference({ run, environment }: WorkbenchView): InferenceDesk {
  const analyses = useStore(trainingClient.store, (state) => state.analyses);
  const inMemoryRunId = useStore(trainingClient.store, (state) => state.inMemoryRunId);
  const analysis = analyses['inference-time'];
  return {
    analysis: analysis !== undefined && analysis.runId === run?.id ? analysis : null,
    blocked: analysisBlock({ run, inMemoryRunId, analyses }),
    device: environment?.adapter ?? 'the processor',
    onMeasure: () => trainingClient.analyze({ kind: 'inference-time', batchSizes }),
    onCancel: () => trainingClient.cancelAnalysis(),
  };
}

/** Why nothing can be measured now, as a sentence with the way out. */
function costBlock(run: Run | null): string | undefined {
  if (run === null) return 'Train the model first: there are no trained weights yet.';
  const waiting = run.status === 'preparing' || run.status === 'training' || run.status === 'testing';
  if (waiting) return 'Training uses the weights now. Pause it, or wait for its end.';
  return run.epochs.length === 0 ? 'Nothing has been trained yet. Let it train for an epoch first.' : undefined;
}

async function measure(run: Run): Promise<CostAnswer> {
  const answer = await readRunWeights(run.id);
  if (!answer.ok) return answer;
  const { measureCost } = await import('../runs/export/measure-cost.ts');
  const cost = measureCost(run, answer.parameters);
  if (cost !== null) return { ok: true, cost };
  return { ok: false, message: 'The schedule of this run builds another model now. Train it again.' };
}
