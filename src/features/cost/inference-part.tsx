import type { ReactElement } from 'react';
import type { AnalysisResult } from '../../protocol/analysis.ts';
import type { Analysis } from '../../runs/analyses.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Progress } from '../../ui/progress.tsx';
import { Table } from '../../ui/table.tsx';
import styles from './cost-panel.module.css';
import { batchSizesOf, inferenceFindings, inferenceRows } from './inference-text.ts';

/** Measuring the time of an inference of the run that is shown. */
export interface InferenceDesk {
  /** The latest measurement of that run; null if there is none. */
  readonly analysis: Analysis | null;
  /** Why none can start now, as a sentence. */
  readonly blocked: string | undefined;
  /** "Intel Arc", or that the processor computes. */
  readonly device: string;
  readonly onMeasure: () => void;
  readonly onCancel: () => void;
}

/** What one inference takes on this device: dense, with zeros, and thinned. */
export function InferencePart({ desk }: { readonly desk: InferenceDesk }): ReactElement {
  const { analysis, blocked, onMeasure } = desk;
  return (
    <>
      <p className={styles.question}>
        How long does one inference take on this device? The network as built, the trained one with its zeros, and the
        same without zero structures take turns; what counts is the median of 15 runs, after 3 to warm up.
      </p>
      <Button icon="play" className={styles.run} disabledReason={blocked} onClick={onMeasure}>
        Measure one inference
      </Button>
      {analysis === null && blocked !== undefined && <p className={styles.note}>{blocked}</p>}
      {analysis !== null && <Answer desk={desk} analysis={analysis} />}
    </>
  );
}

function Answer({
  desk,
  analysis,
}: {
  readonly desk: InferenceDesk;
  readonly analysis: Analysis;
}): ReactElement | null {
  const { outcome, done, total, isCancelling } = analysis;
  if (outcome === null) {
    const waiting = isCancelling ? 'It ends with the run that is under way.' : undefined;
    return (
      <Progress
        label="Progress of Inference time"
        value={done}
        max={Math.max(1, total)}
        text={isCancelling ? 'Cancelling' : `${done} of ${total}`}
        aside={
          <Button size="small" disabledReason={waiting} onClick={desk.onCancel}>
            Cancel
          </Button>
        }
      />
    );
  }
  if (!outcome.ok && outcome.cancelled) return <p className={styles.note}>{outcome.message}</p>;
  if (!outcome.ok) {
    return (
      <Banner severity="error" fact="No time was measured.">
        {outcome.message}
      </Banner>
    );
  }
  return outcome.result.kind === 'inference-time' ? <Times result={outcome.result} device={desk.device} /> : null;
}

interface TimesProps {
  readonly result: Extract<AnalysisResult, { kind: 'inference-time' }>;
  readonly device: string;
}

function Times({ result, device }: TimesProps): ReactElement {
  return (
    <div role="group" aria-label="Result of Inference time" className={styles.result}>
      <ul className={styles.findings}>
        {inferenceFindings(result).map((finding) => (
          <li key={finding}>{finding}</li>
        ))}
      </ul>
      <Table label="Time of one inference" className={styles.table}>
        <thead>
          <tr>
            <th>network</th>
            {batchSizesOf(result).map((size) => (
              <th key={size} data-num title="Median, and in small what the middle half of the runs took">
                {size === 1 ? 'one sample' : `batch of ${size}`}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {inferenceRows(result).map(({ form, name, cells }) => (
            <tr key={form}>
              <th scope="row">{name}</th>
              {cells.map(({ median, spread, change }, index) => (
                <td key={index} data-num>
                  <b>{median}</b> {change} <small className={styles.stored}>{spread}</small>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
      <p className={styles.note}>
        Measured on {device}, with TensorFlow.js, until the answer is back in memory. A batch is one inference of all
        its samples.
      </p>
    </div>
  );
}
