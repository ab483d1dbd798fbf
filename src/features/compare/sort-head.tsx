import type { ReactElement, ReactNode } from 'react';
import { Icon } from '../../ui/icons.tsx';
import styles from './runs-panel.module.css';

export interface SortHeadProps {
  readonly children: ReactNode;
  /** How the table is sorted by this column; null if by another. */
  readonly direction: 'ascending' | 'descending' | null;
  readonly onSort: () => void;
  readonly isNumber?: boolean;
  /** What the column says, in a sentence. */
  readonly hint?: string;
  readonly className?: string | undefined;
}

/** The head of a column that sorts its table. */
export function SortHead({
  children,
  direction,
  onSort,
  isNumber = false,
  hint,
  className,
}: SortHeadProps): ReactElement {
  return (
    <th
      scope="col"
      data-num={isNumber ? '' : undefined}
      aria-sort={direction ?? undefined}
      className={className}
      title={hint}
    >
      <button type="button" className={styles.sort} onClick={onSort}>
        {children}
        {direction !== null && <Icon name={direction === 'ascending' ? 'chevron-up' : 'chevron-down'} size={12} />}
      </button>
    </th>
  );
}
