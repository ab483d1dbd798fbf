import { type ReactElement, useMemo } from 'react';
import type { ParameterSpec } from '../../core/network.ts';
import type { BitTargets } from '../../protocol/analysis.ts';
import { Combobox } from '../../ui/combobox.tsx';
import { type AnalysisDesk, AnalysisFrame } from './analysis-frame.tsx';
import { quantizedBlock, sourceText } from './analysis-text.ts';
import { bitWidthDefaults, type BitWidthSettings, buildBitWidths } from './bit-width-settings.ts';
import { BitWidthsResult } from './bit-widths-result.tsx';
import { SampleFields, ScalesField } from './quantization-fields.tsx';
import { SettingField } from './setting-field.tsx';
import { keptState } from '../../ui/kept-state.ts';

const useSettings = keptState(bitWidthDefaults);

export interface BitWidthsTabProps {
  readonly desk: AnalysisDesk;
  readonly parameters: readonly ParameterSpec[];
}

/** Accuracy against bits, a line for each module that is quantized alone. */
export function BitWidthsTab({ desk, parameters }: BitWidthsTabProps): ReactElement {
  const [settings, setSettings] = useSettings();
  const kernels = useMemo(() => parameters.filter(({ role }) => role === 'kernel'), [parameters]);
  const built = buildBitWidths(settings);
  return (
    <AnalysisFrame
      kind="bit-widths"
      desk={{ ...desk, blocked: desk.blocked ?? quantizedBlock(desk.run) }}
      question="How few bits does each layer bear? Each one alone is quantized after training, everything else stays float."
      request={built.ok ? built.request : null}
      settings={
        <Fields
          settings={settings}
          problems={built.ok ? {} : built.problems}
          onChange={(change) => setSettings({ ...settings, ...change })}
        />
      }
    >
      {(result, { request, afterEpochs }) => (
        <BitWidthsResult
          result={result}
          perChannel={request.perChannel}
          kernels={kernels}
          schedule={desk.schedule}
          source={sourceText(desk.run, afterEpochs, request.samples)}
        />
      )}
    </AnalysisFrame>
  );
}

interface FieldsProps {
  readonly settings: BitWidthSettings;
  readonly problems: Readonly<Partial<Record<'bits' | 'samples' | 'calibrationSamples', string>>>;
  readonly onChange: (change: Partial<BitWidthSettings>) => void;
}

function Fields({ settings, problems, onChange }: FieldsProps): ReactElement {
  return (
    <>
      <Combobox<BitTargets>
        label="Quantize"
        value={settings.targets}
        onChange={(targets) => onChange({ targets })}
        options={[
          { value: 'weights', label: 'weights', note: 'of convolutions and dense layers' },
          { value: 'activations', label: 'activations', note: 'outputs of each ReLU' },
          { value: 'both', label: 'both', note: 'one after the other, each alone' },
        ]}
      />
      <ScalesField perChannel={settings.perChannel} onChange={(perChannel) => onChange({ perChannel })} />
      <SampleFields {...{ settings, problems, onChange }} calibrates={settings.targets !== 'weights'} />
      <SettingField
        label="Bits"
        wide
        value={settings.bits}
        problem={problems.bits}
        onChange={(bits) => onChange({ bits })}
      />
    </>
  );
}
