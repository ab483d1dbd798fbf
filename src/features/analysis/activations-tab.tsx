import type { ReactElement } from 'react';
import type { Histogram } from '../../core/growing-histogram.ts';
import type { ActivationRow } from '../../protocol/analysis.ts';
import { Meter } from '../../ui/meter.tsx';
import { Table } from '../../ui/table.tsx';
import { type AnalysisDesk, AnalysisFrame } from './analysis-frame.tsx';
import { countProblem, readCount } from './analysis-settings.ts';
import { short } from './analysis-text.ts';
import styles from './analyses-panel.module.css';
import { SettingField } from './setting-field.tsx';
import { keptState } from '../../ui/kept-state.ts';

const useSampleCount = keptState('1000');

/** How often the outputs of each layer are zero, and which of its channels never speak. */
export function ActivationsTab({ desk }: { readonly desk: AnalysisDesk }): ReactElement {
  const [text, setText] = useSampleCount();
  const samples = readCount(text);
  return (
    <AnalysisFrame
      kind="activations"
      desk={desk}
      question="How often is the output of a layer zero? A channel that is zero for every sample does nothing."
      request={samples === null ? null : { kind: 'activations', samples }}
      settings={
        <SettingField
          label="Test samples"
          numeric
          value={text}
          problem={samples === null ? countProblem : undefined}
          onChange={setText}
        />
      }
    >
      {({ rows }) => (
        <Table label="Activations">
          <thead>
            <tr>
              <th>layer</th>
              <th>sparsity</th>
              <th title="Share of zeros of each channel, a bar for each">zeros by channel</th>
              <th title="How often each output occurs, from the smallest to the largest; zeros are left out">values</th>
              <th data-num title="Channels that are zero for every sample">
                silent
              </th>
              <th data-num title="Mean output over all channels">
                mean
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.layer} row={row} />
            ))}
          </tbody>
        </Table>
      )}
    </AnalysisFrame>
  );
}

function Row({ row }: { readonly row: ActivationRow }): ReactElement {
  const silent = row.apoz.filter((share) => share >= 1).length;
  const mean = row.mean.reduce((sum, value) => sum + value, 0) / Math.max(1, row.mean.length);
  return (
    <tr>
      <th scope="row">{row.layer}</th>
      <td>
        <Meter label={`Sparsity of ${row.layer}`} value={row.sparsity} />
      </td>
      <td>
        <Bars heights={row.apoz.slice(0, mostBars)} label={`Zeros by channel of ${row.layer}`} />
      </td>
      <td>{row.histogram && <ValueBars histogram={row.histogram} layer={row.layer} />}</td>
      <td data-num>
        {silent} of {row.apoz.length}
      </td>
      <td data-num>{short(mean)}</td>
    </tr>
  );
}

/** More bars than pixels are a smear: the most that are drawn. */
const mostBars = 64;
const barsWidth = 80;

function ValueBars({ histogram, layer }: { readonly histogram: Histogram; readonly layer: string }): ReactElement {
  const { low, high, counts } = histogram;
  const most = Math.max(...counts);
  const label = `Histogram of ${layer}, ${short(low)} to ${short(high)}, zeros left out`;
  return <Bars heights={counts.map((count) => count / most)} label={label} />;
}

/** @param heights Shares of the full height. */
function Bars({ heights, label }: { readonly heights: readonly number[]; readonly label: string }): ReactElement {
  const height = 22;
  return (
    <svg
      className={styles.bars}
      width={barsWidth}
      height={height}
      viewBox={`0 0 ${barsWidth} ${height}`}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <path d={`M0 ${height - 0.5}H${barsWidth}`} stroke="var(--line-strong)" />
      {heights.map((share, index) => {
        const width = barsWidth / heights.length;
        return (
          <rect
            key={index}
            x={index * width}
            y={(1 - share) * (height - 1)}
            width={Math.max(0.5, Math.min(6, width - 1))}
            height={share * (height - 1)}
            fill="var(--ink-2)"
          />
        );
      })}
    </svg>
  );
}
