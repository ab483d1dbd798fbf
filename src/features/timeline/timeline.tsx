import { type KeyboardEvent, type PointerEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import type { SourceRange } from '../../schedule/diagnostics.ts';
import type { Preflight } from '../../schedule/preflight-types.ts';
import { Panel, PanelHead } from '../../ui/panel.tsx';
import { epochStep } from '../../ui/plot-scale.ts';
import { useElementSize } from '../../ui/use-element-size.ts';
import { laneWords } from './lane-shape.ts';
import { TimelineLane } from './timeline-lane.tsx';
import styles from './timeline.module.css';

export interface TimelineProps {
  /** What the schedule promises; null while it cannot be read. */
  readonly preflight: Preflight | null;
  /** True if `preflight` belongs to an earlier text, because the present one has errors. */
  readonly stale?: boolean;
  /** Tick of the epoch ruler that all charts share; null: none chosen. */
  readonly cursorEpoch: number | null;
  readonly onCursorChange: (epoch: number | null) => void;
  /** How far the run is, in epochs; null: no run. */
  readonly playhead: number | null;
  /** Goes to the policy in the text. */
  readonly onSelectPolicy: (range: SourceRange) => void;
}

/** Which policy acts when: a lane a policy in the file's order, over the epoch ruler of all charts. */
export function Timeline(props: TimelineProps): ReactElement {
  const { preflight, stale = false } = props;
  const lanes = preflight?.lanes ?? [];
  return (
    <Panel label="Timeline">
      <PanelHead
        title="Timeline"
        fact={
          preflight && `${count(lanes.length, 'policy', 'policies')}, ${count(preflight.epochs, 'epoch', 'epochs')}`
        }
        tools={
          lanes.length > 0 && (
            <span className={styles.keys}>
              <kbd>↑</kbd> <kbd>↓</kbd> choose <kbd>Enter</kbd> go to the line
            </span>
          )
        }
      />
      {preflight === null ? (
        <p className={styles.empty}>The policies appear here as soon as the schedule can be read.</p>
      ) : (
        <>
          {stale && <p className={styles.stale}>The schedule has errors: this is what it said before.</p>}
          <Ruled {...props} preflight={preflight} />
        </>
      )}
    </Panel>
  );
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

type RuledProps = TimelineProps & { readonly preflight: Preflight };

function Ruled(props: RuledProps): ReactElement {
  const { preflight, cursorEpoch, onCursorChange, playhead } = props;
  const { epochs, lanes } = preflight;
  const at = (epoch: number): string => `${((epoch / Math.max(1, epochs)) * 100).toFixed(3)}%`;
  const trackRef = useRef<HTMLDivElement>(null);
  const onPointerMove = (event: PointerEvent): void => {
    const track = trackRef.current?.getBoundingClientRect();
    if (!track || track.width === 0) return;
    const share = (event.clientX - track.left) / track.width;
    if (share < -0.02) return;
    const epoch = Math.round(Math.min(1, Math.max(0, share)) * epochs);
    if (epoch !== cursorEpoch) onCursorChange(epoch);
  };
  return (
    <div className={styles.body}>
      <div className={styles.inner} onPointerMove={onPointerMove} onPointerLeave={() => onCursorChange(null)}>
        <EpochRuler {...props} at={at} trackRef={trackRef} />
        {lanes.length === 0 ? (
          <p className={styles.empty}>No policies: the model just learns.</p>
        ) : (
          <Lanes {...props} at={at} />
        )}
        <div className={styles.over} aria-hidden="true">
          {playhead !== null && (
            <i className={styles.now} style={{ left: at(playhead) }}>
              <b>now</b>
            </i>
          )}
          {cursorEpoch !== null && <i className={styles.cursor} style={{ left: at(Math.min(cursorEpoch, epochs)) }} />}
        </div>
      </div>
    </div>
  );
}

type Place = (epoch: number) => string;

interface EpochRulerProps extends RuledProps {
  readonly at: Place;
  readonly trackRef: { current: HTMLDivElement | null };
}

/** Ticks and numbers; as a slider it moves the shared cursor. */
function EpochRuler({ preflight, cursorEpoch, onCursorChange, playhead, at, trackRef }: EpochRulerProps): ReactElement {
  const { epochs } = preflight;
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

/** A list of which one lane takes part in the tab order; arrows choose, Enter goes to the text. */
function Lanes({ preflight, onSelectPolicy, at }: RuledProps & { readonly at: Place }): ReactElement {
  const { lanes, epochs } = preflight;
  const [chosen, setChosen] = useState(0);
  const [hasFocus, setFocus] = useState(false);
  const listRef = useRef<HTMLDivElement>(null);
  const index = Math.min(chosen, lanes.length - 1);

  useEffect(() => {
    if (hasFocus) listRef.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  }, [index, hasFocus]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const lane = lanes[index];
    if ((event.key === 'Enter' || event.key === ' ') && lane) onSelectPolicy(lane.range);
    else if (event.key === 'ArrowDown') setChosen(Math.min(lanes.length - 1, index + 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(0, index - 1));
    else if (event.key === 'Home') setChosen(0);
    else if (event.key === 'End') setChosen(lanes.length - 1);
    else return;
    event.preventDefault();
  };

  return (
    <div
      className={styles.lanes}
      ref={listRef}
      role="listbox"
      aria-label="Policies"
      onKeyDown={onKeyDown}
      onFocus={() => setFocus(true)}
      onBlur={() => setFocus(false)}
    >
      {lanes.map((lane, position) => (
        <TimelineLane
          key={lane.policy}
          lane={lane}
          epochs={epochs}
          at={at}
          label={laneWords(lane, epochs)}
          chosen={position === index}
          onSelect={() => {
            setChosen(position);
            onSelectPolicy(lane.range);
          }}
        />
      ))}
    </div>
  );
}
