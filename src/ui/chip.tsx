import type { ReactElement, ReactNode } from 'react';
import styles from './chip.module.css';
import { classNames } from './class-names.ts';

export type ChipTone = 'neutral' | 'live' | 'info' | 'warning' | 'error' | 'extension';

/** A state in one or two words, never clickable. `live` carries a dot. */
export function Chip({
  tone = 'neutral',
  children,
}: {
  readonly tone?: ChipTone;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <span className={classNames(styles.chip, styles[tone])}>
      {tone === 'live' && <i className={styles.dot} />}
      {children}
    </span>
  );
}
