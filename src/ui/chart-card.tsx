import type { ReactElement } from 'react';
import type { ReadoutRow } from './chart-readout.ts';
import styles from './chart-surface.module.css';
import type { ChartSeries } from './chart-types.ts';
import { MarkerMark } from './layer-swatch.tsx';

interface ChartCardProps {
  readonly epoch: number;
  readonly unit: string | undefined;
  readonly rows: readonly ReadoutRow[];
  readonly format: (value: number) => string;
}

const MINUS = '−';

function signed(value: number, format: (value: number) => string): string {
  const text = format(Math.abs(value));
  const isZero = Number.parseFloat(text) === 0;
  if (isZero) return text;
  return `${value > 0 ? '+' : MINUS}${text}`;
}

/** What the cursor reads: promise, measurement and their gap, a row for each line. */
export function ChartCard({ epoch, unit, rows, format }: ChartCardProps): ReactElement {
  const hasPromises = rows.some((row) => row.promised !== null);
  const show = (value: number | null): string => {
    if (value === null) return '–';
    return Number.isFinite(value) ? format(value) : 'not a number';
  };
  return (
    <table>
      <thead>
        <tr>
          <th>
            epoch {epoch}
            {unit === undefined ? '' : `, ${unit}`}
          </th>
          {hasPromises && <th>promised</th>}
          {hasPromises && <th>measured</th>}
          {hasPromises && <th>gap</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.label}>
            <td>
              <span className={styles.key}>
                <LineKey series={row.series} />
                {row.label}
              </span>
            </td>
            {hasPromises && <td>{show(row.promised)}</td>}
            <td data-measured="">{show(row.measured)}</td>
            {hasPromises && <td>{row.gap === null ? '' : signed(row.gap, format)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function LineKey({ series }: { readonly series: ChartSeries }): ReactElement {
  return (
    <svg width="16" height="10" aria-hidden="true">
      <path
        d="M0 5H16"
        stroke={`var(${series.colorVar})`}
        strokeWidth={series.kind === 'context' ? 1.25 : 2}
        strokeDasharray={series.dash}
      />
      {series.marker && (
        <MarkerMark marker={series.marker} colorVar={series.colorVar} x={8} y={5} ground="var(--raised)" />
      )}
    </svg>
  );
}
