import { type KeyboardEvent, type PointerEvent, type ReactElement, useRef } from 'react';
import styles from './time-machine.module.css';

export interface EpochScrubberProps {
  /** Ticks of the epoch ruler: tick n is the state after n epochs. */
  readonly done: number;
  /** Tick that all views show; null: the latest. */
  readonly tick: number | null;
  /** Ticks whose weights are kept. */
  readonly kept: ReadonlySet<number>;
  readonly comparedTick: number | null;
  /** What is kept, and within which budget. */
  readonly description: string;
  /** Null: follow the latest. */
  readonly onMove: (tick: number | null) => void;
}

/** A slider over the epochs that are done, with a mark for each that is kept. Escape follows the latest again. */
export function EpochScrubber(props: EpochScrubberProps): ReactElement {
  const { done, tick, kept, comparedTick, description, onMove } = props;
  const rail = useRef<HTMLDivElement>(null);
  const shown = Math.min(tick ?? done, done);
  const at = (place: number): string => `${(done <= 1 ? 100 : (100 * (place - 1)) / (done - 1)).toFixed(2)}%`;
  const follow = (event: PointerEvent): void => {
    const box = rail.current?.getBoundingClientRect();
    if (!box || box.width === 0) return;
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    onMove(1 + Math.round(share * (done - 1)));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = tickAfterKey(event.key, shown, done);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onMove(next);
  };
  return (
    <div
      className={styles.scrubber}
      role="slider"
      tabIndex={0}
      aria-label="Epoch"
      aria-description={description}
      aria-valuemin={1}
      aria-valuemax={done}
      aria-valuenow={shown}
      aria-valuetext={valueText(shown, done, kept.has(shown))}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        follow(event);
      }}
      onPointerMove={(event) => event.buttons === 1 && follow(event)}
    >
      <div className={styles.rail} ref={rail}>
        <i className={styles.past} style={{ width: at(shown) }} />
        {[...kept].map((place) => (
          <i key={place} className={styles.mark} style={{ left: at(place) }} />
        ))}
        {comparedTick !== null && <i className={styles.compared} style={{ left: at(comparedTick) }} />}
        <i className={styles.thumb} style={{ left: at(shown) }} />
      </div>
    </div>
  );
}

function valueText(tick: number, done: number, isKept: boolean): string {
  const place = tick === done ? `after epoch ${tick}, the latest` : `after epoch ${tick} of ${done}`;
  return isKept ? place : `${place}, weights not kept`;
}

/** @returns The new tick, null to follow the latest, undefined where the key is not the slider's. */
export function tickAfterKey(key: string, tick: number, done: number): number | null | undefined {
  const clamped = (place: number): number => Math.min(done, Math.max(1, place));
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return clamped(tick - 1);
    case 'ArrowRight':
    case 'ArrowUp':
      return clamped(tick + 1);
    case 'PageDown':
      return clamped(tick - 10);
    case 'PageUp':
      return clamped(tick + 10);
    case 'Home':
      return 1;
    case 'End':
      return done;
    case 'Escape':
      return null;
    default:
      return undefined;
  }
}
