import { type ReactElement, useState } from 'react';
import type { MeasuredCost } from '../../runs/export/measure-cost.ts';
import type { Run } from '../../runs/run.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { codeSpans } from '../../ui/code-spans.tsx';
import { LayerName } from '../../ui/layer-swatch.tsx';
import { Panel, PanelBody, PanelHead } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import styles from './cost-panel.module.css';
import { costColumns, costFindings, type CostRow, costRows } from './cost-text.ts';
import { type InferenceDesk, InferencePart } from './inference-part.tsx';
import { keptState } from '../../ui/kept-state.ts';

const useMeasurement = keptState<Measurement | null>(null);

export type CostAnswer =
  | { readonly ok: true; readonly cost: MeasuredCost }
  | { readonly ok: false; readonly message: string };

export interface CostPanelProps {
  /** False where tabs above are the title. */
  readonly hasHead?: boolean;
  readonly run: Run | null;
  /** Why nothing can be measured now, as a sentence; undefined if it can. */
  readonly blocked: string | undefined;
  readonly onMeasure: (run: Run) => Promise<CostAnswer>;
  readonly inference: InferenceDesk;
}

interface Measurement {
  readonly runId: string;
  readonly afterEpochs: number;
  readonly answer: CostAnswer;
}

/** What the compressed network costs in bytes and in work, and which part of the saving is real. */
export function CostPanel({ hasHead = true, run, blocked, onMeasure, inference }: CostPanelProps): ReactElement {
  const [measurement, setMeasurement] = useMeasurement();
  const [isMeasuring, setMeasuring] = useState(false);
  const measure = async (): Promise<void> => {
    if (run === null || isMeasuring) return;
    setMeasuring(true);
    try {
      const answer = await onMeasure(run);
      setMeasurement({ runId: run.id, afterEpochs: run.epochs.length, answer });
    } finally {
      setMeasuring(false);
    }
  };
  const shown = measurement !== null && measurement.runId === run?.id ? measurement : null;
  return (
    <Panel label="Cost">
      {hasHead && <PanelHead title="Cost" fact="in bytes and work" />}
      <PanelBody padded>
        <div className={styles.frame}>
          <p className={styles.question}>
            What has to be stored, and what has to be computed? The weights are packed as the export packs them, and
            every zero is counted by who can save it.
          </p>
          <Button
            icon="play"
            className={styles.run}
            disabledReason={isMeasuring ? 'The weights are being packed.' : blocked}
            onClick={() => void measure()}
          >
            Measure
          </Button>
          {shown === null && blocked !== undefined && <p className={styles.note}>{blocked}</p>}
          <div role="status" aria-label="Result of Cost" className={styles.result}>
            {shown && run && <Answer measurement={shown} run={run} />}
          </div>
          <InferencePart desk={inference} />
        </div>
      </PanelBody>
    </Panel>
  );
}

function Answer({ measurement, run }: { readonly measurement: Measurement; readonly run: Run }): ReactElement {
  const { answer, afterEpochs } = measurement;
  if (!answer.ok) {
    return (
      <Banner severity="error" fact="Nothing was measured.">
        {answer.message}
      </Banner>
    );
  }
  const { cost } = answer;
  const goneOn = run.epochs.length > afterEpochs ? ', which has trained on since' : '';
  return (
    <>
      <ul className={styles.findings}>
        {costFindings(cost).map((finding) => (
          <li key={finding}>{finding}</li>
        ))}
      </ul>
      {cost.refusal !== null && (
        <Banner severity="warning" fact="Zero structures cannot be removed.">
          {codeSpans(cost.refusal)}
        </Banner>
      )}
      <CostTable cost={cost} run={run} />
      <p className={styles.note}>
        After epoch {afterEpochs} of run {run.number}
        {goneOn}.
      </p>
    </>
  );
}

function CostTable({ cost, run }: { readonly cost: MeasuredCost; readonly run: Run }): ReactElement {
  const kernels = run.parameters.filter(({ role }) => role === 'kernel').map(({ layer }) => layer);
  return (
    <Table label="Cost of each layer" className={styles.table}>
      <thead>
        <tr>
          <th>layer</th>
          <th>stored as</th>
          {costColumns.map(({ label, title }) => (
            <th key={label} data-num title={title}>
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {costRows(cost).map((row) => (
          <tr key={row.name} className={row.stored === null ? styles.total : undefined}>
            <th scope="row">
              <RowName row={row} kernels={kernels} />
            </th>
            <td className={styles.stored}>{row.stored}</td>
            {costColumns.map(({ label, text }) => (
              <td key={label} data-num>
                {text(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function RowName({ row, kernels }: { readonly row: CostRow; readonly kernels: readonly string[] }): ReactElement {
  const index = kernels.indexOf(row.name);
  return index < 0 ? <>{row.name}</> : <LayerName index={index} name={row.name} />;
}
