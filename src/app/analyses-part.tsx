import type { ReactElement } from 'react';
import { useStore } from 'zustand';
import { AnalysesPanel } from '../features/analysis/analyses-panel.tsx';
import { analysisBlock } from '../features/analysis/analysis-text.ts';
import { saveFile } from '../ui/save-file.ts';
import { trainingClient } from './services.ts';
import { useActions } from './use-actions.ts';
import { showAnalysis, useWorkbench } from './workbench-store.ts';
import type { WorkbenchView } from './workbench-view.ts';

export interface AnalysesPartProps {
  readonly view: WorkbenchView;
  /** False where tabs above are the title. */
  readonly hasHead?: boolean;
}

/** What can be asked about the weights of the run that is shown. */
export function AnalysesPart({ view, hasHead = true }: AnalysesPartProps): ReactElement {
  const analyses = useStore(trainingClient.store, (state) => state.analyses);
  const inMemoryRunId = useStore(trainingClient.store, (state) => state.inMemoryRunId);
  const tab = useWorkbench((state) => state.analysis);
  const actions = useActions();
  return (
    <AnalysesPanel
      hasHead={hasHead}
      tab={tab}
      onTab={showAnalysis}
      run={view.run}
      analyses={analyses}
      blocked={analysisBlock({ run: view.run, inMemoryRunId, analyses })}
      onRun={(request) => trainingClient.analyze(request)}
      onCancel={() => trainingClient.cancelAnalysis()}
      parameters={view.parameters}
      writtenParameters={view.lastValid?.parameters ?? []}
      schedule={{ text: view.written.text, onWrite: actions.openText }}
      declaredQuantizer={declaredQuantizer(view)}
      onDownload={(name, content, type) => saveFile({ name, content, type })}
    />
  );
}

/** Arguments of the quantizer that the schedule declares for the trained network. */
function declaredQuantizer({ lastValid }: WorkbenchView): Readonly<Record<string, unknown>> | null {
  const schedule = lastValid?.schedule ?? null;
  if (schedule === null || schedule.postTraining === null) return null;
  const { name } = schedule.postTraining;
  return schedule.components.find((one) => one.kind === 'quantizer' && one.name === name)?.args ?? null;
}
