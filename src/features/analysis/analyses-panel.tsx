import { type ReactElement, useState } from 'react';
import type { ParameterSpec } from '../../core/network.ts';
import type { AnalysisKind } from '../../runs/analyses.ts';
import { Panel, PanelBody, PanelHead } from '../../ui/panel.tsx';
import { TabList, TabPanel, Tabs } from '../../ui/tabs.tsx';
import { ActivationsTab } from './activations-tab.tsx';
import styles from './analyses-panel.module.css';
import type { AnalysisDesk } from './analysis-frame.tsx';
import { analysisNames } from './analysis-text.ts';
import { type DownloadText, PostTrainingTab } from './post-training-tab.tsx';
import { SensitivityTab } from './sensitivity-tab.tsx';
import { SummaryTab } from './summary-tab.tsx';
import { ThinningTab } from './thinning-tab.tsx';

export interface AnalysesPanelProps extends AnalysisDesk {
  /** False where tabs above are the title. */
  readonly hasHead?: boolean;
  /** Of the run that is shown, else of the experiment. */
  readonly parameters: readonly ParameterSpec[];
  /** Arguments of the schedule's quantizer for trained networks; null without one. */
  readonly declaredQuantizer: Readonly<Record<string, unknown>> | null;
  readonly onDownload: DownloadText;
}

const kinds = Object.keys(analysisNames) as readonly AnalysisKind[];

/** What can be asked about trained weights, a tab for each question. */
export function AnalysesPanel(props: AnalysesPanelProps): ReactElement {
  const { hasHead = true, parameters, declaredQuantizer, onDownload, ...desk } = props;
  const [tab, setTab] = useState<AnalysisKind>('sensitivity');
  const tabs: Readonly<Record<AnalysisKind, ReactElement>> = {
    sensitivity: <SensitivityTab desk={desk} parameters={parameters} />,
    'post-training': <PostTrainingTab desk={desk} declared={declaredQuantizer} onDownload={onDownload} />,
    thinning: <ThinningTab desk={desk} />,
    summary: <SummaryTab desk={desk} parameters={parameters} />,
    activations: <ActivationsTab desk={desk} />,
  };
  return (
    <Panel label="Analyses">
      {hasHead && <PanelHead title="Analyses" fact="of trained weights" />}
      <Tabs value={tab} onChange={setTab}>
        <TabList
          label="Analysis"
          className={styles.tabs}
          tabs={kinds.map((kind) => ({ value: kind, label: analysisNames[kind] }))}
        />
        {kinds.map((kind) => (
          <TabPanel key={kind} value={kind} className={styles.panel}>
            <PanelBody padded>{tabs[kind]}</PanelBody>
          </TabPanel>
        ))}
      </Tabs>
    </Panel>
  );
}
