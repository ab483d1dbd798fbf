import { type ReactElement, useMemo } from 'react';
import { type ComparedAnswers, confusionDifference } from './compared-answers.ts';
import styles from './try-it.module.css';
import { grouped } from '../../ui/grouped.ts';

interface ConfusionViewProps {
  readonly answers: ComparedAnswers;
  readonly classNames: readonly string[];
}

/** The confusion matrix of the dense twin minus that of the compressed network: counts, and their sign as colour. */
export function ConfusionView({ answers, classNames }: ConfusionViewProps): ReactElement {
  const counts = useMemo(() => confusionDifference(answers), [answers]);
  const most = Math.max(1, ...counts.flat().map(Math.abs));
  return (
    <div className={styles.confusion}>
      <p className={styles.fact}>
        Rows: true class. Columns: answer. Each cell: answers of the dense twin minus answers of the compressed network,{' '}
        {grouped(answers.count)} test samples. On the diagonal, + is what compression costs.
      </p>
      <div className={styles.matrix} role="group" aria-label="Difference of confusion matrices" tabIndex={0}>
        <table aria-label="Dense minus compressed">
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">True class</span>
              </th>
              {classNames.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {counts.map((row, label) => (
              <tr key={classNames[label]}>
                <th scope="row">{classNames[label]}</th>
                {row.map((count, answer) => (
                  <td
                    key={classNames[answer]}
                    data-step={stepOf(count, most)}
                    data-diagonal={label === answer || undefined}
                  >
                    {count === 0 ? '0' : signed(count)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={styles.legend}>
        <span>
          <i data-step={-3} /> − the compressed network says it more often
        </span>
        <span>
          <i data-step={3} /> + the dense twin does
        </span>
      </p>
    </div>
  );
}

/** −4 to 4. */
function stepOf(count: number, most: number): number {
  return Math.sign(count) * Math.ceil((4 * Math.abs(count)) / most);
}

function signed(count: number): string {
  return count > 0 ? `+${count}` : `−${-count}`;
}
