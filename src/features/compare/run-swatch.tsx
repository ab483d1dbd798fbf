import type { ReactElement } from 'react';
import { type RunColor, runColors } from '../../runs/run.ts';
import styles from './run-swatch.module.css';

/** The colour of a run; its name or number stands beside it. */
export function RunSwatch({ color }: { readonly color: RunColor }): ReactElement {
  const background = `var(--layer-${runColors.indexOf(color) + 1})`;
  return <i className={styles.swatch} style={{ background }} aria-hidden="true" />;
}
