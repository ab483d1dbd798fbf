import { type ReactElement, useEffect, useRef } from 'react';
import { useTheme } from '../../ui/theme.ts';

export interface CanvasPictureProps {
  /** What the picture shows, for readers who do not see it. */
  readonly label: string;
  /** CSS pixels; `width` absent fills the container. */
  readonly width?: number;
  readonly height: number;
  /** Draws in CSS pixels. Its identity says when to draw again. */
  readonly draw: (canvas: CanvasRenderingContext2D, width: number, height: number) => void;
}

/** A 2-D canvas, sharp on every screen, redrawn when data, size or theme change. */
export function CanvasPicture({ label, width, height, draw }: CanvasPictureProps): ReactElement {
  const element = useRef<HTMLCanvasElement>(null);
  const { theme } = useTheme();
  useEffect(() => {
    const canvas = element.current;
    if (!canvas) return;
    const paint = (): void => paintCanvas(canvas, height, draw);
    paint();
    const observer = new ResizeObserver(paint);
    observer.observe(canvas);
    return () => observer.disconnect();
  }, [draw, height, theme]);
  return (
    <canvas ref={element} role="img" aria-label={label} style={{ width: width ?? '100%', height, display: 'block' }} />
  );
}

function paintCanvas(canvas: HTMLCanvasElement, height: number, draw: CanvasPictureProps['draw']): void {
  const width = canvas.clientWidth;
  const context = canvas.getContext('2d');
  if (!context || width === 0) return;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.scale(ratio, ratio);
  draw(context, width, height);
}
