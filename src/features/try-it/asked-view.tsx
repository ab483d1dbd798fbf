import type { ReactElement, ReactNode } from 'react';
import type { AnswersClient } from '../../runs/answers-client.ts';
import type { DatasetDefinition } from '../../zoo/datasets.ts';
import { AnswersTable } from './answers-table.tsx';
import type { ShownModel } from './shown-models.ts';
import { useAnswer } from './use-answers.ts';
import styles from './try-it.module.css';

export interface AskedViewProps {
  readonly client: AnswersClient;
  readonly dataset: DatasetDefinition;
  readonly dense: ShownModel | null;
  readonly compressed: ShownModel | null;
  /** What both are asked about; null: nothing yet. */
  readonly inputs: Uint8Array | Float32Array | null;
  /** What is right, where that is known. */
  readonly label?: number | undefined;
  readonly invitation: string;
  readonly onSentence: (sentence: string | null) => void;
  /** What is asked about. */
  readonly children: ReactNode;
}

/** What is asked about on the left, both answers on the right. */
export function AskedView(props: AskedViewProps): ReactElement {
  const { client, dataset, dense, compressed, inputs, label, invitation, onSentence, children } = props;
  return (
    <div className={styles.view} data-kind={dataset.kind}>
      <div className={styles.asking}>{children}</div>
      <AnswersTable
        classNames={dataset.classNames}
        dense={useAnswer(client, dense?.model ?? null, inputs)}
        compressed={useAnswer(client, compressed?.model ?? null, inputs)}
        label={label}
        invitation={invitation}
        onSentence={onSentence}
      />
    </div>
  );
}
