import { type ReactElement, useState } from 'react';
import type { ParameterSpec } from '../../core/network.ts';
import { Banner } from '../../ui/banner.tsx';
import { ChartFrame } from '../../ui/chart-frame.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import styles from './analyses-panel.module.css';
import { AnalysisFrame, type AnalysisDesk } from './analysis-frame.tsx';
import { sensitivityFile, sensitivityHint, sensitivitySummary, sensitivityTable } from './analysis-results.ts';
import { buildSensitivity, sensitivityDefaults } from './analysis-settings.ts';
import { percent } from './analysis-text.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { SensitivityChart } from './sensitivity-chart.tsx';
import { SettingField } from './setting-field.tsx';

export interface SensitivityTabProps {
  readonly desk: AnalysisDesk;
  readonly parameters: readonly ParameterSpec[];
}

/** Accuracy against sparsity, a line for each layer. */
export function SensitivityTab({ desk, parameters }: SensitivityTabProps): ReactElement {
  const [settings, setSettings] = useState(sensitivityDefaults);
  const kernels = parameters.filter(({ role }) => role === 'kernel');
  const hasConvolutions = kernels.some(({ shape }) => shape.length === 4);
  const group = hasConvolutions ? settings.group : 'element';
  const built = buildSensitivity({ ...settings, group });
  const problems = built.ok ? {} : built.problems;
  const noConvolution = hasConvolutions ? undefined : 'This model has no convolution.';
  return (
    <AnalysisFrame
      kind="sensitivity"
      desk={desk}
      question="Which layer bears pruning? Each layer alone is pruned, level by level, without training again."
      request={built.ok ? built.request : null}
      settings={
        <>
          <Combobox
            label="Prune"
            value={group}
            onChange={(next) => setSettings({ ...settings, group: next })}
            options={[
              { value: 'element', label: 'elements', note: 'single weights, smallest first' },
              { value: 'filter', label: 'filters', note: 'whole output channels', disabledReason: noConvolution },
              { value: 'channel', label: 'channels', note: 'whole input channels', disabledReason: noConvolution },
            ]}
          />
          <SettingField
            label="Test samples"
            numeric
            value={settings.samples}
            problem={problems.samples}
            onChange={(samples) => setSettings({ ...settings, samples })}
          />
          <SettingField
            label="Levels, %"
            wide
            value={settings.levels}
            problem={problems.levels}
            onChange={(levels) => setSettings({ ...settings, levels })}
          />
        </>
      }
    >
      {(result) => (
        <>
          {sensitivityHint(result) !== null && (
            <Banner severity="info" fact="These levels prune nothing.">
              {sensitivityHint(result)}
            </Banner>
          )}
          <ChartFrame
            label="Accuracy by sparsity"
            unit="%"
            className={styles.figure}
            reading={
              <>
                unpruned <b>{percent(result.unpruned.top1)}</b>
              </>
            }
            summary={sensitivitySummary(result)}
            table={() => sensitivityTable(result)}
          >
            <SensitivityChart result={result} kernels={kernels} />
          </ChartFrame>
          <div className={styles.tools}>
            <CopyButton
              label="Copy CSV"
              size="small"
              text={() => sensitivityFile(result)}
              byHand="Show the table and copy it by hand."
            />
          </div>
        </>
      )}
    </AnalysisFrame>
  );
}
