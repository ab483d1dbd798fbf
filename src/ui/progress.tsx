import type { ReactElement, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './progress.module.css';

/** More segments than this are thinner than their gaps. */
const MOST_SEGMENTS = 48;

export interface ProgressProps {
  /** Accessible name: "Training progress". */
  readonly label: string;
  /** How much is done, in segments: 6.66 of 12 epochs; 3.1 of 4.9 megabytes. */
  readonly value: number;
  readonly max: number;
  /** A segment for each whole unit of `max` (epochs), as long as there are at most 48 of them. */
  readonly segmented?: boolean;
  /** The number in words, always shown by whoever uses it or here, left above the bar. */
  readonly text?: ReactNode;
  /** Right above the bar: time left, or a button to stop. */
  readonly aside?: ReactNode;
  readonly className?: string | undefined;
}

/** A bar, segmented by epochs where they are few. Stands still between updates: it steps with the data. */
export function Progress({
  label,
  value,
  max,
  segmented = false,
  text,
  aside,
  className,
}: ProgressProps): ReactElement {
  const isSegmented = segmented && max >= 1 && max <= MOST_SEGMENTS;
  const segments = isSegmented ? Math.ceil(max) : 1;
  const done = max > 0 ? Math.max(0, Math.min(1, value / max)) * segments : 0;
  return (
    <div className={classNames(styles.progress, className)}>
      {(text !== undefined || aside !== undefined) && (
        <div className={styles.words}>
          <span>{text}</span>
          <span className={styles.aside}>{aside}</span>
        </div>
      )}
      <div
        className={styles.segments}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={Math.min(value, max)}
      >
        {Array.from({ length: segments }, (_, index) => (
          <i key={index}>
            <b style={{ width: `${Math.max(0, Math.min(1, done - index)) * 100}%` }} />
          </i>
        ))}
      </div>
    </div>
  );
}
