import { type ReactElement, useEffect, useId, useState } from 'react';
import type { Diagnostic, Fix, Severity, SourceRange } from '../../schedule/diagnostics.ts';
import { IconButton } from '../../ui/button.tsx';
import { codeSpans } from '../../ui/code-spans.tsx';
import { DiagnosticRow } from '../../ui/diagnostic-row.tsx';
import { SeverityIcon } from '../../ui/severity.tsx';
import { factAndReason } from './message-text.tsx';
import { countWords, gravest, inTextOrder } from './problem-order.ts';
import styles from './problems-list.module.css';

export interface ProblemsListProps {
  readonly diagnostics: readonly Diagnostic[];
  /** Goes to the place in the editor. */
  readonly onReveal: (range: SourceRange) => void;
  /** Changes the text. */
  readonly onFix: (fix: Fix) => void;
}

const ROW_SEVERITIES = { error: 'error', warning: 'warning', hint: 'info' } as const satisfies Record<Severity, string>;

/** The region under the editor: one line with the gravest problem, unfolding to all of them. F8 goes to the next one. */
export function ProblemsList({ diagnostics, onReveal, onFix }: ProblemsListProps): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const [visited, setVisited] = useState<Diagnostic | null>(null);
  const listId = useId();
  const ordered = inTextOrder(diagnostics);
  const current = visited === null ? -1 : ordered.findIndex((diagnostic) => isSame(diagnostic, visited));

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'F8' || event.defaultPrevented || ordered.length === 0) return;
      event.preventDefault();
      const before = current < 0 ? -1 : current - 1;
      const next = ordered.at(event.shiftKey ? before : (current + 1) % ordered.length);
      if (!next) return;
      setVisited(next);
      onReveal(next.range);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [ordered, current, onReveal]);

  const shown = isOpen ? ordered : ordered.slice(current < 0 ? gravest(ordered) : current).slice(0, 1);
  const hidden = ordered.length - shown.length;
  return (
    <section className={styles.problems} aria-label="Problems" data-open={isOpen || undefined}>
      <p className="visually-hidden" role="status" aria-label="Number of problems">
        {countWords(ordered)}
      </p>
      {ordered.length === 0 ? (
        <p className={styles.none}>
          <SeverityIcon severity="ok" />
          No problems
        </p>
      ) : (
        <ul id={listId} className={styles.list}>
          {shown.map((diagnostic) => (
            <ProblemRow key={problemKey(diagnostic)} diagnostic={diagnostic} onReveal={onReveal} onFix={onFix} />
          ))}
        </ul>
      )}
      {(hidden > 0 || (isOpen && ordered.length > 0)) && (
        <div className={styles.tools}>
          {!isOpen && <span>{`${hidden} more`}</span>}
          <IconButton
            variant="quiet"
            size="small"
            icon={isOpen ? 'chevron-down' : 'chevron-up'}
            label={isOpen ? 'Show one problem' : `Show all: ${countWords(ordered)}`}
            aria-expanded={isOpen}
            aria-controls={listId}
            onClick={() => setOpen(!isOpen)}
          />
        </div>
      )}
    </section>
  );
}

function ProblemRow(props: {
  readonly diagnostic: Diagnostic;
  readonly onReveal: (range: SourceRange) => void;
  readonly onFix: (fix: Fix) => void;
}): ReactElement {
  const { diagnostic, onReveal, onFix } = props;
  const { range, severity, message, fixes } = diagnostic;
  const { fact, reason } = factAndReason(message);
  return (
    <DiagnosticRow
      severity={ROW_SEVERITIES[severity]}
      fact={codeSpans(fact)}
      reason={codeSpans(reason)}
      place={`${range.start.line}:${range.start.column}`}
      onReveal={() => onReveal(range)}
      fixes={fixes.map((fix) => ({ label: codeSpans(fix.title), onApply: () => onFix(fix) }))}
    />
  );
}

function problemKey({ code, range, message }: Diagnostic): string {
  return `${code} ${range.start.offset} ${message}`;
}

function isSame(a: Diagnostic, b: Diagnostic): boolean {
  return problemKey(a) === problemKey(b);
}
