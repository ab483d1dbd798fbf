import { type ReactElement, useState } from 'react';
import { makeSchedule } from '../../schedule/make-schedule.ts';
import type { SchedulePlan } from '../../schedule/schedule-plan.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { zoo } from '../../zoo/zoo.ts';
import styles from './analyses-panel.module.css';

/** The schedule in the editor, and how an analysis writes into it. */
export interface ScheduleDesk {
  readonly text: string;
  /** Puts another text in its place, as one step that can be undone; `words` say what happened. */
  readonly onWrite: (text: string, words: string) => void;
}

export interface MakeScheduleButtonProps {
  readonly desk: ScheduleDesk;
  readonly plan: SchedulePlan;
  /** Why there is nothing to write. */
  readonly blocked: string | undefined;
  /** What was written, as a sentence. */
  readonly words: string;
}

/** Writes per-layer levels or bits into the editor, or says why that cannot be. */
export function MakeScheduleButton({ desk, plan, blocked, words }: MakeScheduleButtonProps): ReactElement {
  const [refusal, setRefusal] = useState<{ readonly text: string; readonly why: string } | null>(null);
  const make = (): void => {
    const made = makeSchedule(desk.text, zoo, plan);
    setRefusal(made.ok ? null : { text: desk.text, why: made.why });
    if (!made.ok) return;
    const replaced = made.replaced.length === 0 ? '' : ` It replaces ${made.replaced.join(', ')}.`;
    desk.onWrite(made.text, `${words}${replaced}`);
  };
  return (
    <>
      <Button icon="pencil" variant="primary" className={styles.run} disabledReason={blocked} onClick={make}>
        Make a schedule
      </Button>
      {refusal !== null && refusal.text === desk.text && (
        <Banner severity="warning" fact="No schedule was made.">
          {refusal.why}
        </Banner>
      )}
    </>
  );
}
