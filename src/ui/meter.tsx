import type { ReactElement } from 'react';
import styles from './meter.module.css';

export interface MeterProps {
  /** Accessible name: "Sparsity of fc1". */
  readonly label: string;
  /** The measured share, 0 to 1; `null`: not measured yet. */
  readonly value: number | null;
  /** The promised share, 0 to 1, drawn as a dotted tick. */
  readonly promised?: number | null;
  /** The number beside the bar; one decimal of a percent unless given. */
  readonly text?: string;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function clampedWidth(share: number): string {
  return `${Math.max(0, Math.min(1, share)) * 100}%`;
}

/** The measured share as a bar, the promise as a dotted tick, the number beside. */
export function Meter({ label, value, promised = null, text }: MeterProps): ReactElement {
  const shown = text ?? (value === null ? '–' : percent(value));
  const spoken = promised === null ? shown : `${shown}, promised ${percent(promised)}`;
  return (
    <span
      className={styles.meter}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={1}
      aria-valuenow={value ?? 0}
      aria-valuetext={spoken}
    >
      <span className={styles.rail}>
        {value !== null && <i style={{ width: clampedWidth(value) }} />}
        {promised !== null && <u style={{ left: clampedWidth(promised) }} />}
      </span>
      <span className={styles.number}>{shown}</span>
    </span>
  );
}
