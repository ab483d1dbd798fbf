import { type ReactElement, useEffect, useState } from 'react';
import { Icon } from '../../ui/icons.tsx';
import { choiceOf } from './compared-answers.ts';
import type { CurrentAnswer } from './use-answers.ts';
import styles from './try-it.module.css';

interface AnswersTableProps {
  readonly classNames: readonly string[];
  readonly dense: CurrentAnswer;
  readonly compressed: CurrentAnswer;
  /** What is right, where that is known. */
  readonly label?: number | undefined;
  /** Shown where nothing was asked yet. */
  readonly invitation: string;
  /** Hears of each new pair of answers as a sentence; null where there is none. */
  readonly onSentence?: (sentence: string | null) => void;
}

/** How probable each class is to both networks, as bars with numbers; a tick and bold type mark what each chooses. */
export function AnswersTable(props: AnswersTableProps): ReactElement {
  const { classNames, dense, compressed, label, invitation, onSentence } = props;
  const sentence = answersSentence(classNames, dense, compressed);
  useEffect(() => onSentence?.(sentence), [onSentence, sentence]);
  return (
    <div className={styles.answers}>
      <p className={styles.sentence}>{sentence ?? invitation}</p>
      <Spoken text={sentence ?? ''} />
      <table className={styles.bars} aria-label="Answers">
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col">Dense twin</th>
            <th scope="col">Compressed</th>
          </tr>
        </thead>
        <tbody>
          {classNames.map((name, index) => (
            <tr key={name} data-right={label === index || undefined}>
              <th scope="row">
                {name}
                {label === index && <small> label</small>}
              </th>
              <Bar answer={dense} index={index} />
              <Bar answer={compressed} index={index} />
            </tr>
          ))}
        </tbody>
      </table>
      {(dense.problem ?? compressed.problem) !== null && (
        <p className={styles.problem} role="alert">
          {dense.problem ?? compressed.problem}
        </p>
      )}
    </div>
  );
}

function Bar({
  answer: { answered },
  index,
}: {
  readonly answer: CurrentAnswer;
  readonly index: number;
}): ReactElement {
  if (answered === null) return <td className={styles.none}>–</td>;
  const probability = answered.probabilities[index] ?? 0;
  const isChosen = choiceOf(answered.probabilities, answered.classCount).answer === index;
  return (
    <td data-chosen={isChosen || undefined}>
      <span className={styles.bar}>
        <i style={{ width: `${100 * probability}%` }} />
        <b>{percentText(probability)}</b>
        <span className={styles.tick}>{isChosen && <Icon name="check" size={12} />}</span>
        {isChosen && <span className="visually-hidden">chosen</span>}
      </span>
    </td>
  );
}

/** Says what stands still for a moment: not each of many answers while somebody draws. */
function Spoken({ text }: { readonly text: string }): ReactElement {
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), 700);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <span className="visually-hidden" role="status" aria-label="Answers in words">
      {said}
    </span>
  );
}

export function percentText(probability: number): string {
  const percent = 100 * probability;
  if (percent > 0 && percent < 0.5) return '<1 %';
  return percent > 99.5 && percent < 100 ? '>99 %' : `${percent.toFixed(0)} %`;
}

/** "Both say 7: 98 % and 61 %."; null without an answer. */
function answersSentence(
  classNames: readonly string[],
  dense: CurrentAnswer,
  compressed: CurrentAnswer,
): string | null {
  const words = ({ answered }: CurrentAnswer): readonly [string, string] | null => {
    if (answered === null) return null;
    const { answer, confidence } = choiceOf(answered.probabilities, answered.classCount);
    return [classNames[answer] ?? String(answer), percentText(confidence)];
  };
  const [a, b] = [words(dense), words(compressed)];
  if (a !== null && b !== null && a[0] === b[0]) return `Both say ${a[0]}: dense ${a[1]}, compressed ${b[1]}.`;
  if (a !== null && b !== null) return `Dense says ${a[0]} (${a[1]}), compressed says ${b[0]} (${b[1]}).`;
  if (b !== null) return `Compressed says ${b[0]} (${b[1]}).`;
  return a === null ? null : `Dense says ${a[0]} (${a[1]}).`;
}
