import { type ReactElement, useMemo } from 'react';
import { type DiffLine, lineDiff } from '../../runs/line-diff.ts';
import { changeText, scheduleDifference } from '../../schedule/schedule-changes.ts';
import { Combobox, type ComboboxOption } from '../../ui/combobox.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Table } from '../../ui/table.tsx';
import styles from './diff-tab.module.css';
import { keptState } from '../../ui/kept-state.ts';

const useChosen = keptState<{ readonly before?: string; readonly after?: string }>({});

/** A text that can be compared. */
export interface ComparedText {
  readonly id: string;
  /** "Run 3" */
  readonly label: string;
  readonly note: string;
  readonly text: string;
}

export interface DiffTabProps {
  readonly texts: readonly ComparedText[];
  /** What is compared until the reader chooses. */
  readonly before: string | null;
  readonly after: string | null;
}

/** The schedules of two runs, line by line. */
export function DiffTab({ texts, before, after }: DiffTabProps): ReactElement {
  const [chosen, setChosen] = useChosen();
  const old = textOf(texts, chosen.before ?? before);
  const fresh = textOf(texts, chosen.after ?? after);
  const options = texts.map(({ id, label, note }): ComboboxOption => ({ value: id, label, note }));
  if (texts.length < 2) {
    return <EmptyState title="Nothing to compare yet">Train two runs, or edit the schedule after one.</EmptyState>;
  }
  return (
    <div className={styles.tab}>
      <div className={styles.choices}>
        <Combobox
          label="Before"
          options={options}
          value={old?.id ?? null}
          onChange={(id) => setChosen({ ...chosen, before: id })}
        />
        <Combobox
          label="After"
          options={options}
          value={fresh?.id ?? null}
          onChange={(id) => setChosen({ ...chosen, after: id })}
        />
        {old && fresh && <p>{summaryOf(old.text, fresh.text)}</p>}
      </div>
      {old && fresh && <Lines before={old} after={fresh} />}
    </div>
  );
}

function textOf(texts: readonly ComparedText[], id: string | null): ComparedText | undefined {
  return texts.find((one) => one.id === id);
}

function summaryOf(before: string, after: string): string {
  const difference = scheduleDifference(before, after);
  switch (difference.kind) {
    case 'same':
      return 'Both texts are the same.';
    case 'layout':
      return 'The same schedule, written differently: comments, order or layout.';
    case 'unreadable':
      return 'One of them is no valid YAML, so only its lines are compared.';
    case 'changes':
      return `${difference.changes.map(changeText).join(', ')}.`;
    default:
      return difference satisfies never;
  }
}

const signs: Readonly<Record<DiffLine['kind'], string>> = { same: '', removed: '−', added: '+' };
const words: Readonly<Record<DiffLine['kind'], string>> = { same: 'same', removed: 'removed', added: 'added' };

function Lines({ before, after }: { readonly before: ComparedText; readonly after: ComparedText }): ReactElement {
  const lines = useMemo(() => lineDiff(before.text, after.text), [before.text, after.text]);
  return (
    <Table label={`${before.label} against ${after.label}`} className={styles.lines}>
      <thead>
        <tr>
          <th scope="col" data-num>
            {before.label}
          </th>
          <th scope="col" data-num>
            {after.label}
          </th>
          <th scope="col">
            <span className="visually-hidden">change</span>
          </th>
          <th scope="col">line</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ kind, before: old, after: fresh, text }) => (
          <tr key={`${old ?? ''}-${fresh ?? ''}`} data-change={kind}>
            <td data-num>{old ?? ''}</td>
            <td data-num>{fresh ?? ''}</td>
            <td>
              <span aria-hidden="true">{signs[kind]}</span>
              <span className="visually-hidden">{words[kind]}</span>
            </td>
            <td className={styles.code}>{text}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
