import type { ReactElement } from 'react';
import { useElementSize } from '../../ui/use-element-size.ts';
import { linePath, paddedDomain, type XyPlot, xyPlot } from '../../ui/xy-plot.ts';
import styles from './curve-figure.module.css';
import { curveValue, curveWords } from './curve-words.ts';
import type { MethodCurve } from './curve-types.ts';

/** The picture of a method; several lines differ by their dashes, too. */
export function CurveFigure({ curve }: { readonly curve: MethodCurve }): ReactElement {
  const [ref, size] = useElementSize<HTMLDivElement>();
  const { title, lines, xLabel } = curve;
  const points = lines.flatMap((line) => line.points);
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const plot =
    size === null || size.width < 60
      ? null
      : xyPlot(size, {
          xDomain: [Math.min(...xs), Math.max(...xs)],
          xScale: 'linear',
          yDomain: curve.unit === 'share' ? [0, 1] : paddedDomain(ys, 'linear'),
        });
  return (
    <figure className={styles.figure} aria-label={title}>
      <figcaption>{title}</figcaption>
      <div ref={ref} className={styles.plot} role="img" aria-label={curveWords(curve)}>
        {plot && <Drawing curve={curve} plot={plot} />}
      </div>
      <p className={styles.below} aria-hidden="true">
        <span>{xLabel}</span>
        {lines.length > 1 &&
          lines.map(({ name }, index) => (
            <span key={name} className={styles.key} data-line={index}>
              {name}
            </span>
          ))}
      </p>
    </figure>
  );
}

function Drawing({ curve, plot }: { readonly curve: MethodCurve; readonly plot: XyPlot }): ReactElement {
  const { lines, isStepped, unit } = curve;
  return (
    <svg width={plot.width} height={plot.height} aria-hidden="true">
      {plot.yTicks.map((tick) => (
        <g key={`y${tick}`}>
          <line className={styles.grid} x1={plot.left} x2={plot.right} y1={plot.y(tick)} y2={plot.y(tick)} />
          <text x={plot.left - 6} y={plot.y(tick)} dy="0.32em" textAnchor="end">
            {curveValue(tick, unit)}
          </text>
        </g>
      ))}
      {plot.xTicks.map((tick) => (
        <text key={`x${tick}`} x={plot.at(tick)} y={plot.bottom + 16} textAnchor="middle">
          {curveValue(tick, 'number')}
        </text>
      ))}
      {lines.map(({ name, points }, index) => (
        <path
          key={name ?? index}
          className={styles.line}
          data-line={index}
          d={linePath(plot, { id: String(index), look: isStepped ? 'front' : 'measured', points })}
        />
      ))}
    </svg>
  );
}
