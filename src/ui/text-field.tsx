import { type InputHTMLAttributes, type ReactElement, type ReactNode, useId } from 'react';
import { SeverityIcon } from './severity.tsx';
import styles from './text-field.module.css';

export interface TextFieldProps
  extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value' | 'className' | 'id'> {
  /** Above the field, and its accessible name. */
  readonly label: string;
  readonly value: string;
  readonly onChange?: (value: string) => void;
  /** What is wrong with the value. */
  readonly error?: ReactNode;
  /** A unit, a range, or why it is disabled. */
  readonly hint?: ReactNode;
}

export function TextField({ label, value, onChange, error, hint, ...rest }: TextFieldProps): ReactElement {
  const id = useId();
  const hasError = error !== undefined && error !== null && error !== false;
  const say = hasError ? error : hint;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        {...rest}
        id={id}
        value={value}
        readOnly={onChange === undefined || rest.readOnly === true}
        aria-invalid={hasError || undefined}
        aria-describedby={say === undefined ? undefined : `${id}-say`}
        onChange={(event) => onChange?.(event.target.value)}
      />
      {say !== undefined && (
        <span id={`${id}-say`} className={styles.say} data-error={hasError || undefined}>
          {hasError && <SeverityIcon severity="error" />}
          {say}
        </span>
      )}
    </div>
  );
}
