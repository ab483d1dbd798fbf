import type { ReactElement } from 'react';
import type { PolicyLane } from '../../schedule/preflight-types.ts';
import { type PolicyTiming, timingSpan } from '../../schedule/policy-timing.ts';
import type { Place } from './epoch-ruler.tsx';
import { laneShape, type Step } from './lane-shape.ts';
import styles from './timeline.module.css';

interface LaneDrawingProps {
  readonly lane: PolicyLane;
  readonly epochs: number;
  readonly at: Place;
  /** Where it is being dragged to: the drawing goes there at once, and its inside follows with the promise. */
  readonly timing: PolicyTiming | null;
}

/** What a policy does on the ruler: a bar whose inside is the schedule, a moment, or nothing. */
export function LaneDrawing({ lane, epochs, at, timing }: LaneDrawingProps): ReactElement {
  const shape = laneShape(lane, epochs);
  if (shape.form === 'moment') {
    const moment = timing === null ? shape.at : Math.min(timingSpan(timing).start, epochs);
    return (
      <div className={styles.moment} data-late={moment > epochs / 2 || undefined} style={{ left: at(moment) }}>
        <b>{lane.fact === '' ? lane.instanceName : lane.fact}</b>
      </div>
    );
  }
  const { start, end } = timing === null ? { start: shape.from, end: shape.to } : timingSpan(timing);
  const from = Math.min(start, epochs);
  const place = { left: at(from), width: at(Math.min(end, epochs) - from) };
  if (shape.form === 'nothing') {
    return (
      <div className={styles.nothing} style={place}>
        <b>{shape.words}</b>
      </div>
    );
  }
  return (
    <div className={styles.bar} style={place}>
      <Curve steps={shape.steps} from={shape.from} to={shape.to} />
      {lane.fact !== '' && <b>{lane.fact}</b>}
    </div>
  );
}

const fullHeight = 88;

/** The schedule's values as stairs filling the bar. */
function Curve({
  steps,
  from,
  to,
}: {
  readonly steps: readonly Step[];
  readonly from: number;
  readonly to: number;
}): ReactElement {
  const x = (epoch: number): string => (((epoch - from) / Math.max(1e-9, to - from)) * 100).toFixed(2);
  const line = steps
    .map((step) => {
      const y = (100 - step.value * fullHeight).toFixed(2);
      return `L${x(step.from)} ${y}L${x(step.to)} ${y}`;
    })
    .join('');
  const first = x(steps[0]?.from ?? from);
  return (
    <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      <path className={styles.area} d={`M${first} 100${line}V100z`} />
      <path className={styles.edge} d={`M${first} 100${line}`} />
    </svg>
  );
}
