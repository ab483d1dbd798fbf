import type { KeyboardEvent, PointerEvent, ReactElement } from 'react';
import type { PolicyLane } from '../../schedule/preflight-types.ts';
import { type PolicyTiming, timingSpan, timingWords } from '../../schedule/policy-timing.ts';
import { KindGlyph } from '../../ui/icons.tsx';
import type { Place } from './epoch-ruler.tsx';
import { EpochTicks, mostTicks } from './epoch-ticks.tsx';
import type { LanePart } from './lane-keys.ts';
import { LaneDrawing } from './lane-drawing.tsx';
import { laneName, laneWords } from './lane-shape.ts';
import styles from './timeline.module.css';
import type { LaneDrag } from './use-lane-drag.ts';

interface TimelineLaneProps {
  readonly lane: PolicyLane;
  readonly epochs: number;
  readonly at: Place;
  /** Takes part in the tab order. */
  readonly chosen: boolean;
  /** The text, a chart or the reader points at it. */
  readonly pointed: boolean;
  readonly editable: boolean;
  /** Its drag, if it is the one being dragged. */
  readonly drag: LaneDrag | null;
  readonly hintId: string;
  readonly onFocus: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onPointerDown: (event: PointerEvent<HTMLElement>, lane: PolicyLane, part: LanePart | null) => void;
  readonly onClick: () => void;
  readonly onToggle: (epoch: number) => void;
  readonly onLeaveTicks: () => void;
}

/** Glyph and name of a policy, and what it does on the ruler. As a slider it moves. */
export function TimelineLane(props: TimelineLaneProps): ReactElement {
  const { lane, epochs, at, chosen, pointed, editable, drag, hintId } = props;
  const kind = lane.kind === 'lr_scheduler' ? 'lr' : lane.kind;
  const timing = drag?.timing ?? lane.timing;
  const words = laneWords(lane, epochs);
  const hasTicks = editable && timing.form === 'list' && epochs <= mostTicks;
  return (
    <div
      className={styles.lane}
      data-kind={kind}
      data-pointed={pointed || undefined}
      data-dragged={drag !== null || undefined}
      data-editable={editable || undefined}
      onPointerDown={(event) => props.onPointerDown(event, lane, partUnder(event.target))}
      onClick={props.onClick}
    >
      <div
        className={styles.slider}
        role="slider"
        tabIndex={chosen ? 0 : -1}
        aria-label={laneName(lane)}
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={epochs}
        aria-valuenow={timingSpan(timing).start}
        aria-valuetext={words}
        aria-readonly={!editable}
        aria-describedby={hintId}
        title={`${laneName(lane)}: ${words}`}
        onFocus={props.onFocus}
        onKeyDown={props.onKeyDown}
      >
        <div className={styles.who}>
          <KindGlyph kind={kind} />
          <span>{lane.instanceName}</span>
        </div>
        <Track lane={lane} epochs={epochs} at={at} drag={drag} editable={editable} />
      </div>
      {hasTicks && (
        <EpochTicks
          name={lane.instanceName}
          epochs={epochs}
          listed={timing.epochs}
          at={at}
          onToggle={props.onToggle}
          onLeave={props.onLeaveTicks}
        />
      )}
    </div>
  );
}

type TrackProps = Pick<TimelineLaneProps, 'lane' | 'epochs' | 'at' | 'drag' | 'editable'>;

/** The drawing, and what a drag adds: where it came from, and what it says now. */
function Track({ lane, epochs, at, drag, editable }: TrackProps): ReactElement {
  const timing = drag?.timing ?? lane.timing;
  return (
    <div className={styles.track}>
      {drag && <i className={styles.ghost} style={placeOf(drag.from, epochs, at)} />}
      <LaneDrawing lane={lane} epochs={epochs} at={at} timing={drag?.timing ?? null} />
      {editable && <Grip timing={timing} epochs={epochs} at={at} />}
      {drag && (
        <b className={styles.bubble} style={{ left: at(Math.min(timingSpan(timing).start, epochs)) }}>
          {timingWords(timing)}
          {drag.why !== null && <small>{drag.why}</small>}
        </b>
      )}
    </div>
  );
}

interface GripProps {
  readonly timing: PolicyTiming;
  readonly epochs: number;
  readonly at: Place;
}

/** Where the pointer takes hold: the window as it is written, with two strokes at each end of a range. */
function Grip({ timing, epochs, at }: GripProps): ReactElement {
  return (
    <div className={styles.grip} data-part="whole" style={placeOf(timing, epochs, at)}>
      {timing.form === 'range' && (
        <>
          <i className={styles.handle} data-part="start" />
          <i className={styles.handle} data-part="end" />
        </>
      )}
    </div>
  );
}

function placeOf(timing: PolicyTiming, epochs: number, at: Place): { readonly left: string; readonly width: string } {
  const { start, end } = timingSpan(timing);
  const from = Math.min(start, epochs);
  return { left: at(from), width: at(Math.min(end, epochs) - from) };
}

/** A press on the name, or beside the bar, takes hold of nothing. */
function partUnder(target: EventTarget): LanePart | null {
  if (!(target instanceof HTMLElement)) return null;
  const { part } = target.dataset;
  if (part === 'start' || part === 'end') return part;
  return part === 'whole' || target.ariaPressed === 'true' ? 'whole' : null;
}
