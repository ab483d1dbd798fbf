import { type ReactElement, useEffect, useRef } from 'react';
import styles from './try-it.module.css';

interface PixelPictureProps {
  /** [side · side] grey values, 0 black. */
  readonly pixels: Uint8Array;
  /** CSS pixels of a side. */
  readonly size: number;
  /** What it shows; absent where words beside it say so. */
  readonly label?: string;
}

/** A small grey picture, its pixels sharp, white on black as the data is. */
export function PixelPicture({ pixels, size, label }: PixelPictureProps): ReactElement {
  const element = useRef<HTMLCanvasElement>(null);
  const side = Math.round(Math.sqrt(pixels.length));
  useEffect(() => {
    const context = element.current?.getContext('2d');
    if (context) drawGrey(context, pixels, side);
  }, [pixels, side]);
  const name = label === undefined ? { 'aria-hidden': true as const } : { role: 'img', 'aria-label': label };
  return (
    <canvas
      ref={element}
      width={side}
      height={side}
      className={styles.pixels}
      style={{ width: size, height: size }}
      {...name}
    />
  );
}

export function drawGrey(context: CanvasRenderingContext2D, pixels: Uint8Array, side: number): void {
  const image = context.createImageData(side, side);
  pixels.forEach((value, index) => image.data.set([value, value, value, 255], 4 * index));
  context.putImageData(image, 0, 0);
}
