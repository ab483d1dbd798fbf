import type { ReactElement, ReactNode } from 'react';
import { Button } from './button.tsx';
import styles from './diagnostic-row.module.css';
import { type Severity, SeverityIcon } from './severity.tsx';

export interface DiagnosticFix {
  /** A verb and the thing: "Use `fc.*`". */
  readonly label: ReactNode;
  readonly onApply: () => void;
}

export interface DiagnosticRowProps {
  readonly severity: Severity;
  /** What is the case, in a sentence; `code` in it for names. */
  readonly fact: ReactNode;
  /** Why, and what to do. */
  readonly reason?: ReactNode;
  /** "38:28", from 1. */
  readonly place?: string;
  /** Goes to the place in the text. */
  readonly onReveal?: () => void;
  readonly fixes?: readonly DiagnosticFix[];
}

/** One finding: icon, bold fact, reason, place and fixes. Put rows into a `<ul>`. */
export function DiagnosticRow({
  severity,
  fact,
  reason,
  place,
  onReveal,
  fixes = [],
}: DiagnosticRowProps): ReactElement {
  return (
    <li className={styles.row} data-severity={severity}>
      <SeverityIcon severity={severity} spoken />
      <div className={styles.words}>
        <p>
          <b>{fact}</b> {reason}
        </p>
        {fixes.length > 0 && (
          <span className={styles.fixes}>
            {fixes.map((fix, index) => (
              <Button key={index} icon="fix" size="small" onClick={fix.onApply}>
                {fix.label}
              </Button>
            ))}
          </span>
        )}
      </div>
      {place !== undefined && <Place place={place} onReveal={onReveal} />}
    </li>
  );
}

function Place({
  place,
  onReveal,
}: {
  readonly place: string;
  readonly onReveal: (() => void) | undefined;
}): ReactElement {
  if (!onReveal) return <span className={styles.place}>{place}</span>;
  return (
    <button
      type="button"
      className={styles.place}
      aria-label={`Go to line ${place.replace(':', ', column ')}`}
      onClick={onReveal}
    >
      {place}
    </button>
  );
}
