import type { ReactElement } from 'react';
import type { ParameterSpec } from '../../core/network.ts';
import type { AnalysisTab } from '../../runs/analyses.ts';
import { Panel, PanelBody, PanelHead } from '../../ui/panel.tsx';
import { classNames } from '../../ui/class-names.ts';
import { TabList, TabPanel, Tabs } from '../../ui/tabs.tsx';
import { ActivationsTab } from './activations-tab.tsx';
import styles from './analyses-panel.module.css';
import type { AnalysisDesk } from './analysis-frame.tsx';
import { analysisNames } from './analysis-text.ts';
import { BitWidthsTab } from './bit-widths-tab.tsx';
import { BudgetsTab } from './budgets-tab.tsx';
import { type DownloadText, PostTrainingTab } from './post-training-tab.tsx';
import { SensitivityTab } from './sensitivity-tab.tsx';
import { SummaryTab } from './summary-tab.tsx';
import { ThinningTab } from './thinning-tab.tsx';

export interface AnalysesPanelProps extends AnalysisDesk {
  /** False where tabs above are the title. */
  readonly hasHead?: boolean;
  /** Of the run that is shown, else of the experiment. */
  readonly parameters: readonly ParameterSpec[];
  /** Of the schedule in the editor, or the last one without errors. */
  readonly writtenParameters: readonly ParameterSpec[];
  /** Arguments of the schedule's quantizer for trained networks; null without one. */
  readonly declaredQuantizer: Readonly<Record<string, unknown>> | null;
  readonly onDownload: DownloadText;
  readonly tab: AnalysisTab;
  readonly onTab: (tab: AnalysisTab) => void;
}

const tabNames: readonly { readonly value: AnalysisTab; readonly label: string }[] = [
  { value: 'sensitivity', label: analysisNames.sensitivity },
  { value: 'bit-widths', label: analysisNames['bit-widths'] },
  { value: 'budgets', label: 'Budgets' },
  { value: 'post-training', label: analysisNames['post-training'] },
  { value: 'thinning', label: analysisNames.thinning },
  { value: 'summary', label: analysisNames.summary },
  { value: 'activations', label: analysisNames.activations },
];

/** What can be asked about trained weights, a tab for each question. */
export function AnalysesPanel(props: AnalysesPanelProps): ReactElement {
  const { hasHead = true, parameters, writtenParameters, declaredQuantizer, onDownload, tab, onTab, ...desk } = props;
  const tabs: Readonly<Record<AnalysisTab, ReactElement>> = {
    sensitivity: <SensitivityTab desk={desk} parameters={parameters} />,
    'bit-widths': <BitWidthsTab desk={desk} parameters={parameters} />,
    budgets: <BudgetsTab parameters={writtenParameters} schedule={desk.schedule} />,
    'post-training': <PostTrainingTab desk={desk} declared={declaredQuantizer} onDownload={onDownload} />,
    thinning: <ThinningTab desk={desk} />,
    summary: <SummaryTab desk={desk} parameters={parameters} />,
    activations: <ActivationsTab desk={desk} />,
  };
  return (
    <Panel label="Analyses">
      {hasHead && <PanelHead title="Analyses" fact="of trained weights" />}
      <Tabs value={tab} onChange={onTab}>
        <TabList label="Analysis" className={classNames(styles.tabs, 'fades-sideways')} tabs={tabNames} />
        {tabNames.map(({ value: kind }) => (
          <TabPanel key={kind} value={kind} className={styles.panel}>
            <PanelBody padded>{tabs[kind]}</PanelBody>
          </TabPanel>
        ))}
      </Tabs>
    </Panel>
  );
}
