import { type KeyboardEvent, memo, type PointerEvent, type ReactElement, useMemo, useState } from 'react';
import { useElementSize } from './use-element-size.ts';
import styles from './xy-chart.module.css';
import {
  bandPath,
  linePath,
  nearestMark,
  type XyAxes,
  type XyBand,
  type XyLine,
  type XyMark,
  type XyPlot,
  xyPlot,
} from './xy-plot.ts';

export interface XyChartProps extends XyAxes {
  /** Accessible name of the plot. */
  readonly label: string;
  /** Words and unit under the axis. */
  readonly xLabel: string;
  /** In ascending x; keep the identity of marks, lines and band while the data are the same. */
  readonly marks: readonly XyMark[];
  readonly lines: readonly XyLine[];
  readonly band?: XyBand | null;
  readonly xFormat: (value: number) => string;
  readonly yFormat: (value: number) => string;
  /** Enter or a press on a mark. */
  readonly onSelect?: (id: string) => void;
}

/** Marks and lines over two free axes. Pointer and arrows read one mark; Enter or a press chooses it. */
export function XyChart(props: XyChartProps): ReactElement {
  const { label, marks, onSelect, xDomain, xScale, yDomain } = props;
  const [ref, size] = useElementSize<HTMLDivElement>();
  const [at, setAt] = useState(-1);
  const [[x0, x1], [y0, y1]] = [xDomain, yDomain];
  const plot = useMemo(
    () =>
      size === null || size.width < 60 || size.height < 60
        ? null
        : xyPlot(size, { xDomain: [x0, x1], xScale, yDomain: [y0, y1] }),
    [size, x0, x1, xScale, y0, y1],
  );
  const mark = marks[at];
  const follow = (event: PointerEvent<HTMLDivElement>): number => {
    if (plot === null) return -1;
    const box = event.currentTarget.getBoundingClientRect();
    const found = nearestMark(plot, marks, { x: event.clientX - box.left, y: event.clientY - box.top });
    setAt(found);
    return found;
  };
  const select = (index: number): void => {
    const chosen = marks[index];
    if (chosen) onSelect?.(chosen.id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') select(at);
    const next = markAfterKey(event.key, at, marks.length - 1);
    if (next === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    if (next !== undefined) setAt(next);
  };
  return (
    <div
      ref={ref}
      className={styles.plot}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, marks.length - 1)}
      aria-valuenow={Math.max(0, at)}
      aria-valuetext={mark === undefined ? 'nothing chosen' : mark.facts.join(', ')}
      onPointerMove={follow}
      onPointerDown={(event) => select(follow(event))}
      onPointerLeave={() => setAt(-1)}
      onBlur={() => setAt(-1)}
      onKeyDown={onKeyDown}
    >
      {plot && (
        <>
          <Drawing {...props} plot={plot} />
          {mark && <Pointed plot={plot} mark={mark} />}
        </>
      )}
    </div>
  );
}

/** @returns The mark that a key leads to, -1 to free it, undefined when the key is not the chart's. */
function markAfterKey(key: string, at: number, last: number): number | undefined {
  if (key === 'ArrowRight' || key === 'ArrowUp') return Math.min(last, at + 1);
  if (key === 'ArrowLeft' || key === 'ArrowDown') return at < 0 ? last : Math.max(0, at - 1);
  if (key === 'Home') return Math.min(0, last);
  if (key === 'End') return last;
  return key === 'Escape' ? -1 : undefined;
}

interface DrawingProps extends Omit<XyChartProps, keyof XyAxes> {
  readonly plot: XyPlot;
}

/** Redrawn when data or size change, not with the pointer. */
const Drawing = memo(
  function Drawing({ plot, marks, lines, band = null, xFormat, yFormat, xLabel }: DrawingProps): ReactElement {
    return (
      <svg className={styles.layer} width={plot.width} height={plot.height} aria-hidden="true">
        <Graticule plot={plot} xFormat={xFormat} yFormat={yFormat} xLabel={xLabel} />
        {band && <path d={bandPath(plot, band)} fill="var(--ink)" fillOpacity="0.14" />}
        {lines.map((line) => (
          <path
            key={line.id}
            d={linePath(plot, line)}
            fill="none"
            stroke={line.look === 'measured' ? 'var(--ink)' : 'var(--ink-3)'}
            strokeWidth={line.look === 'measured' ? 2 : 1.25}
            strokeOpacity={line.look === 'context' ? 0.7 : 1}
            strokeLinejoin="round"
          />
        ))}
        {marks.map((mark) => (
          <MarkShape key={mark.id} mark={mark} plot={plot} />
        ))}
        {namedMarks(plot, marks).map((mark) => (
          <text
            key={mark.id}
            className={mark.look === 'solid' ? styles.name : undefined}
            x={plot.at(mark.x)}
            y={plot.y(mark.y) - (mark.isCurrent === true ? 11 : 8)}
            textAnchor="middle"
          >
            {mark.name}
          </text>
        ))}
      </svg>
    );
  },
  (a, b) =>
    a.plot === b.plot && a.marks === b.marks && a.lines === b.lines && a.band === b.band && a.xLabel === b.xLabel,
);

