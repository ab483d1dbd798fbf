import type { ReactElement } from 'react';
import type { ParameterSpec } from '../../core/network.ts';
import type { AnalysisResult } from '../../protocol/analysis.ts';
import { LayerName } from '../../ui/layer-swatch.tsx';
import { Table } from '../../ui/table.tsx';
import styles from './analyses-panel.module.css';
import { type AnalysisDesk, AnalysisFrame } from './analysis-frame.tsx';
import { summaryColumns, summaryTotals } from './analysis-results.ts';

export interface SummaryTabProps {
  readonly desk: AnalysisDesk;
  readonly parameters: readonly ParameterSpec[];
}

/** Distiller's table of weights, with the work of each layer. */
export function SummaryTab({ desk, parameters }: SummaryTabProps): ReactElement {
  const kernels = parameters.filter(({ role }) => role === 'kernel').map(({ name }) => name);
  return (
    <AnalysisFrame
      kind="summary"
      desk={desk}
      question="How sparse is each structure of each layer, and what does a layer compute? Zeros count as work: only thinning saves it."
      request={{ kind: 'summary' }}
    >
      {(result) => <Weights result={result} kernels={kernels} />}
    </AnalysisFrame>
  );
}

function Weights({
  result,
  kernels,
}: {
  readonly result: Extract<AnalysisResult, { kind: 'summary' }>;
  readonly kernels: readonly string[];
}): ReactElement {
  return (
    <Table label="Weights" className={styles.weights}>
      <thead>
        <tr>
          <th>name</th>
          <th>shape</th>
          {summaryColumns.map(({ label, title }) => (
            <th key={label} data-num title={title}>
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {result.rows.map((row) => (
          <tr key={row.parameter}>
            <th scope="row">
              {kernels.includes(row.parameter) ? (
                <LayerName index={kernels.indexOf(row.parameter)} name={row.parameter} />
              ) : (
                row.parameter
              )}
            </th>
            <td className={styles.shape}>{row.shape.join('×')}</td>
            {summaryColumns.map(({ label, text }) => (
              <td key={label} data-num>
                {text(row)}
              </td>
            ))}
          </tr>
        ))}
        <tr className={styles.total}>
          <th scope="row">total</th>
          <td />
          {summaryTotals(result).map((text, index) => (
            <td key={summaryColumns[index]?.label} data-num>
              {text}
            </td>
          ))}
        </tr>
      </tbody>
    </Table>
  );
}
