import type { ReactElement, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './panel.module.css';

export interface PanelProps {
  /** Accessible name of the region: Schedule, Timeline, Charts … */
  readonly label: string;
  /** Only the head is shown, so the region is always there. */
  readonly folded?: boolean;
  readonly className?: string | undefined;
  readonly id?: string;
  readonly children: ReactNode;
}

/** A region that fills its cell: a head and whatever is below. Panels meet at hairlines drawn by whoever lays them out. */
export function Panel({ label, folded = false, className, id, children }: PanelProps): ReactElement {
  return (
    <section
      id={id}
      aria-label={label}
      data-folded={folded || undefined}
      className={classNames(styles.panel, className)}
    >
      {children}
    </section>
  );
}

export interface PanelHeadProps {
  /** Left out where tabs are the title. */
  readonly title?: string;
  /** One short fact beside the title. */
  readonly fact?: ReactNode;
  /** Buttons on the right, a menu last. */
  readonly tools?: ReactNode;
  /** Chips, legends or tabs between the title and the tools. */
  readonly children?: ReactNode;
}

export function PanelHead({ title, fact, tools, children }: PanelHeadProps): ReactElement {
  return (
    <header className={styles.head}>
      {title !== undefined && <h2>{title}</h2>}
      {fact !== undefined && fact !== null && <span className={styles.fact}>{fact}</span>}
      {children}
      {tools !== undefined && <span className={styles.tools}>{tools}</span>}
    </header>
  );
}

/** The scrolling inside of a panel; `padded` puts 12 px around. */
export function PanelBody({
  padded = false,
  className,
  children,
}: {
  readonly padded?: boolean;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}): ReactElement {
  return <div className={classNames(styles.body, padded && styles.padded, className)}>{children}</div>;
}
