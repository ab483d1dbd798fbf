import { type ReactElement, useMemo, useState } from 'react';
import type { TestSamples } from '../../protocol/answers.ts';
import { Button } from '../../ui/button.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { grouped } from '../../ui/grouped.ts';
import { percentText } from './answers-table.tsx';
import { type ChangedSample, changedSamples, type ComparedAnswers, countByClass } from './compared-answers.ts';
import { PixelPicture } from './pixel-picture.tsx';
import { sampleInputs } from './sample-inputs.ts';
import styles from './try-it.module.css';

interface ChangedViewProps {
  readonly samples: TestSamples;
  readonly answers: ComparedAnswers;
  readonly classNames: readonly string[];
  readonly onPick: (sample: number) => void;
}

const shownAtFirst = 48;

/** Samples whose answer compression changed, those that lost the most confidence first. */
export function ChangedView({ samples, answers, classNames, onPick }: ChangedViewProps): ReactElement {
  const [what, setWhat] = useState<'forgotten' | 'learned'>('forgotten');
  const [label, setLabel] = useState<number | null>(null);
  const [shown, setShown] = useState(shownAtFirst);
  const both = useMemo(
    () => ({ forgotten: changedSamples(answers, 'forgotten'), learned: changedSamples(answers, 'learned') }),
    [answers],
  );
  const counts = countByClass(both[what], answers.classCount);
  const listed = both[what].filter((sample) => label === null || sample.label === label);
  return (
    <div className={styles.changed}>
      <div className={styles.choices}>
        <div className={styles.buttons} role="group" aria-label="What changed">
          {(['forgotten', 'learned'] as const).map((one) => (
            <Button key={one} size="small" aria-pressed={what === one} onClick={() => setWhat(one)}>
              {`${one === 'forgotten' ? 'Forgotten' : 'Learned'}: ${both[one].length}`}
            </Button>
          ))}
        </div>
        <Combobox
          label="Class"
          options={[
            { value: 'all', label: `All classes (${both[what].length})` },
            ...classNames.map((name, index) => ({ value: String(index), label: `${name} (${counts[index] ?? 0})` })),
          ]}
          value={label === null ? 'all' : String(label)}
          onChange={(value) => setLabel(value === 'all' ? null : Number(value))}
        />
      </div>
      <p className={styles.fact}>
        {what === 'forgotten'
          ? 'The dense twin is right and the compressed network wrong. Whose right class lost the most confidence comes first.'
          : 'The compressed network is right and the dense twin wrong. Whose right class won the most confidence comes first.'}
      </p>
      {listed.length === 0 ? (
        <EmptyState title={what === 'forgotten' ? 'Nothing was forgotten' : 'Nothing was learned'}>
          {`Of ${grouped(answers.count)} test samples${label === null ? '' : ` none of class ${classNames[label] ?? ''}`} changed this way.`}
        </EmptyState>
      ) : (
        <ul className={styles.cards} aria-label={what === 'forgotten' ? 'Forgotten samples' : 'Learned samples'}>
          {listed.slice(0, shown).map((sample) => (
            <li key={sample.sample}>
              <Card samples={samples} changed={sample} classNames={classNames} onPick={onPick} />
            </li>
          ))}
        </ul>
      )}
      {listed.length > shown && (
        <Button size="small" onClick={() => setShown(shown + 4 * shownAtFirst)}>
          {`Show more of ${listed.length}`}
        </Button>
      )}
    </div>
  );
}

interface CardProps extends Pick<ChangedViewProps, 'samples' | 'classNames' | 'onPick'> {
  readonly changed: ChangedSample;
}

function Card({ samples, changed, classNames, onPick }: CardProps): ReactElement {
  const { sample, label, dense, compressed, denseRight, compressedRight } = changed;
  const nameOf = (index: number): string => classNames[index] ?? String(index);
  const inputs = useMemo(() => sampleInputs(samples, sample), [samples, sample]);
  return (
    <button
      type="button"
      className={styles.card}
      aria-label={`Test sample ${sample + 1}, ${nameOf(label)}: dense says ${nameOf(dense.answer)}, ${percentText(dense.confidence)}; compressed says ${nameOf(compressed.answer)}, ${percentText(compressed.confidence)}`}
      title={`Confidence in ${nameOf(label)}: ${percentText(denseRight)} dense, ${percentText(compressedRight)} compressed`}
      onClick={() => onPick(sample)}
    >
      {inputs instanceof Uint8Array ? <PixelPicture pixels={inputs} size={56} /> : <span>{pointText(inputs)}</span>}
      <span>
        <b>{nameOf(dense.answer)}</b> → <b>{nameOf(compressed.answer)}</b>
      </span>
      <small>
        {percentText(denseRight)} → {percentText(compressedRight)}
      </small>
    </button>
  );
}

export function pointText(inputs: Float32Array): string {
  return `(${[...inputs].map((value) => value.toFixed(2).replace('-', '−')).join(', ')})`;
}
