import { Select } from '@base-ui/react/select';
import { type ReactElement, type ReactNode, useId } from 'react';
import { classNames } from './class-names.ts';
import styles from './combobox.module.css';
import { Icon } from './icons.tsx';
import menu from './menu.module.css';

export interface ComboboxOption<Value extends string = string> {
  readonly value: Value;
  readonly label: string;
  /** A second line, such as "70 000 digits, 28×28". */
  readonly note?: string;
  /** A glyph before the words. */
  readonly glyph?: ReactNode;
  /** The option stays, cannot be chosen and says why: "2 inputs: cnn_mnist needs 28×28". */
  readonly disabledReason?: string | undefined;
}

export interface ComboboxProps<Value extends string = string> {
  /** Stands above the value and is the accessible name. */
  readonly label: string;
  readonly options: readonly ComboboxOption<Value>[];
  /** `null`: nothing chosen, `placeholder` is shown. */
  readonly value: Value | null;
  readonly onChange: (value: Value) => void;
  readonly placeholder?: string;
  /** Why nothing can be chosen now. */
  readonly disabledReason?: string | undefined;
  readonly className?: string | undefined;
}

/** One of a list; the label above the value. Arrows, Home, End, letters, Enter and Escape work. */
export function Combobox<Value extends string>(props: ComboboxProps<Value>): ReactElement {
  const { label, options, value, onChange, placeholder = 'Choose', disabledReason, className } = props;
  const chosen = options.find((option) => option.value === value);
  return (
    <Select.Root<Value>
      value={value}
      onValueChange={(next) => next !== null && onChange(next)}
      modal={false}
      readOnly={disabledReason !== undefined}
    >
      <Select.Trigger
        className={classNames(styles.combobox, className)}
        aria-label={label}
        aria-disabled={disabledReason !== undefined || undefined}
        aria-description={disabledReason}
        title={disabledReason ?? chosen?.label}
      >
        <small>{label}</small>
        <span className={classNames(styles.value, !chosen && styles.placeholder)}>{chosen?.label ?? placeholder}</span>
        <Icon name="chevron-down" size={12} className={styles.chevron} />
      </Select.Trigger>
      <Select.Portal>
        <Select.Positioner
          className={menu.positioner}
          alignItemWithTrigger={false}
          align="start"
          sideOffset={4}
          collisionPadding={8}
        >
          <Select.Popup className={classNames(menu.popup, styles.popup)}>
            <Select.List aria-label={label}>
              {options.map((option) => (
                <OptionRow key={option.value} option={option} />
              ))}
            </Select.List>
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}

function OptionRow({ option }: { readonly option: ComboboxOption }): ReactElement {
  const noteId = useId();
  const note = option.disabledReason ?? option.note;
  return (
    <Select.Item
      className={menu.item}
      value={option.value}
      label={option.label}
      disabled={option.disabledReason !== undefined}
      aria-label={option.label}
      aria-describedby={note === undefined ? undefined : noteId}
    >
      {option.glyph}
      <span className={menu.words}>
        <Select.ItemText>{option.label}</Select.ItemText>
        {note !== undefined && (
          <small id={noteId} className={menu.note}>
            {note}
          </small>
        )}
      </span>
      <Select.ItemIndicator className={styles.check}>
        <Icon name="check" />
      </Select.ItemIndicator>
    </Select.Item>
  );
}
