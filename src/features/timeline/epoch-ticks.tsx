import { type KeyboardEvent, type ReactElement, useRef, useState } from 'react';
import type { Place } from './epoch-ruler.tsx';
import styles from './timeline.module.css';

export interface EpochTicksProps {
  readonly name: string;
  readonly epochs: number;
  readonly listed: readonly number[];
  readonly at: Place;
  readonly onToggle: (epoch: number) => void;
  /** Back to the lane. */
  readonly onLeave: () => void;
}

/** More buttons than this are no longer a choice: such a list is edited in the text. */
export const mostTicks = 100;

/** An epoch a button, pressed where the list of the policy has it. One takes part in the tab order; arrows go along. */
export function EpochTicks({ name, epochs, listed, at, onToggle, onLeave }: EpochTicksProps): ReactElement {
  const [chosen, setChosen] = useState(listed[0] ?? 0);
  const groupRef = useRef<HTMLDivElement>(null);
  const current = Math.min(chosen, epochs - 1);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') onLeave();
    else {
      const next = tickAfterKey(event.key, current, epochs);
      if (next === null) return;
      setChosen(next);
      groupRef.current?.querySelectorAll('button')[next]?.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={styles.ticks} role="group" aria-label={`Epochs of ${name}`} ref={groupRef} onKeyDown={onKeyDown}>
      {Array.from({ length: epochs }, (_, epoch) => (
        <button
          key={epoch}
          type="button"
          className={styles.tick}
          style={{ left: at(epoch), width: at(1) }}
          tabIndex={epoch === current ? 0 : -1}
          aria-label={`Epoch ${epoch}`}
          aria-pressed={listed.includes(epoch)}
          onFocus={() => setChosen(epoch)}
          onClick={() => onToggle(epoch)}
        />
      ))}
    </div>
  );
}

function tickAfterKey(key: string, current: number, epochs: number): number | null {
  if (key === 'ArrowLeft') return Math.max(0, current - 1);
  if (key === 'ArrowRight') return Math.min(epochs - 1, current + 1);
  if (key === 'Home') return 0;
  return key === 'End' ? epochs - 1 : null;
}
