import { type ReactElement, type ReactNode, useId } from 'react';
import styles from './choice.module.css';

export interface ChoiceProps {
  readonly label: ReactNode;
  /** A second line: what it does. */
  readonly note?: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  /** Given: one of several with this name, of which one is chosen. */
  readonly group?: string;
  /** Why it cannot be chosen now, as a sentence. */
  readonly disabledReason?: string | undefined;
}

/** A box to tick, or one of a group to choose. */
export function Choice({ label, note, checked, onChange, group, disabledReason }: ChoiceProps): ReactElement {
  const noteId = useId();
  const said = disabledReason ?? note;
  return (
    <div className={styles.choice} data-disabled={disabledReason !== undefined || undefined}>
      <label>
        <input
          type={group === undefined ? 'checkbox' : 'radio'}
          name={group}
          checked={checked}
          aria-disabled={disabledReason !== undefined || undefined}
          aria-describedby={said === undefined ? undefined : noteId}
          onChange={(event) => {
            if (disabledReason === undefined) onChange(event.target.checked);
          }}
        />
        {label}
      </label>
      {said !== undefined && <small id={noteId}>{said}</small>}
    </div>
  );
}
