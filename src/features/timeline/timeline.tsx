import { type PointerEvent, type ReactElement, useRef, useState } from 'react';
import type { SourceRange } from '../../schedule/diagnostics.ts';
import { timingWords } from '../../schedule/policy-timing.ts';
import type { Preflight } from '../../schedule/preflight-types.ts';
import { Panel, PanelHead } from '../../ui/panel.tsx';
import { EpochRuler } from './epoch-ruler.tsx';
import type { Retimed, TimelineEdits } from './timeline-edits.ts';
import { TimelineLanes } from './timeline-lanes.tsx';
import styles from './timeline.module.css';
import { useLaneDrag } from './use-lane-drag.ts';

export interface TimelineProps {
  /** What the schedule promises; null while it cannot be read. */
  readonly preflight: Preflight | null;
  /** True if `preflight` belongs to an earlier text, because the present one has errors. */
  readonly stale?: boolean;
  /** Tick of the epoch ruler that all charts share; null: none chosen. */
  readonly cursorEpoch: number | null;
  readonly onCursorChange: (epoch: number | null) => void;
  /** A pinned cursor does not follow the pointer. */
  readonly pinned?: boolean;
  /** How far the run is, in epochs; null: no run. */
  readonly playhead: number | null;
  /** The policy that text, charts or a lane point at; null: none. */
  readonly pointedPolicy: number | null;
  readonly onPointPolicy: (policy: number | null) => void;
  readonly edits: TimelineEdits;
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
              <kbd>←</kbd> <kbd>→</kbd> move <kbd>Shift</kbd> resize
            </span>
          )
        }
      />
      {preflight === null ? (
        <p className={styles.empty}>The policies appear here as soon as the schedule can be read.</p>
      ) : (
        <>
          {stale && <p className={styles.stale}>The schedule has errors: this is what it said before.</p>}
          <Ruled {...props} preflight={preflight} stale={stale} />
        </>
      )}
    </Panel>
  );
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

type RuledProps = TimelineProps & { readonly preflight: Preflight; readonly stale: boolean };

function Ruled(props: RuledProps): ReactElement {
  const { preflight, stale, cursorEpoch, onCursorChange, pinned = false, playhead } = props;
  const { lanes } = preflight;
  const [said, say] = useState<{ readonly ok: boolean; readonly words: string } | null>(null);
  const trackRef = useRef<HTMLDivElement>(null);
  const edits = stale ? null : props.edits;
  const tell = (policy: number, retimed: Retimed): void => {
    const name = lanes.find((lane) => lane.policy === policy)?.instanceName ?? '';
    say({ ok: retimed.ok, words: `${name}: ${retimed.ok ? timingWords(retimed.timing) : retimed.why}` });
  };
  const [drag, handlers] = useLaneDrag({
    epochs: preflight.epochs,
    trackWidth: () => trackRef.current?.getBoundingClientRect().width ?? 0,
    edits,
    onDone: tell,
  });
  // A run whose length follows its policies would else change the ruler under the hand.
  const epochs = drag?.epochs ?? preflight.epochs;
  const at = (epoch: number): string => `${((epoch / Math.max(1, epochs)) * 100).toFixed(3)}%`;
  const followCursor = (event: PointerEvent): void => {
    const track = trackRef.current?.getBoundingClientRect();
    if (!track || track.width === 0 || drag !== null || pinned) return;
    const share = (event.clientX - track.left) / track.width;
    if (share < -0.02) return;
    const epoch = Math.round(Math.min(1, Math.max(0, share)) * epochs);
    if (epoch !== cursorEpoch) onCursorChange(epoch);
  };
  return (
    <div className={styles.body}>
      <div
        className={styles.inner}
        onPointerMove={(event: PointerEvent<HTMLElement>) => {
          handlers.onPointerMove(event);
          followCursor(event);
        }}
        onPointerUp={handlers.onPointerUp}
        onPointerCancel={handlers.onCancel}
        onPointerLeave={() => pinned || onCursorChange(null)}
      >
        <EpochRuler
          epochs={epochs}
          cursorEpoch={cursorEpoch}
          onCursorChange={onCursorChange}
          playhead={playhead}
          at={at}
          trackRef={trackRef}
        />
        {lanes.length === 0 ? (
          <p className={styles.empty}>No policies: the model just learns.</p>
        ) : (
          <TimelineLanes
            lanes={lanes}
            epochs={epochs}
            at={at}
            pointedPolicy={props.pointedPolicy}
            edits={edits}
            drag={drag}
            handlers={handlers}
            onPoint={props.onPointPolicy}
            onOpen={(lane) => props.onSelectPolicy(lane.range)}
            onSay={tell}
          />
        )}
        <div className={styles.over} aria-hidden="true">
          {playhead !== null && (
            <i className={styles.now} data-late={playhead > 0.95 * epochs || undefined} style={{ left: at(playhead) }}>
              <b>now</b>
            </i>
          )}
          {cursorEpoch !== null && <i className={styles.cursor} style={{ left: at(Math.min(cursorEpoch, epochs)) }} />}
        </div>
      </div>
      <p
        className={said === null || said.ok ? 'visually-hidden' : styles.refused}
        role="status"
        aria-label="Timeline changes"
      >
        {said?.words}
      </p>
    </div>
  );
}
