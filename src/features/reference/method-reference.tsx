import { type ReactElement, type ReactNode, useState } from 'react';
import type { MethodDefinition } from '../../methods/define-method.ts';
import { describeArguments } from '../../methods/describe-arguments.ts';
import { Chip } from '../../ui/chip.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { KindGlyph } from '../../ui/icons.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { argumentFact, exampleSchedule, type MethodGroup, methodGroups } from './method-groups.ts';
import styles from './method-reference.module.css';

export interface MethodReferenceProps {
  readonly catalogue: readonly MethodDefinition[];
}

/** Every class that a schedule may name, from the definitions that the editor uses. For a dialog or a page of its own. */
export function MethodReference({ catalogue }: MethodReferenceProps): ReactElement {
  const [search, setSearch] = useState('');
  const groups = methodGroups(catalogue, search);
  return (
    <div className={styles.reference}>
      <TextField
        label="Find a method"
        type="search"
        value={search}
        onChange={setSearch}
        placeholder="class, argument or word"
      />
      {groups.length === 0 && <p className={styles.empty}>No method mentions all of these words.</p>}
      {groups.map((group) => (
        <Group key={group.kind} group={group} />
      ))}
    </div>
  );
}

function Group({ group }: { readonly group: MethodGroup }): ReactElement {
  const kind = group.kind === 'lr_scheduler' ? 'lr' : group.kind;
  return (
    <section className={styles.group} aria-label={group.title}>
      <h3>
        <KindGlyph kind={kind} />
        {group.title}
      </h3>
      {group.methods.map((method) => (
        <Method key={method.name} method={method} />
      ))}
    </section>
  );
}

function Method({ method }: { readonly method: MethodDefinition }): ReactElement {
  const { name, summary, formula, notes = [], reference, extension = false } = method;
  return (
    <details className={styles.method} name="method">
      <summary>
        <span className={styles.name}>
          <code>{name}</code>
          {extension && <Chip tone="extension">extension</Chip>}
        </span>
        <span className={styles.summary}>{codeSpans(summary)}</span>
      </summary>
      <div className={styles.body}>
        {formula !== undefined && <p className={styles.formula}>{formula}</p>}
        <Arguments method={method} />
        {notes.map((note) => (
          <p key={note}>{codeSpans(note)}</p>
        ))}
        <pre className={styles.example} tabIndex={0} aria-label={`Example of ${name}`}>
          {exampleSchedule(method)}
        </pre>
        <div>
          <CopyButton
            label="Copy the example"
            text={() => exampleSchedule(method)}
            byHand="Select the example and copy it from there."
            size="small"
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
    </details>
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

/** Names between backticks as code. */
function codeSpans(text: string): readonly ReactNode[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}
