import type { ReactElement, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './table.module.css';

export interface TableProps {
  /** Accessible name. */
  readonly label: string;
  /** `<thead>` and `<tbody>`. Number cells carry `data-num`, the chosen row `aria-selected`. */
  readonly children: ReactNode;
  /** Rows of 46 px, for pictures in them. */
  readonly tall?: boolean;
  readonly className?: string | undefined;
}

/** A table in the look of the page, scrolling inside of its panel, its heads sticking. */
export function Table({ label, children, tall = false, className }: TableProps): ReactElement {
  return (
    // A region that scrolls has to be reachable by keyboard.
    <div
      className={classNames(styles.scroll, 'fades-sideways', className)}
      role="group"
      aria-label={label}
      tabIndex={0}
    >
      <table className={styles.table} data-tall={tall || undefined} aria-label={label}>
        {children}
      </table>
    </div>
  );
}
