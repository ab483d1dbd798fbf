import { type ReactElement, useId } from 'react';
import type { NumberPlace } from '../../schedule/number-place.ts';
import type { SweepSettings } from '../../schedule/sweep.ts';
import { Button } from '../../ui/button.tsx';
import { Combobox, type ComboboxOption } from '../../ui/combobox.tsx';
import { TextField } from '../../ui/text-field.tsx';
import styles from './series-tab.module.css';
import { draftFor, numberText, type ReadDraft, readSweepDraft, type SweepDraft } from './sweep-draft.ts';

export interface SweepFormProps {
  /** Of the text in the editor. */
  readonly numbers: readonly NumberPlace[];
  readonly draft: SweepDraft;
  readonly onDraft: (draft: SweepDraft) => void;
  /** Why nothing can be started now, as a sentence; undefined if it can. */
  readonly blocked: string | undefined;
  readonly onStart: (sweep: SweepSettings) => void;
  /** Writes the sweep into the schedule, so that file and link carry it. */
  readonly onWrite: (sweep: SweepSettings) => void;
}

/** Which number takes which values, and what that may cost. */
export function SweepForm(props: SweepFormProps): ReactElement {
  const { numbers, draft, onDraft, blocked, onStart, onWrite } = props;
  const read = readSweepDraft(draft, numbers);
  const isEmpty = draft.path === '';
  const reason = read.ok ? undefined : read.problem;
  const headId = useId();
  return (
    <form
      className={styles.form}
      aria-labelledby={headId}
      onSubmit={(event) => {
        event.preventDefault();
        if (read.ok && blocked === undefined) onStart(read.sweep);
      }}
    >
      <h3 id={headId}>Sweep one number</h3>
      <p>Trains the schedule once for each value, one after another. In the editor: Ctrl+Alt+S on any number.</p>
      <NumberChoice {...props} />
      <TextField
        label="Values"
        value={draft.values}
        placeholder="0.5, 0.7, 0.9"
        onChange={(values) => onDraft({ ...draft, values })}
        {...sayOf(read, 'values', isEmpty, 'A list, or a range such as 0.5 to 0.9 in 5')}
      />
      <div className={styles.budget}>
        <TextField
          label="At most, runs"
          inputMode="numeric"
          value={draft.maxRuns}
          onChange={(maxRuns) => onDraft({ ...draft, maxRuns })}
          {...sayOf(read, 'maxRuns', isEmpty)}
        />
        <TextField
          label="At most, epochs"
          inputMode="numeric"
          value={draft.maxEpochs}
          onChange={(maxEpochs) => onDraft({ ...draft, maxEpochs })}
          {...sayOf(read, 'maxEpochs', isEmpty)}
        />
      </div>
      <div className={styles.buttons}>
        <Button type="submit" disabledReason={blocked ?? reason}>
          Run the sweep
        </Button>
        <Button variant="quiet" disabledReason={reason} onClick={() => read.ok && onWrite(read.sweep)}>
          Write it into the schedule
        </Button>
      </div>
    </form>
  );
}

function NumberChoice({ numbers, draft, onDraft }: SweepFormProps): ReactElement {
  const options = numbers.map(
    ({ path, value }): ComboboxOption => ({ value: path, label: path, note: `now ${numberText(value)}` }),
  );
  return (
    <Combobox
      label="Number"
      options={options}
      value={numbers.some(({ path }) => path === draft.path) ? draft.path : null}
      placeholder="Choose a number of the schedule"
      onChange={(path) => {
        const place = numbers.find((one) => one.path === path);
        if (place) onDraft(draftFor(place, draft));
      }}
    />
  );
}

/** What stands under a field: what is wrong with it, else its hint. An untouched form complains of nothing. */
function sayOf(
  read: ReadDraft,
  field: keyof SweepDraft,
  isEmpty: boolean,
  hint?: string,
): { readonly error?: string; readonly hint?: string } {
  if (!read.ok && read.field === field && !isEmpty) return { error: read.problem };
  return hint === undefined ? {} : { hint };
}
