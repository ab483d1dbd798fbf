import { type KeyboardEvent, type ReactElement, useId, useRef, useState } from 'react';
import type { PolicyLane } from '../../schedule/preflight-types.ts';
import { type PolicyTiming, toggleEpoch } from '../../schedule/policy-timing.ts';
import type { Place } from './epoch-ruler.tsx';
import { laneCommand, type LaneCommand } from './lane-keys.ts';
import type { Retimed, TimelineEdits } from './timeline-edits.ts';
import { TimelineLane } from './timeline-lane.tsx';
import styles from './timeline.module.css';
import type { LaneDrag, LaneDragHandlers } from './use-lane-drag.ts';

export interface TimelineLanesProps {
  readonly lanes: readonly PolicyLane[];
  readonly epochs: number;
  readonly at: Place;
  readonly pointedPolicy: number | null;
  /** Null while the text has errors: then its policies are not those of the lanes. */
  readonly edits: TimelineEdits | null;
  readonly drag: LaneDrag | null;
  readonly handlers: LaneDragHandlers;
  readonly onPoint: (policy: number | null) => void;
  readonly onOpen: (lane: PolicyLane) => void;
  /** Tells what became of a change. */
  readonly onSay: (policy: number, retimed: Retimed) => void;
}

/** The lanes, of which one takes part in the tab order: Up and Down choose another. */
export function TimelineLanes(props: TimelineLanesProps): ReactElement {
  const { lanes, epochs, at, pointedPolicy, edits, drag, handlers, onPoint, onOpen, onSay } = props;
  const [chosen, setChosen] = useState(0);
  const listRef = useRef<HTMLDivElement>(null);
  const hintId = useId();
  const index = Math.min(chosen, lanes.length - 1);

  const focusLane = (position: number): void =>
    listRef.current?.querySelectorAll<HTMLElement>('[role="slider"]')[position]?.focus();
  const retime = (lane: PolicyLane, change: (timing: PolicyTiming) => PolicyTiming): void => {
    if (edits !== null) onSay(lane.policy, edits.retime(lane.policy, change));
  };
  const obey = (command: LaneCommand, lane: PolicyLane, position: number): void => {
    if (command.do === 'choose') focusLane(Math.max(0, Math.min(lanes.length - 1, position + command.by)));
    else if (command.do === 'retime') retime(lane, (timing) => command.change(timing, epochs));
    else if (command.do === 'open') onOpen(lane);
    else if (command.do === 'ticks') focusTicks(listRef.current, position);
    else if (command.do === 'leave') leave();
    else edits?.[command.do]();
  };
  const leave = (): void => {
    if (drag === null) onPoint(null);
    else handlers.onCancel();
  };
  const onKeyDown = (event: KeyboardEvent, lane: PolicyLane, position: number): void => {
    const command = laneCommand(event);
    if (command === null) return;
    event.preventDefault();
    obey(command, lane, position);
  };

  return (
    <div className={styles.lanes} ref={listRef} role="group" aria-label="Policies">
      <p id={hintId} className="visually-hidden">
        Left and Right move the policy, with Shift its end, with Alt its start; plus and minus change how often it acts;
        Space goes to the epochs of a list, Enter to the text.
      </p>
      {lanes.map((lane, position) => (
        <TimelineLane
          key={lane.policy}
          lane={lane}
          epochs={epochs}
          at={at}
          chosen={position === index}
          pointed={lane.policy === pointedPolicy}
          editable={edits !== null}
          drag={drag?.policy === lane.policy ? drag : null}
          hintId={hintId}
          onFocus={() => {
            setChosen(position);
            onPoint(lane.policy);
          }}
          onKeyDown={(event) => onKeyDown(event, lane, position)}
          onPointerDown={handlers.onPointerDown}
          onClick={() => {
            if (!handlers.wasDrag()) focusLane(position);
          }}
          onToggle={(epoch) => {
            if (!handlers.wasDrag()) retime(lane, (timing) => toggleEpoch(timing, epoch));
          }}
          onLeaveTicks={() => (drag === null ? focusLane(position) : handlers.onCancel())}
        />
      ))}
    </div>
  );
}

function focusTicks(list: HTMLElement | null, position: number): void {
  const lane = list?.querySelectorAll<HTMLElement>('[role="slider"]')[position]?.parentElement;
  lane?.querySelector<HTMLElement>('button[tabindex="0"]')?.focus();
}
