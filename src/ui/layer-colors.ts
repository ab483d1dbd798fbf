export type MarkerShape = 'circle' | 'square' | 'triangle' | 'diamond' | 'triangle-down' | 'cross';

/** A layer's mark: six shapes, filled for layers 1 to 6 and hollow for 7 to 12. */
export interface Marker {
  readonly shape: MarkerShape;
  readonly hollow: boolean;
}

export interface LayerStyle {
  /** Name of the custom property: `--layer-1` … `--layer-12`. */
  readonly colorVar: `--${string}`;
  readonly marker: Marker;
  /** SVG dash array; absent for the first six. */
  readonly dash: string | undefined;
}

const COLOURS = 12;
const SHAPES = ['circle', 'square', 'triangle', 'diamond', 'triangle-down', 'cross'] as const;

/** How the layer at `index` (0-based, in the model's order) looks everywhere. The 13th layer starts again with the first style. */
export function layerStyle(index: number): LayerStyle {
  if (!Number.isInteger(index) || index < 0) throw new RangeError(`A layer index is an integer from 0, got ${index}`);
  const nth = index % COLOURS;
  const hollow = nth >= SHAPES.length;
  return {
    colorVar: `--layer-${nth + 1}`,
    marker: { shape: SHAPES[nth % SHAPES.length] ?? 'circle', hollow },
    dash: hollow ? '7 3' : undefined,
  };
}

/** Path of a marker centred on 0, 0 with about the radius `r` in pixels. */
export function markerPath(shape: MarkerShape, r: number): string {
  const t = r * 0.8;
  switch (shape) {
    case 'circle':
      return `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
    case 'square':
      return `M${-r * 0.9} ${-r * 0.9}h${1.8 * r}v${1.8 * r}h${-1.8 * r}z`;
    case 'triangle':
      return `M0 ${-r * 1.15}L${r * 1.1} ${r * 0.85}H${-r * 1.1}z`;
    case 'diamond':
      return `M0 ${-r * 1.3}L${r * 1.3} 0L0 ${r * 1.3}L${-r * 1.3} 0z`;
    case 'triangle-down':
      return `M0 ${r * 1.15}L${r * 1.1} ${-r * 0.85}H${-r * 1.1}z`;
    case 'cross':
      return `M${-r * 0.4} ${-r * 1.2}h${t}v${t}h${t}v${t}h${-t}v${t}h${-t}v${-t}h${-t}v${-t}h${t}z`;
    default:
      return shape satisfies never;
  }
}
