import { type ReactElement, useId, useState } from 'react';
import { type RunColor, type RunLabel, runColors } from '../../runs/run.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { draftOf, labelOf, maximumLength } from './run-label.ts';
import styles from './run-label-dialog.module.css';
import type { RunRow } from './run-rows.ts';
import { RunSwatch } from './run-swatch.tsx';

export interface RunLabelDialogProps {
  readonly row: RunRow;
  readonly onClose: () => void;
  readonly onSave: (label: RunLabel) => void;
}

/** What the reader says about a run: name, colour, tags and note. */
export function RunLabelDialog({ row, onClose, onSave }: RunLabelDialogProps): ReactElement {
  const [draft, setDraft] = useState(() => draftOf(row.label));
  const formId = useId();
  const noteId = useId();
  return (
    <Dialog
      open
      onClose={onClose}
      look="sheet"
      title={`Run ${row.number}: ${row.name}`}
      description="What you write is kept on this device with the run, and is no part of a link."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form={formId}>
            Save
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          onSave(labelOf(draft));
        }}
      >
        <TextField
          label="Name"
          value={draft.name}
          placeholder={row.ownName}
          maxLength={maximumLength.name}
          onChange={(name) => setDraft({ ...draft, name })}
        />
        <ColorChoice value={draft.color} onChange={(color) => setDraft({ ...draft, color })} />
        <TextField
          label="Tags, parted by commas"
          value={draft.tags}
          maxLength={maximumLength.tags}
          onChange={(tags) => setDraft({ ...draft, tags })}
        />
        <div className={styles.note}>
          <label htmlFor={noteId}>Note</label>
          <textarea
            id={noteId}
            rows={3}
            value={draft.note}
            maxLength={maximumLength.note}
            onChange={(event) => setDraft({ ...draft, note: event.target.value })}
          />
        </div>
      </form>
    </Dialog>
  );
}

function ColorChoice({
  value,
  onChange,
}: {
  readonly value: RunColor | null;
  readonly onChange: (color: RunColor | null) => void;
}): ReactElement {
  const group = useId();
  return (
    <fieldset className={styles.colors}>
      <legend>Colour</legend>
      {[null, ...runColors].map((color) => (
        <label key={color ?? 'none'} className={styles.color}>
          <input type="radio" name={group} checked={color === value} onChange={() => onChange(color)} />
          {color !== null && <RunSwatch color={color} />}
          {color ?? 'none'}
        </label>
      ))}
    </fieldset>
  );
}
