import { type KeyboardEvent, type PointerEvent, type ReactElement, type ReactNode, useState } from 'react';
import styles from './chart-surface.module.css';
import type { ChartEvent, EpochAxisProps } from './chart-types.ts';
import { KindGlyph } from './icons.tsx';
import { epochAt, type Plot, spreadLabels } from './plot-scale.ts';
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
  const plot = size && size.width > 40 && size.height > 30 ? plotOf(size) : null;
  return (
    <div className={styles.surface} ref={ref}>
      <div
        className={styles.plot}
        role="slider"
        tabIndex={0}
        aria-label={axis.label}
        aria-valuemin={0}
        aria-valuemax={axis.epochs}
        aria-valuenow={axis.cursorEpoch ?? 0}
        aria-valuetext={describeCursor(axis.cursorEpoch, valueText)}
        onPointerEnter={() => setActive(true)}
        onPointerMove={(event) => plot && followPointer(event, axis, plot)}
        onPointerDown={(event) => plot && pressPointer(event, axis, plot)}
        onPointerLeave={(event) => {
          setActive(false);
          if (event.pointerType === 'mouse' && axis.pinned !== true) axis.onCursorChange(null);
        }}
        onKeyDown={(event) => followKey(event, axis)}
        onFocus={() => setActive(true)}
        onBlur={() => setActive(false)}
      >
        {plot && draw(plot)}
      </div>
      {plot && <EventButtons axis={axis} plot={plot} />}
      {plot && isActive && axis.cursorEpoch !== null && (
        <CursorCard plot={plot} x={plot.x(axis.cursorEpoch)} content={card} />
      )}
    </div>
  );
}

function describeCursor(cursor: number | null, valueText: string): string {
  if (cursor === null) return 'No epoch chosen';
  return valueText === '' ? `Epoch ${cursor}` : `Epoch ${cursor}: ${valueText}`;
}

function followPointer(event: PointerEvent<HTMLElement>, axis: EpochAxisProps, plot: Plot): void {
  if (axis.pinned === true) return;
  const epoch = epochAt(plot, axis.epochs, event.clientX - event.currentTarget.getBoundingClientRect().left);
  if (epoch !== axis.cursorEpoch) axis.onCursorChange(epoch);
}

/** A mouse hovers and pins; a finger only puts the cursor, which then stays. */
function pressPointer(event: PointerEvent<HTMLElement>, axis: EpochAxisProps, plot: Plot): void {
  if (event.pointerType !== 'mouse') followPointer(event, axis, plot);
  else if (event.button === 0) axis.onPinnedChange?.(axis.pinned !== true);
}

function followKey(event: KeyboardEvent, axis: EpochAxisProps): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const next = cursorAfterKey(event.key, axis.cursorEpoch, axis.epochs);
  if (event.key.toLowerCase() === 'p') axis.onPinnedChange?.(axis.pinned !== true);
  else if (next === null) freeCursor(axis);
  else if (next === undefined) return;
  else axis.onCursorChange(next);
  event.preventDefault();
  event.stopPropagation();
}

function freeCursor(axis: EpochAxisProps): void {
  axis.onPinnedChange?.(false);
  axis.onCursorChange(null);
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

interface CursorCardProps {
  readonly plot: Plot;
  readonly x: number;
  readonly content: ReactNode;
}

function CursorCard({ plot, x, content }: CursorCardProps): ReactElement | null {
  if (content === null) return null;
  const isLeft = x > (plot.left + plot.right) / 2;
  const top = plot.top + 4;
  // Moved back into the chart by what would lie outside of it, which the width of the card decides.
  const style = isLeft
    ? { right: plot.width - x + 12, top, transform: `translateX(max(0px, 100% - ${x - 12}px))` }
    : { left: x + 12, top, transform: `translateX(min(0px, ${plot.width - x - 12}px - 100%))` };
  return (
    <div className={styles.card} style={style}>
      {content}
    </div>
  );
}

const BUTTON_PX = 24;

/** Glyphs of starts and switches above a large plot, side by side where several are near; the ticks below stay exact. */
function EventButtons({ axis, plot }: { readonly axis: EpochAxisProps; readonly plot: Plot }): ReactElement | null {
  if (axis.size !== 'large') return null;
  const starts = (axis.events ?? []).filter((event) => event.weight === 'start');
  const places = spreadLabels(
    starts.map((event) => plot.x(event.x)),
    BUTTON_PX,
    plot.left,
    plot.right,
  );
  return (
    <>
      {starts.map((event, index) => {
        const x = places[index] ?? null;
        if (x === null) return null;
        return <EventButton key={event.id} event={event} left={x - BUTTON_PX / 2} onSelect={axis.onEventSelect} />;
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
  const common = { className: styles.event, style: { left }, 'data-muted': event.muted };
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
