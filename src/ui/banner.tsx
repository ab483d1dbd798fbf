import type { ReactElement, ReactNode } from 'react';
import styles from './banner.module.css';
import { IconButton } from './button.tsx';
import { type Severity, SeverityIcon } from './severity.tsx';

export interface BannerProps {
  readonly severity: Severity;
  /** What happened, as a sentence. */
  readonly fact: ReactNode;
  /** Why, and what to do. */
  readonly children?: ReactNode;
  /** The way out, as a button. */
  readonly action?: ReactNode;
  readonly onDismiss?: (() => void) | undefined;
}

/** Says in the panel concerned what blocks, with the way out. Errors are announced at once. */
export function Banner({ severity, fact, children, action, onDismiss }: BannerProps): ReactElement {
  return (
    <div className={styles.banner} data-severity={severity} role={severity === 'error' ? 'alert' : 'note'}>
      <SeverityIcon severity={severity} spoken />
      <p>
        <b>{fact}</b> {children}
      </p>
      {action !== undefined && <span className={styles.action}>{action}</span>}
      {onDismiss && (
        <IconButton
          icon="close"
          label="Close"
          variant="quiet"
          size="small"
          onClick={onDismiss}
          className={styles.dismiss}
        />
      )}
    </div>
  );
}
