import type { KeyboardEvent, ReactElement } from 'react';
import { epochStep } from '../../ui/plot-scale.ts';
import { useElementSize } from '../../ui/use-element-size.ts';
import styles from './timeline.module.css';

/** Distance from the left end of the track, in percent of its width. */
export type Place = (epoch: number) => string;

export interface EpochRulerProps {
  readonly epochs: number;
  readonly cursorEpoch: number | null;
  readonly onCursorChange: (epoch: number | null) => void;
  readonly playhead: number | null;
  readonly at: Place;
  readonly trackRef: { current: HTMLDivElement | null };
}

/** Ticks and numbers; as a slider it moves the shared cursor. */
export function EpochRuler(props: EpochRulerProps): ReactElement {
  const { epochs, cursorEpoch, onCursorChange, playhead, at, trackRef } = props;
  const [sizeRef, size] = useElementSize<HTMLDivElement>();
  const width = size?.width ?? 320;
  const step = epochStep(epochs, width, 28);
  const tickStep = epochStep(epochs, width, 5);
  const nowPx = playhead === null ? null : (playhead / Math.max(1, epochs)) * width;
  const isUnderNow = (epoch: number): boolean =>
    nowPx !== null && Math.abs((epoch / Math.max(1, epochs)) * width - nowPx) < 24;
  const setRef = (element: HTMLDivElement | null): void => {
    sizeRef.current = element;
    trackRef.current = element;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = epochAfterKey(event.key, cursorEpoch, epochs);
    if (next === undefined) return;
    onCursorChange(next);
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={styles.ruler}>
      <small>epoch</small>
      <div
        className={styles.scale}
        ref={setRef}
        role="slider"
        tabIndex={0}
        aria-label="Epoch"
        aria-valuemin={0}
        aria-valuemax={epochs}
        aria-valuenow={cursorEpoch ?? 0}
        aria-valuetext={cursorEpoch === null ? 'No epoch chosen' : `Epoch ${cursorEpoch} of ${epochs}`}
        onKeyDown={onKeyDown}
      >
        {ticks(epochs, tickStep).map((epoch) => (
          <i key={epoch} style={{ left: at(epoch) }} />
        ))}
        {ticks(epochs, step)
          .filter((epoch) => !isUnderNow(epoch))
          .map((epoch) => (
            <span key={epoch} style={{ left: at(epoch) }}>
              {epoch}
            </span>
          ))}
      </div>
    </div>
  );
}

function ticks(epochs: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor(epochs / step) + 1 }, (_, index) => index * step);
}

/** @returns The new cursor, null to free it, undefined when the key means nothing here. */
function epochAfterKey(key: string, cursor: number | null, epochs: number): number | null | undefined {
  if (key === 'ArrowLeft') return cursor === null ? epochs : Math.max(0, cursor - 1);
  if (key === 'ArrowRight') return cursor === null ? 0 : Math.min(epochs, cursor + 1);
  if (key === 'Home') return 0;
  if (key === 'End') return epochs;
  return key === 'Escape' ? null : undefined;
}