function MarkShape({ mark, plot }: { readonly mark: XyMark; readonly plot: XyPlot }): ReactElement {
  const color = `var(${mark.colorVar ?? '--ink'})`;
  const [cx, cy] = [plot.at(mark.x), plot.y(mark.y)];
  const isHollow = mark.look === 'hollow';
  return (
    <>
      {mark.isCurrent === true && <circle cx={cx} cy={cy} r="7.5" fill="none" stroke="var(--signal)" strokeWidth="2" />}
      <circle
        cx={cx}
        cy={cy}
        r="4"
        fill={isHollow ? 'var(--panel)' : color}
        stroke={color}
        strokeWidth="1.5"
        opacity={isHollow ? 0.6 : 1}
      />
    </>
  );
}

/** Names that do not lie over one another; those of solid marks first. */
function namedMarks(plot: XyPlot, marks: readonly XyMark[]): readonly XyMark[] {
  const named: XyMark[] = [];
  const ordered = marks.toSorted((a, b) => Number(a.look === 'hollow') - Number(b.look === 'hollow'));
  for (const mark of ordered) {
    const isFree = named.every(
      (other) =>
        Math.abs(plot.at(other.x) - plot.at(mark.x)) > 4 + 3.5 * (other.name.length + mark.name.length) ||
        Math.abs(plot.y(other.y) - plot.y(mark.y)) > 13,
    );
    if (isFree) named.push(mark);
  }
  return named;
}

interface GraticuleProps extends Pick<XyChartProps, 'xFormat' | 'yFormat' | 'xLabel'> {
  readonly plot: XyPlot;
}

function Graticule({ plot, xFormat, yFormat, xLabel }: GraticuleProps): ReactElement {
  return (
    <>
      {distinct(plot.yTicks, yFormat).map((tick) => (
        <g key={tick}>
          <path d={`M${plot.left} ${plot.y(tick)}H${plot.right}`} stroke="var(--grid)" />
          <text x={plot.left - 6} y={plot.y(tick) + 3.5} textAnchor="end">
            {yFormat(tick)}
          </text>
        </g>
      ))}
      {distinct(plot.xTicks, xFormat).map((tick) => (
        <g key={tick}>
          <path d={`M${plot.at(tick)} ${plot.top}V${plot.bottom + 4}`} stroke="var(--grid)" />
          <text x={plot.at(tick)} y={plot.bottom + 15} textAnchor="middle">
            {xFormat(tick)}
          </text>
        </g>
      ))}
      <path d={`M${plot.left} ${plot.bottom + 0.5}H${plot.right}`} stroke="var(--line-strong)" />
      <text x={plot.right} y={plot.bottom + 29} textAnchor="end">
        {xLabel}
      </text>
    </>
  );
}

function Pointed({ plot, mark }: { readonly plot: XyPlot; readonly mark: XyMark }): ReactElement {
  const [x, y] = [plot.at(mark.x), plot.y(mark.y)];
  const isLeft = x > (plot.left + plot.right) / 2;
  const side = isLeft ? { right: plot.width - x + 12 } : { left: x + 12 };
  const [title, ...facts] = mark.facts;
  return (
    <>
      <svg className={styles.layer} width={plot.width} height={plot.height} aria-hidden="true">
        <circle cx={x} cy={y} r="6" fill="none" stroke="var(--ink)" strokeWidth="1.25" />
      </svg>
      <div className={styles.card} style={{ ...side, top: plot.top }}>
        <b>{title}</b>
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </div>
    </>
  );
}

/** Ticks that read differently: around a single value they lie closer than what is printed. */
function distinct(ticks: readonly number[], format: (value: number) => string): readonly number[] {
  return ticks.filter((tick, index) => index === 0 || format(tick) !== format(ticks[index - 1] ?? Number.NaN));
}
