import { type ReactElement, useState } from 'react';
import { fallText, limitFall, readFall } from './budget-steps.ts';
import { SettingField } from './setting-field.tsx';

export interface BudgetFieldProps {
  readonly fall: number;
  readonly untouched: number;
  readonly onFall: (fall: number) => void;
}

/** The accuracy budget as a number to type; follows the line that is dragged. */
export function BudgetField({ fall, untouched, onFall }: BudgetFieldProps): ReactElement {
  const [typed, setTyped] = useState<{ readonly text: string; readonly fall: number } | null>(null);
  const isOwn = typed !== null && (typed.fall === fall || readFall(typed.text) === null);
  const text = isOwn ? typed.text : fallText(fall).replace(/ .*/, '');
  const problem = isOwn && readFall(text) === null ? 'Percentage points, from 0 to 100.' : undefined;
  return (
    <SettingField
      label="Budget, points"
      numeric
      value={text}
      problem={problem}
      onChange={(next) => {
        const value = readFall(next);
        const limited = value === null ? fall : limitFall(value, untouched);
        setTyped({ text: next, fall: limited });
        if (limited !== fall) onFall(limited);
      }}
    />
  );
}
