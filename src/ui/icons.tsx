import type { ReactElement } from 'react';
import { classNames } from './class-names.ts';
import styles from './icons.module.css';

/** 16 px grid, 1.5 px stroke in the current colour. Icons say nothing to screen readers: the control has the words. */
const PATHS = {
  play: 'M5 3.2v9.6l7.5-4.8z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  step: 'M4 3.5v9l6-4.5zM12 3.5v9',
  stop: 'M4 4h8v8H4z',
  reset: 'M3.2 8a4.8 4.8 0 1 0 1.6-3.6M4.6 1.8v2.8h2.8',
  share: 'M8 9.5v-7M5.2 5 8 2.2 10.8 5M3.5 8v5.5h9V8',
  export: 'M8 2.5v7M5.2 7 8 9.8 10.8 7M3 12.8h10',
  moon: 'M12.8 9.6A5.2 5.2 0 0 1 6.4 3.2a5.2 5.2 0 1 0 6.4 6.4z',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9',
  system: 'M2 3h12v8H2zM6 13.5h4M8 11v2.5',
  help: 'M6 6.2a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4M8 12v.1',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.2 3.5v9',
  chart: 'M2.5 2.5v11h11M5 10.5l2.5-3.5 2.2 1.8 3.3-4.8',
  'chevron-down': 'm4.5 6.5 3.5 3.5 3.5-3.5',
  'chevron-up': 'm4.5 9.5 3.5-3.5 3.5 3.5',
  'chevron-right': 'm6.5 4.5 3.5 3.5-3.5 3.5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  undo: 'M5.5 3 2.5 6l3 3M2.5 6h6.75a3.75 3.75 0 0 1 0 7.5H6',
  warning: 'M8 2.5 14 13H2zM8 6.5v3M8 11.2v.1',
  error: 'M5.5 2.5h5l3 3v5l-3 3h-5l-3-3v-5zM6 6l4 4M10 6l-4 4',
  info: 'M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2M8 7.4v3.4M8 5.1v.1',
  check: 'm3.5 8.5 3 3 6-7',
  close: 'm4 4 8 8M12 4l-8 8',
  more: 'M3.5 8h.1M8 8h.1M12.5 8h.1',
  fix: 'M6 11.5c0-1.5-2-2.2-2-4.6a4 4 0 0 1 8 0c0 2.4-2 3.1-2 4.6zM6.5 13.8h3',
  fork: 'M5 2.5v4.5a3 3 0 0 0 3 3h3.5M9.4 7.8 11.6 10l-2.2 2.2M5 7v6.5',
  pencil: 'm3 13 .6-2.8 7-7 2.2 2.2-7 7zM9.4 4.4l2.2 2.2',
  layers: 'm8 2.5 5.5 2.8L8 8.1 2.5 5.3zM2.5 8.2 8 11l5.5-2.8M2.5 11 8 13.8l5.5-2.8',
  book: 'M8 4.2C6.6 3 4.6 2.8 2.5 3v9.5c2.1-.2 4.1 0 5.5 1.2 1.4-1.2 3.4-1.4 5.5-1.2V3C11.4 2.8 9.4 3 8 4.2zv9.5',
  list: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.1M2.5 8h.1M2.5 12h.1',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({
  name,
  size = 16,
  className,
}: {
  readonly name: IconName;
  readonly size?: 12 | 16 | 20;
  readonly className?: string | undefined;
}): ReactElement {
  return (
    <svg
      className={classNames(styles.icon, className)}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** What a policy does to the numbers. */
export type Kind = 'pruner' | 'regularizer' | 'quantizer' | 'lr' | 'extension';

/** 14 px grid, for glyphs inside of other drawings. */
export const KIND_PATHS: Readonly<Record<Kind, string>> = {
  pruner: 'M2 2h10v10H2zM2 7l5-5M2 12 12 2M7 12l5-5',
  regularizer: 'M7 1.5v11M.8 7h3.4M2.6 5.2 4.4 7 2.6 8.8M13.2 7H9.8M11.4 5.2 9.6 7l1.8 1.8',
  quantizer: 'M1 12.5h4v-4h4v-4h4V1',
  lr: 'M1.5 1.5v11h11M4 3c.4 3.8 3 6.3 8 6.5',
  extension: 'M2 2h10v10H2zM7 4.5v5M4.5 7h5',
};

/** A kind's glyph in the colour of its kind; the name of the kind stands beside it, or is given as `label`. */
export function KindGlyph({
  kind,
  label,
  size = 14,
}: {
  readonly kind: Kind;
  readonly label?: string;
  readonly size?: number;
}): ReactElement {
  const name = label === undefined ? { 'aria-hidden': true as const } : { role: 'img', 'aria-label': label };
  return (
    <svg className={styles.kind} data-kind={kind} width={size} height={size} viewBox="0 0 14 14" {...name}>
      <path d={KIND_PATHS[kind]} />
    </svg>
  );
}

/** The product's mark: a grid of weights, the pruned ones hatched. */
export function Logo({ size = 25 }: { readonly size?: number }): ReactElement {
  const kept = new Set([0, 1, 3, 6, 8, 10, 11, 13]);
  return (
    <svg className={styles.logo} width={size} height={size} viewBox="0 0 25 25" aria-hidden="true">
      {Array.from({ length: 16 }, (_, cell) => {
        const x = (cell % 4) * 6 + 1;
        const y = Math.floor(cell / 4) * 6 + 1;
        return kept.has(cell) ? (
          <rect key={cell} x={x} y={y} width="5" height="5" fill="var(--signal)" />
        ) : (
          <path key={cell} d={`M${x} ${y + 5}l5-5`} stroke="var(--hatch)" />
        );
      })}
    </svg>
  );
}
