import { type ReactElement, useMemo, useState } from 'react';
import { digitFraming, frameDrawing, garmentFraming } from '../../core/frame-drawing.ts';
import { AskedView, type AskedViewProps } from './asked-view.tsx';
import { emptyDrawing, isEmpty, padSize } from './drawing.ts';
import { DrawingPad } from './drawing-pad.tsx';
import { PixelPicture } from './pixel-picture.tsx';
import styles from './try-it.module.css';

interface DrawViewProps extends Omit<AskedViewProps, 'inputs' | 'invitation' | 'children'> {
  /** While it is hidden nobody is asked; the drawing stays. */
  readonly isShown: boolean;
}

const digits = {
  subject: 'a digit',
  radius: 5.5,
  framing: digitFraming,
  seen: 'scaled into 20 × 20, centred by mass, as in MNIST',
};
const garments = {
  subject: 'a piece of clothing',
  radius: 3,
  framing: garmentFraming,
  seen: 'the longer side filling the frame, as in Fashion-MNIST',
};

/** The last drawing of each dataset: it outlasts the panel's folding and another layout of the page. */
const kept = new Map<string, Uint8Array>();

/** A pad, what the networks see of the drawing, and their answers while it grows. */
export function DrawView(props: DrawViewProps): ReactElement {
  const { name } = props.dataset;
  const [drawing, setDrawing] = useState(() => kept.get(name) ?? emptyDrawing());
  const draw = (pixels: Uint8Array): void => {
    kept.set(name, pixels);
    setDrawing(pixels);
  };
  const { subject, radius, framing, seen } = name === 'fashion_mnist' ? garments : digits;
  const framed = useMemo(
    () => frameDrawing({ width: padSize, height: padSize, pixels: drawing }, framing),
    [drawing, framing],
  );
  return (
    <AskedView
      {...props}
      inputs={!props.isShown || isEmpty(drawing) ? null : framed}
      invitation="Draw, and both networks answer while you do."
    >
      <DrawingPad pixels={drawing} onChange={draw} subject={subject} radius={radius} />
      <figure className={styles.preview}>
        <PixelPicture pixels={framed} size={84} label="What the networks see" />
        <figcaption>What both see: 28 × 28 grey pixels, {seen}.</figcaption>
      </figure>
    </AskedView>
  );
}
