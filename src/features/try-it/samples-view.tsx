import { type ReactElement, useMemo, useState } from 'react';
import type { TestSamples } from '../../protocol/answers.ts';
import { AskedView, type AskedViewProps } from './asked-view.tsx';
import { BoundaryView } from './boundary-view.tsx';
import { pointText } from './changed-view.tsx';
import { PixelPicture } from './pixel-picture.tsx';
import { sampleInputs } from './sample-inputs.ts';
import { SamplePicker, type SamplePickerProps } from './sample-picker.tsx';
import type { EpochsToPlay } from './shown-models.ts';
import styles from './try-it.module.css';

interface SamplesViewProps
  extends Omit<AskedViewProps, 'inputs' | 'label' | 'invitation' | 'children'>,
    Omit<SamplePickerProps, 'classNames'> {
  readonly epochs: EpochsToPlay;
}

const invitation = 'Both networks answer as soon as they are loaded.';

/** One test sample, as a picture or as a point of the plane, and both answers to it. */
export function SamplesView(props: SamplesViewProps): ReactElement {
  const { samples, sample } = props;
  const picked = useMemo(() => sampleInputs(samples, sample), [samples, sample]);
  return picked instanceof Uint8Array ? (
    <PictureView {...props} picked={picked} />
  ) : (
    // Another sample takes the place of a point that the reader moved to.
    <PointView key={sample} {...props} picked={picked} />
  );
}

const labelOf = ({ labels }: TestSamples, sample: number): number => labels[sample] ?? 0;

function PictureView({ picked, ...props }: SamplesViewProps & { readonly picked: Uint8Array }): ReactElement {
  const { samples, sample, dataset } = props;
  const label = labelOf(samples, sample);
  return (
    <AskedView {...props} inputs={picked} label={label} invitation={invitation}>
      <PixelPicture
        pixels={picked}
        size={140}
        label={`Test sample ${sample + 1}, ${dataset.classNames[label] ?? ''}`}
      />
      <SamplePicker {...props} classNames={dataset.classNames} />
    </AskedView>
  );
}

function PointView({ picked, ...props }: SamplesViewProps & { readonly picked: Float32Array }): ReactElement {
  const { samples, sample, dataset } = props;
  const [probe, setProbe] = useState(picked);
  const label = probe === picked ? labelOf(samples, sample) : undefined;
  return (
    <AskedView {...props} inputs={probe} label={label} invitation={invitation}>
      <BoundaryView {...props} classNames={dataset.classNames} probe={probe} onProbe={setProbe} />
      <SamplePicker {...props} classNames={dataset.classNames} />
      <p className={styles.fact}>Asked about {pointText(probe)}.</p>
    </AskedView>
  );
}
