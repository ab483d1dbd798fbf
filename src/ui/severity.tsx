import type { ReactElement } from 'react';
import { Icon, type IconName } from './icons.tsx';
import styles from './severity.module.css';

/** How bad: colour, icon shape and a word together. */
export type Severity = 'error' | 'warning' | 'info' | 'ok';

const ICONS: Readonly<Record<Severity, IconName>> = { error: 'error', warning: 'warning', info: 'info', ok: 'check' };
const WORDS: Readonly<Record<Severity, string>> = { error: 'Error', warning: 'Warning', info: 'Note', ok: 'Done' };

/** Octagon with a cross, triangle, circle or check in its colour. `spoken` says the word to screen readers. */
export function SeverityIcon({
  severity,
  spoken = false,
}: {
  readonly severity: Severity;
  readonly spoken?: boolean;
}): ReactElement {
  return (
    <>
      <Icon name={ICONS[severity]} className={styles[severity]} />
      {spoken && <span className="visually-hidden">{WORDS[severity]}: </span>}
    </>
  );
}
