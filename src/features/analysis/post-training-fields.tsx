import type { ReactElement } from 'react';
import { linearModes } from '../../core/linear-quantization.ts';
import { Combobox, type ComboboxOption } from '../../ui/combobox.tsx';
import { floatBits, type PostTrainingSettings } from './analysis-settings.ts';
import { SampleFields, ScalesField } from './quantization-fields.tsx';

export interface PostTrainingFieldsProps {
  readonly settings: PostTrainingSettings;
  readonly problems: Readonly<Partial<Record<'samples' | 'calibrationSamples', string>>>;
  readonly declared: Readonly<Record<string, unknown>> | null;
  readonly onChange: (change: Partial<PostTrainingSettings>) => void;
}

/** How the model is quantized. */
export function PostTrainingFields({ settings, problems, declared, onChange }: PostTrainingFieldsProps): ReactElement {
  return (
    <>
      <Combobox
        label="Weights"
        value={settings.weightBits}
        options={bitsOptions(settings.weightBits)}
        onChange={(weightBits) => onChange({ weightBits })}
      />
      <Combobox
        label="Activations"
        value={settings.activationBits}
        options={bitsOptions(settings.activationBits)}
        onChange={(activationBits) => onChange({ activationBits })}
      />
      <Combobox
        label="Mode"
        value={settings.mode}
        options={modeOptions(declared)}
        onChange={(mode) => onChange({ mode })}
      />
      <ScalesField perChannel={settings.perChannel} onChange={(perChannel) => onChange({ perChannel })} />
      <Combobox
        label="Ranges"
        value={settings.ranges}
        options={rangeOptions(declared)}
        onChange={(ranges) => onChange({ ranges })}
      />
      <SampleFields {...{ settings, problems, onChange }} calibrates={settings.ranges === 'static'} />
    </>
  );
}

const usualBits: readonly string[] = ['16', '8', '7', '6', '5', '4', '3', '2'];

/** The usual widths, float, and what the schedule says if it is another one. */
function bitsOptions(current: string): readonly ComboboxOption[] {
  const own = current === floatBits || usualBits.includes(current) ? [] : [current];
  return [
    ...[...own, ...usualBits].map((bits) => ({ value: bits, label: `${bits} bits` })),
    { value: floatBits, label: 'float', note: 'left as they are' },
  ];
}

const modeNotes: Readonly<Record<(typeof linearModes)[number], string>> = {
  SYMMETRIC: 'around zero, −128 to 127',
  SYMMETRIC_RESTRICTED: 'around zero, −127 to 127',
  ASYMMETRIC_UNSIGNED: 'from the least to the most value, 0 to 255',
  ASYMMETRIC_SIGNED: 'from the least to the most value, −128 to 127',
};

function modeOptions(declared: PostTrainingFieldsProps['declared']): readonly ComboboxOption[] {
  const pair = declared?.['mode'];
  const own = typeof pair === 'object' && pair !== null ? [{ value: 'schedule', label: 'as in the schedule' }] : [];
  return [...own, ...linearModes.map((mode) => ({ value: mode, label: mode, note: modeNotes[mode] }))];
}

function rangeOptions(
  declared: PostTrainingFieldsProps['declared'],
): readonly ComboboxOption<PostTrainingSettings['ranges']>[] {
  const statistics = declared?.['model_activation_stats'];
  const own =
    typeof statistics === 'object' && statistics !== null
      ? [{ value: 'given' as const, label: 'given', note: 'the statistics in the schedule' }]
      : [];
  return [
    ...own,
    { value: 'static', label: 'static', note: 'measured once, before quantizing' },
    { value: 'dynamic', label: 'dynamic', note: 'measured in each batch' },
  ];
}
