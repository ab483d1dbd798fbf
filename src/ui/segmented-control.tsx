import type { ReactElement } from 'react';
import { Button } from './button.tsx';
import styles from './segmented-control.module.css';

export interface SegmentedOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly disabledReason?: string | undefined;
}

export interface SegmentedControlProps<Value extends string> {
  /** Accessible name of the group: "Horizontal axis". */
  readonly label: string;
  readonly options: readonly SegmentedOption<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

/** A few exclusive choices, all in view: Epochs, Steps, Seconds. */
export function SegmentedControl<Value extends string>({
  label,
  options,
  value,
  onChange,
}: SegmentedControlProps<Value>): ReactElement {
  return (
    <span className={styles.group} role="group" aria-label={label}>
      {options.map((option) => (
        <Button
          key={option.value}
          size="small"
          aria-pressed={option.value === value}
          disabledReason={option.disabledReason}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </Button>
      ))}
    </span>
  );
}
