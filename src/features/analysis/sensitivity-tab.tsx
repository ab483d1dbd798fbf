import { type ReactElement, useMemo } from 'react';
import type { ParameterSpec } from '../../core/network.ts';
import { Combobox } from '../../ui/combobox.tsx';
import { AnalysisFrame, type AnalysisDesk } from './analysis-frame.tsx';
import { buildSensitivity, sensitivityDefaults } from './analysis-settings.ts';
import { sourceText } from './analysis-text.ts';
import { SensitivityResult } from './sensitivity-result.tsx';
import { SettingField } from './setting-field.tsx';
import { keptState } from '../../ui/kept-state.ts';

const useSettings = keptState(sensitivityDefaults);

export interface SensitivityTabProps {
  readonly desk: AnalysisDesk;
  readonly parameters: readonly ParameterSpec[];
}

/** Accuracy against sparsity, a line for each layer. */
export function SensitivityTab({ desk, parameters }: SensitivityTabProps): ReactElement {
  const [settings, setSettings] = useSettings();
  const kernels = useMemo(() => parameters.filter(({ role }) => role === 'kernel'), [parameters]);
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
      {(result, { request, afterEpochs }) => (
        <SensitivityResult
          result={result}
          group={request.group}
          kernels={kernels}
          schedule={desk.schedule}
          source={sourceText(desk.run, afterEpochs, request.samples)}
        />
      )}
    </AnalysisFrame>
  );
}
