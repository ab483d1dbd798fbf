import type { ReactElement } from 'react';
import styles from './chart-surface.module.css';
import type { ChartEvent, EpochAxisProps } from './chart-types.ts';
import { epochStep, type Plot } from './plot-scale.ts';

interface YAxis {
  readonly ticks: readonly number[];
  readonly format: (value: number) => string;
}

/** Behind the data: the lit past, the graticule and the ticks. */
export function PlotBackdrop({
  plot,
  axis,
  y,
}: {
  readonly plot: Plot;
  readonly axis: EpochAxisProps;
  readonly y: YAxis;
}): ReactElement {
  const { playhead, epochs } = axis;
  return (
    <svg className={styles.layer} width={plot.width} height={plot.height} aria-hidden="true">
      {playhead !== null && (
        <rect
          x={plot.left}
          y={plot.top}
          width={Math.max(0, plot.x(Math.min(playhead, epochs)) - plot.left)}
          height={plot.bottom - plot.top}
          fill="var(--raised)"
        />
      )}
      <EpochRuler plot={plot} epochs={epochs} />
      {y.ticks.map((tick) => (
        <g key={tick}>
          <path d={`M${plot.left} ${plot.y(tick)}H${plot.right}`} stroke="var(--grid)" />
          <text x={plot.left - 6} y={plot.y(tick) + 3.5} textAnchor="end">
            {y.format(tick)}
          </text>
        </g>
      ))}
      <path d={`M${plot.left} ${plot.bottom + 0.5}H${plot.right}`} stroke="var(--line-strong)" />
    </svg>
  );
}

function EpochRuler({ plot, epochs }: { readonly plot: Plot; readonly epochs: number }): ReactElement {
  const step = epochStep(epochs, plot.right - plot.left);
  const hasSmallTicks = (plot.right - plot.left) / Math.max(1, epochs) >= 4;
  const ticks = Array.from({ length: epochs + 1 }, (_, tick) => tick).filter(
    (tick) => hasSmallTicks || tick % step === 0,
  );
  return (
    <>
      {ticks.map((tick) => {
        const x = plot.x(tick);
        const isLabelled = tick % step === 0;
        return (
          <g key={tick}>
            {isLabelled && <path d={`M${x} ${plot.top}V${plot.bottom}`} stroke="var(--grid)" />}
            <path d={`M${x} ${plot.bottom}v${isLabelled ? 4 : 2.5}`} stroke="var(--line-strong)" />
            {isLabelled && (
              <text x={x} y={plot.bottom + 14} textAnchor="middle">
                {tick}
              </text>
            )}
          </g>
        );
      })}
    </>
  );
}

interface ForegroundProps {
  readonly plot: Plot;
  readonly axis: EpochAxisProps;
  /** Values that the cursor meets. */
  readonly rings: readonly number[];
  /** Where ticks of events hang from, in pixels; the top of the plot unless given. */
  readonly tickTop?: number;
}

/** In front of the data: ticks of events, playhead, cursor with a ring on each series that it meets. */
export function PlotForeground({ plot, axis, rings, tickTop = plot.top }: ForegroundProps): ReactElement {
  const { playhead, epochs, cursorEpoch, events = [] } = axis;
  return (
    <svg className={styles.layer} width={plot.width} height={plot.height} aria-hidden="true">
      {events.map((event) => (
        <EventTick key={event.id} event={event} plot={plot} axis={axis} top={tickTop} />
      ))}
      {playhead !== null && <Playhead plot={plot} x={plot.x(Math.min(playhead, epochs))} />}
      {cursorEpoch !== null && <Cursor plot={plot} x={plot.x(cursorEpoch)} rings={rings} />}
    </svg>
  );
}

interface EventTickProps {
  readonly event: ChartEvent;
  readonly plot: Plot;
  readonly axis: EpochAxisProps;
  readonly top: number;
}

function EventTick({ event, plot, axis, top }: EventTickProps): ReactElement {
  const x = plot.x(event.x);
  const isStart = event.weight === 'start';
  const isPast = axis.playhead === null || event.x <= axis.playhead;
  return (
    <g data-kind={event.kind} opacity={event.muted === true ? 0.25 : 1}>
      {axis.size === 'large' && isStart && (
        <path d={`M${x} ${plot.top - 2}V${plot.bottom}`} stroke="var(--line-strong)" strokeDasharray="1 3" />
      )}
      <path
        d={`M${x} ${top}v${isStart ? 6 : 4}`}
        stroke="var(--kind)"
        strokeWidth={isStart ? 3 : 1.5}
        strokeOpacity={isPast ? 1 : 0.55}
      />
    </g>
  );
}

interface CursorProps {
  readonly plot: Plot;
  readonly x: number;
  readonly rings: readonly number[];
}

function Cursor({ plot, x, rings }: CursorProps): ReactElement {
  return (
    <g stroke="var(--ink)" fill="none">
      <path d={`M${x} ${plot.top}V${plot.bottom}`} strokeOpacity="0.5" />
      {rings.map((y) => (
        <circle key={y} cx={x} cy={plot.y(y)} r="4.5" strokeWidth="1.25" />
      ))}
    </g>
  );
}

function Playhead({ plot, x }: { readonly plot: Plot; readonly x: number }): ReactElement {
  return (
    <g>
      <path d={`M${x} ${plot.top - 3}V${plot.bottom + 3}`} stroke="var(--signal)" strokeWidth="1.25" />
      <path d={`M${x - 3.5} ${plot.top - 4}h7l-3.5 4.5z`} fill="var(--signal)" />
    </g>
  );
}
