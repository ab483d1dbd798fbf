import type { ReactElement } from 'react';
import { Combobox } from '../../ui/combobox.tsx';
import { SettingField } from './setting-field.tsx';

/** One scale for a tensor of weights, or one for each of its output channels. */
export function ScalesField({
  perChannel,
  onChange,
}: {
  readonly perChannel: boolean;
  readonly onChange: (perChannel: boolean) => void;
}): ReactElement {
  return (
    <Combobox
      label="Weight scales"
      value={perChannel ? 'channel' : 'tensor'}
      options={[
        { value: 'tensor', label: 'per tensor', note: 'one scale for all weights of a layer' },
        { value: 'channel', label: 'per channel', note: 'one for each filter or output unit' },
      ]}
      onChange={(scales) => onChange(scales === 'channel')}
    />
  );
}

interface SampleCounts {
  readonly samples: string;
  readonly calibrationSamples: string;
}

interface SampleFieldsProps {
  readonly settings: SampleCounts;
  readonly problems: Readonly<Partial<Record<keyof SampleCounts, string>>>;
  /** Whether ranges of activations are looked for before. */
  readonly calibrates: boolean;
  readonly onChange: (change: Partial<SampleCounts>) => void;
}

/** How many samples show the ranges of activations, and how many are asked about. */
export function SampleFields({ settings, problems, calibrates, onChange }: SampleFieldsProps): ReactElement {
  return (
    <>
      {calibrates && (
        <SettingField
          label="Calibration samples"
          numeric
          value={settings.calibrationSamples}
          problem={problems.calibrationSamples}
          onChange={(calibrationSamples) => onChange({ calibrationSamples })}
        />
      )}
      <SettingField
        label="Test samples"
        numeric
        value={settings.samples}
        problem={problems.samples}
        onChange={(samples) => onChange({ samples })}
      />
    </>
  );
}
