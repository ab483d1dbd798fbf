import { type ReactElement, useId } from 'react';
import { SeverityIcon } from '../../ui/severity.tsx';
import styles from './setting-field.module.css';

export interface SettingFieldProps {
  /** Stands above the value and is the accessible name. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is wrong with the value. */
  readonly problem?: string | undefined;
  readonly numeric?: boolean;
  readonly wide?: boolean;
}

/** A short value to type, in the look of the comboboxes beside it. */
export function SettingField({ label, value, onChange, problem, numeric, wide }: SettingFieldProps): ReactElement {
  const id = useId();
  return (
    <div className={styles.field} data-wide={wide || undefined}>
      <label className={styles.box} data-invalid={problem !== undefined || undefined}>
        <small>{label}</small>
        <input
          value={value}
          inputMode={numeric === true ? 'numeric' : 'text'}
          autoComplete="off"
          aria-invalid={problem !== undefined || undefined}
          aria-describedby={problem === undefined ? undefined : id}
          onChange={(event) => onChange(event.target.value)}
        />
      </label>
      {problem !== undefined && (
        <span id={id} className={styles.problem}>
          <SeverityIcon severity="error" />
          {problem}
        </span>
      )}
    </div>
  );
}
