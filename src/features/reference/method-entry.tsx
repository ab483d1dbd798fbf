import { type ReactElement, type RefObject, useMemo } from 'react';
import type { MethodDefinition } from '../../methods/define-method.ts';
import { describeArguments } from '../../methods/describe-arguments.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { codeSpans } from '../../ui/code-spans.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { CurveFigure } from './curve-figure.tsx';
import { methodCurves } from './method-curves.ts';
import { MethodFormula } from './method-formula.tsx';
import { argumentFact, exampleSchedule } from './method-groups.ts';
import styles from './method-reference.module.css';

/** What puts the example of a method into the text, or why nothing can. */
export type Insertion = { readonly insert: () => void } | { readonly blocked: string };

export interface MethodEntryProps {
  readonly method: MethodDefinition;
  readonly isOpen: boolean;
  /** Of the entry that the reader came for: becomes its line. */
  readonly lineRef: RefObject<HTMLElement | null> | null;
  readonly onToggle: (isOpen: boolean) => void;
  readonly insertionOf: (method: MethodDefinition) => Insertion;
  /** An address that leads to this entry. */
  readonly addressOf: (name: string) => string;
}

/** One method: its line, and behind it all that its definition says. */
export function MethodEntry({ method, isOpen, lineRef, onToggle, ...rest }: MethodEntryProps): ReactElement {
  const { name, summary, extension = false } = method;
  return (
    <details className={styles.method} open={isOpen} onToggle={({ currentTarget }) => onToggle(currentTarget.open)}>
      <summary ref={lineRef}>
        <span className={styles.name}>
          <code>{name}</code>
          {extension && <Chip tone="extension">extension</Chip>}
        </span>
        <span className={styles.summary}>{codeSpans(summary)}</span>
      </summary>
      {isOpen && <Body method={method} {...rest} />}
    </details>
  );
}

type BodyProps = Pick<MethodEntryProps, 'method' | 'insertionOf' | 'addressOf'>;

function Body({ method, insertionOf, addressOf }: BodyProps): ReactElement {
  const { name, notes = [], reference } = method;
  const curves = useMemo(() => methodCurves(method), [method]);
  return (
    <div className={styles.body}>
      <MethodFormula method={method} />
      {curves.length > 0 && (
        <div className={styles.curves}>
          {curves.map((curve) => (
            <CurveFigure key={curve.title} curve={curve} />
          ))}
        </div>
      )}
      <Arguments method={method} />
      {notes.map((note) => (
        <p key={note}>{codeSpans(note)}</p>
      ))}
      <pre className={styles.example} tabIndex={0} role="group" aria-label={`Example of ${name}`}>
        {exampleSchedule(method)}
      </pre>
      <div className={styles.actions}>
        <InsertButton insertion={insertionOf(method)} />
        <CopyButton
          label="Copy the example"
          text={() => exampleSchedule(method)}
          byHand="Select the example and copy it from there."
          size="small"
        />
        <CopyButton
          label="Copy a link to this entry"
          text={() => addressOf(name)}
          byHand={`The address is ${addressOf(name)}`}
          size="small"
          variant="quiet"
        />
      </div>
      {reference && (
        <p>
          <a href={reference.url} target="_blank" rel="noreferrer">
            {reference.title}
          </a>
        </p>
      )}
    </div>
  );
}

function InsertButton({ insertion }: { readonly insertion: Insertion }): ReactElement {
  const isBlocked = 'blocked' in insertion;
  return (
    <Button
      size="small"
      variant="primary"
      disabledReason={isBlocked ? insertion.blocked : undefined}
      hint="Adds it to your schedule, with a policy that uses it. Undo takes it out again."
      onClick={isBlocked ? undefined : insertion.insert}
    >
      Insert into the schedule
    </Button>
  );
}

function Arguments({ method }: { readonly method: MethodDefinition }): ReactElement {
  const args = describeArguments(method.args);
  if (args.length === 0) return <p>It takes no arguments.</p>;
  return (
    <table className={styles.arguments} aria-label={`Arguments of ${method.name}`}>
      <thead>
        <tr>
          <th scope="col">argument</th>
          <th scope="col">meaning</th>
        </tr>
      </thead>
      <tbody>
        {args.map((argument) => (
          <tr key={argument.name}>
            <th scope="row">
              <code>{argument.name}</code>
            </th>
            <td>
              {codeSpans(argument.description)}
              <span className={styles.fact}>{codeSpans(argumentFact(argument))}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
