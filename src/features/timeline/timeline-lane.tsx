import type { ReactElement } from 'react';
import type { PolicyLane } from '../../schedule/preflight-types.ts';
import { KindGlyph } from '../../ui/icons.tsx';
import { type LaneShape, laneShape, type Step } from './lane-shape.ts';
import styles from './timeline.module.css';

interface TimelineLaneProps {
  readonly lane: PolicyLane;
  readonly epochs: number;
  /** Distance from the left end of the track, in percent of its width. */
  readonly at: (epoch: number) => string;
  readonly label: string;
  readonly chosen: boolean;
  readonly onSelect: () => void;
}

/** Glyph and name of a policy, and what it does on the ruler. */
export function TimelineLane({ lane, epochs, at, label, chosen, onSelect }: TimelineLaneProps): ReactElement {
  const kind = lane.kind === 'lr_scheduler' ? 'lr' : lane.kind;
  return (
    <div
      className={styles.lane}
      role="option"
      aria-selected={chosen}
      aria-label={label}
      tabIndex={chosen ? 0 : -1}
      data-kind={kind}
      title={label}
      onClick={onSelect}
    >
      <div className={styles.who}>
        <KindGlyph kind={kind} />
        <span>{lane.instanceName}</span>
      </div>
      <div className={styles.track}>
        <Shape shape={laneShape(lane, epochs)} lane={lane} epochs={epochs} at={at} />
      </div>
    </div>
  );
}

interface ShapeProps extends Pick<TimelineLaneProps, 'lane' | 'epochs' | 'at'> {
  readonly shape: LaneShape;
}

function Shape({ shape, lane, epochs, at }: ShapeProps): ReactElement {
  if (shape.form === 'moment') {
    const isLate = shape.at > epochs / 2;
    return (
      <div className={styles.moment} data-late={isLate || undefined} style={{ left: at(shape.at) }}>
        <b>{lane.fact === '' ? lane.instanceName : lane.fact}</b>
      </div>
    );
  }
  const place = { left: at(shape.from), width: at(shape.to - shape.from) };
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

const FULL_HEIGHT = 88;

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
      const y = (100 - step.value * FULL_HEIGHT).toFixed(2);
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
