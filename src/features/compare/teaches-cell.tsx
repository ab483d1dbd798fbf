import type { ReactElement } from 'react';
import { Tooltip } from '../../ui/tooltip.tsx';
import styles from './runs-panel.module.css';

/** Which run the schedule means by the teacher `run`. */
export interface RunsTeaching {
  /** The run that would teach; null if none can. */
  readonly teacherId: string | null;
  /** Why a run cannot teach, as a sentence; null if it can. */
  readonly problemOf: (id: string) => string | null;
  readonly onChoose: (id: string) => void;
}

export interface TeachesCellProps {
  readonly number: number;
  readonly teaches: boolean;
  readonly problem: string | null;
  readonly onChoose: () => void;
}

/** One of a choice down the table. A run that cannot teach stays reachable and says why. */
export function TeachesCell({ number, teaches, problem, onChoose }: TeachesCellProps): ReactElement {
  const disabled = problem === null ? {} : { 'aria-disabled': true, 'aria-description': problem };
  return (
    <td className={styles.teaches} onClick={(event) => event.stopPropagation()}>
      <Tooltip text={problem ?? undefined} stays>
        <input
          type="radio"
          name="teaching-run"
          aria-label={`Run ${number} teaches`}
          checked={teaches}
          {...disabled}
          onChange={() => problem === null && onChoose()}
        />
      </Tooltip>
    </td>
  );
}
