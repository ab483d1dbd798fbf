import { type ReactElement, useMemo } from 'react';
import type { SampleAnswers } from '../../../protocol/epoch-memory.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Table } from '../../../ui/table.tsx';
import { drawConfusion } from './draw-inspect.ts';
import { confusionMatrix, mistakes } from './inspect-data.ts';
import { InspectFigure } from './inspect-figure.tsx';
import styles from './inspect.module.css';

interface AnswersViewProps {
  readonly answers: SampleAnswers | null;
  /** Of the dataset; numbers stand in where there are none. */
  readonly classNames: readonly string[];
}

const listed = 20;

/** What the network answered to validation samples: the confusion matrix, and the most confident mistakes. */
export function AnswersView({ answers, classNames }: AnswersViewProps): ReactElement {
  const counts = useMemo(() => (answers === null ? [] : confusionMatrix(answers)), [answers]);
  const wrong = useMemo(() => (answers === null ? [] : mistakes(answers)), [answers]);
  const draw = useMemo(() => drawConfusion(counts), [counts]);
  if (answers === null) {
    return (
      <EmptyState title="No answers of that epoch">
        Of very short epochs only some are asked. Choose another one, such as the first or the last.
      </EmptyState>
    );
  }
  const nameOf = (index: number): string => classNames[index] ?? String(index);
  const names = counts.map((_, index) => nameOf(index));
  return (
    <>
      <InspectFigure
        label="Confusion matrix"
        summary={`Rows: true class. Columns: answer. ${wrong.length} of the first ${answers.labels.length} validation samples are wrong.`}
        height={Math.min(220, 40 + 18 * counts.length)}
        draw={draw}
        table={{
          columns: ['true class', ...names],
          rows: counts.map((row, label) => [nameOf(label), ...row]),
        }}
      />
      {wrong.length > 0 && (
        <Table label="Most confident mistakes" className={styles.numbers}>
          <thead>
            <tr>
              <th data-num>sample</th>
              <th>is</th>
              <th>answered</th>
              <th data-num>confidence</th>
            </tr>
          </thead>
          <tbody>
            {wrong.slice(0, listed).map(({ sample, label, answer, confidence }) => (
              <tr key={sample}>
                <td data-num>{sample}</td>
                <td>{nameOf(label)}</td>
                <td>{nameOf(answer)}</td>
                <td data-num>{(100 * confidence).toFixed(0)} %</td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </>
  );
}
