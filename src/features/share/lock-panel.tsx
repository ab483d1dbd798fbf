import { type ReactElement, useState } from 'react';
import { numbersOfText, withNumber } from '../../schedule/number-place.ts';
import { spellNumber } from '../../schedule/yaml-scalar.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import styles from './lock-panel.module.css';

export interface LockPanelProps {
  readonly text: string;
  /** `all`, or the paths of the numbers that may change. */
  readonly lock: 'all' | readonly string[];
  /** The text with another number. */
  readonly onChange: (text: string) => void;
  readonly onOwnCopy: () => void;
}

/** Says that the text is locked, offers what may be changed, and the way out. */
export function LockPanel({ text, lock, onChange, onOwnCopy }: LockPanelProps): ReactElement {
  const paths = lock === 'all' ? [] : lock;
  const places = numbersOfText(text).filter(({ path }) => paths.includes(path));
  const missing = paths.filter((path) => !places.some((place) => place.path === path));
  return (
    <div role="group" aria-label="Locked schedule">
      <Banner
        severity="info"
        fact="The author of this link locked the schedule."
        action={
          <Button size="small" icon="pencil" onClick={onOwnCopy}>
            Make my own copy
          </Button>
        }
      >
        {places.length === 0
          ? 'It can be read, trained and taken away. A copy of your own can be edited.'
          : 'You may change the values below. A copy of your own can be edited as a whole.'}
        {missing.length > 0 && ` There is no number at ${missing.join(', ')}.`}
      </Banner>
      {places.length > 0 && (
        <div className={styles.values}>
          {places.map(({ path, value }) => (
            <NumberField
              key={path}
              label={path}
              value={value}
              onChange={(next) => {
                const changed = withNumber(text, path, next);
                if (changed !== null) onChange(changed);
              }}
            />
          ))}
        </div>
      )}
    </div>
  );
}

function NumberField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}): ReactElement {
  const [written, setWritten] = useState(() => spellNumber(value));
  // Whatever else changes the number (a step back) shows here; what is being typed ("0.", "1e") stays.
  const [last, setLast] = useState(value);
  if (last !== value) {
    setLast(value);
    if (readNumber(written) !== value) setWritten(spellNumber(value));
  }
  const isWrong = readNumber(written) === null;
  return (
    <TextField
      label={label}
      value={written}
      inputMode="decimal"
      autoComplete="off"
      error={isWrong ? 'A number, such as 0.9.' : undefined}
      onChange={(next) => {
        setWritten(next);
        const number = readNumber(next);
        if (number !== null) onChange(number);
      }}
    />
  );
}

function readNumber(written: string): number | null {
  const number = written.trim() === '' ? Number.NaN : Number(written.replace(',', '.'));
  return Number.isFinite(number) ? number : null;
}
