import type { ReactElement } from 'react';
import styles from './icons.module.css';
import { layerStyle, type Marker, markerPath } from './layer-colors.ts';

/** A marker inside of an SVG, centred on `x`, `y`. `ground` is the colour that it stands on. */
export function MarkerMark(props: {
  readonly marker: Marker;
  readonly colorVar: string;
  readonly x: number;
  readonly y: number;
  readonly r?: number;
  readonly ground?: string;
}): ReactElement {
  const { marker, colorVar, x, y, r = 3.2, ground = 'var(--panel)' } = props;
  const colour = `var(${colorVar})`;
  return (
    <path
      transform={`translate(${x} ${y})`}
      d={markerPath(marker.shape, r)}
      fill={marker.hollow ? ground : colour}
      stroke={marker.hollow ? colour : ground}
      strokeWidth={marker.hollow ? 1.5 : 1}
    />
  );
}

/** A short piece of the layer's line with its marker; stands beside the layer's name. */
export function LayerSwatch({ index, width = 22 }: { readonly index: number; readonly width?: number }): ReactElement {
  const { colorVar, marker, dash } = layerStyle(index);
  return (
    <svg className={styles.swatch} width={width} height="10" viewBox={`0 0 ${width} 10`} aria-hidden="true">
      <path d={`M0 5H${width}`} stroke={`var(${colorVar})`} strokeWidth="2" strokeDasharray={dash} />
      <MarkerMark marker={marker} colorVar={colorVar} x={width / 2} y={5} />
    </svg>
  );
}

/** Swatch and name of a layer: colour, marker and word together. */
export function LayerName({ index, name }: { readonly index: number; readonly name: string }): ReactElement {
  return (
    <span className={styles.layerName}>
      <LayerSwatch index={index} />
      <span>{name}</span>
    </span>
  );
}
