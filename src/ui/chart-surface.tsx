import { type KeyboardEvent, type PointerEvent, type ReactElement, type ReactNode, useState } from 'react';
import styles from './chart-surface.module.css';
import type { ChartEvent, EpochAxisProps } from './chart-types.ts';
import { KindGlyph } from './icons.tsx';
import { epochAt, type Plot } from './plot-scale.ts';
import { Tooltip } from './tooltip.tsx';
import { type ElementSize, useElementSize } from './use-element-size.ts';

interface ChartSurfaceProps {
  readonly axis: EpochAxisProps;
  /** What the cursor reads, in words. */
  readonly valueText: string;
  /** Geometry for a measured element. */
  readonly plotOf: (size: ElementSize) => Plot;
  /** Pictures inside of the plot, from back to front. */
  readonly draw: (plot: Plot) => ReactNode;
  /** The card beside the cursor; shown while the chart is hovered or focused. */
  readonly card: ReactNode;
}

/** The element that is measured, hovered and focused: it turns pointer and keys into the shared cursor. */
export function ChartSurface({ axis, valueText, plotOf, draw, card }: ChartSurfaceProps): ReactElement {
  const [ref, size] = useElementSize<HTMLDivElement>();
  const [isActive, setActive] = useState(false);
  const { label, epochs, cursorEpoch, onCursorChange, pinned = false, onPinnedChange } = axis;
  const plot = size && size.width > 40 && size.height > 30 ? plotOf(size) : null;

  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    setActive(true);
    if (pinned || plot === null) return;
    const epoch = epochAt(plot, epochs, event.clientX - event.currentTarget.getBoundingClientRect().left);
    if (epoch !== cursorEpoch) onCursorChange(epoch);
  };
  const onPointerLeave = (): void => {
    setActive(false);
    if (!pinned) onCursorChange(null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = cursorAfterKey(event.key, cursorEpoch, epochs);
    if (next !== undefined) onCursorChange(next);
    if (next === null) onPinnedChange?.(false);
    if (event.key === 'p') onPinnedChange?.(!pinned);
    if (next === undefined && event.key !== 'p') return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className={styles.surface} ref={ref}>
      <div
        className={styles.plot}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={epochs}
        aria-valuenow={cursorEpoch ?? 0}
        aria-valuetext={
          cursorEpoch === null ? 'No epoch chosen' : `Epoch ${cursorEpoch}${valueText === '' ? '' : `: ${valueText}`}`
        }
        onPointerMove={onPointerMove}
        onPointerLeave={onPointerLeave}
        onClick={() => onPinnedChange?.(!pinned)}
        onKeyDown={onKeyDown}
        onFocus={() => setActive(true)}
        onBlur={() => setActive(false)}
      >
        {plot && draw(plot)}
      </div>
      {plot && <EventButtons axis={axis} plot={plot} />}
      {plot && isActive && cursorEpoch !== null && card !== null && (
        <CursorCard plot={plot} x={plot.x(cursorEpoch)} content={card} />
      )}
    </div>
  );
}

/** @returns The new cursor, `null` to free it, `undefined` when the key is not the chart's. */
export function cursorAfterKey(key: string, cursor: number | null, epochs: number): number | null | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return cursor === null ? epochs : Math.max(0, cursor - 1);
    case 'ArrowRight':
    case 'ArrowUp':
      return cursor === null ? 0 : Math.min(epochs, cursor + 1);
    case 'Home':
      return 0;
    case 'End':
      return epochs;
    case 'Escape':
      return null;
    default:
      return undefined;
  }
}

function CursorCard({
  plot,
  x,
  content,
}: {
  readonly plot: Plot;
  readonly x: number;
  readonly content: ReactNode;
}): ReactElement {
  const isLeft = x > (plot.left + plot.right) / 2;
  const style = isLeft ? { right: plot.width - x + 12, top: plot.top + 4 } : { left: x + 12, top: plot.top + 4 };
  return (
    <div className={styles.card} style={style}>
      {content}
    </div>
  );
}

const GLYPH_PX = 14;

/** Glyphs of starts and switches above a large plot; side by side where several begin at once. */
function EventButtons({ axis, plot }: { readonly axis: EpochAxisProps; readonly plot: Plot }): ReactElement | null {
  if (axis.size !== 'large') return null;
  const starts = (axis.events ?? []).filter((event) => event.weight === 'start');
  return (
    <>
      {starts.map((event, index) => {
        const before = starts.slice(0, index).filter((other) => other.x === event.x).length;
        const left = Math.min(plot.x(event.x) - GLYPH_PX / 2 + before * (GLYPH_PX + 3), plot.right - GLYPH_PX / 2);
        return <EventButton key={event.id} event={event} left={left} onSelect={axis.onEventSelect} />;
      })}
    </>
  );
}

function EventButton({
  event,
  left,
  onSelect,
}: {
  readonly event: ChartEvent;
  readonly left: number;
  readonly onSelect: ((event: ChartEvent) => void) | undefined;
}): ReactElement {
  const glyph = <KindGlyph kind={event.kind} size={12} />;
  const common = { className: styles.event, style: { left } };
  const place = `${event.label}, epoch ${event.x}`;
  return (
    <Tooltip text={place} side="top">
      {onSelect ? (
        <button type="button" {...common} aria-label={place} onClick={() => onSelect(event)}>
          {glyph}
        </button>
      ) : (
        <span {...common} role="img" aria-label={place}>
          {glyph}
        </span>
      )}
    </Tooltip>
  );
}
