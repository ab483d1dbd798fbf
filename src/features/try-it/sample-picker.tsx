import type { ReactElement } from 'react';
import type { TestSamples } from '../../protocol/answers.ts';
import { Button } from '../../ui/button.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { grouped } from '../../ui/grouped.ts';
import { type ComparedAnswers, passesFilter, type SampleFilter } from './compared-answers.ts';
import styles from './try-it.module.css';

export interface SamplePickerProps {
  readonly samples: TestSamples;
  /** The first so many can be picked. */
  readonly count: number;
  readonly classNames: readonly string[];
  readonly sample: number;
  readonly onPick: (sample: number) => void;
  readonly filter: SampleFilter;
  readonly onFilter: (filter: SampleFilter) => void;
  readonly answers: ComparedAnswers | null;
}

const kinds: readonly { readonly value: SampleFilter['answers']; readonly label: string }[] = [
  { value: 'any', label: 'Any answer' },
  { value: 'compressed-wrong', label: 'Compressed is wrong' },
  { value: 'dense-wrong', label: 'Dense is wrong' },
  { value: 'different', label: 'They differ' },
];

/** Chooses one of the test samples: the next, the one before, any, of one class, or only those answered wrongly. */
export function SamplePicker(props: SamplePickerProps): ReactElement {
  const { samples, count, classNames, sample, onPick, filter, onFilter, answers } = props;
  const passing = passingSamples(samples, count, filter, answers);
  const nothing = passing.length === 0 ? nothingText(filter, answers, count) : undefined;
  const change = (next: SampleFilter): void => {
    onFilter(next);
    const left = passingSamples(samples, count, next, answers);
    const nearest = left.find((one) => one >= sample) ?? left[0];
    if (nearest !== undefined) onPick(nearest);
  };
  const before = passing.findLast((one) => one < sample) ?? passing.at(-1);
  const after = passing.find((one) => one > sample) ?? passing[0];
  return (
    <div className={styles.picker}>
      <div className={styles.choices}>
        <Combobox
          label="Class"
          options={[
            { value: 'all', label: 'All classes' },
            ...classNames.map((name, index) => ({ value: String(index), label: name })),
          ]}
          value={filter.label === null ? 'all' : String(filter.label)}
          onChange={(value) => change({ ...filter, label: value === 'all' ? null : Number(value) })}
        />
        <Combobox
          label="Answered"
          options={kinds}
          value={filter.answers}
          onChange={(value) => change({ ...filter, answers: value })}
        />
      </div>
      <div className={styles.buttons} role="group" aria-label="Pick a test sample">
        <Button size="small" disabledReason={nothing} onClick={() => before !== undefined && onPick(before)}>
          Previous
        </Button>
        <Button size="small" disabledReason={nothing} onClick={() => after !== undefined && onPick(after)}>
          Next
        </Button>
        <Button
          size="small"
          disabledReason={nothing}
          onClick={() => {
            const any = passing[Math.floor(Math.random() * passing.length)];
            if (any !== undefined) onPick(any);
          }}
        >
          Random
        </Button>
      </div>
      <p className={styles.fact} role="status" aria-label="Picked sample">
        Test sample {sample + 1}: {classNames[samples.labels[sample] ?? 0]}. {grouped(passing.length)}
        {passing.length === 1 ? ' sample' : ' samples'} to choose from
        {filter.answers !== 'any' &&
          (answers?.count ?? 0) < count &&
          `, ${grouped(answers?.count ?? 0)} of ${grouped(count)} asked so far`}
        .
      </p>
    </div>
  );
}

function passingSamples(
  { labels }: TestSamples,
  count: number,
  filter: SampleFilter,
  answers: ComparedAnswers | null,
): readonly number[] {
  const passing: number[] = [];
  for (let sample = 0; sample < count; sample++)
    if (passesFilter(filter, sample, labels[sample] ?? 0, answers)) passing.push(sample);
  return passing;
}

function nothingText(filter: SampleFilter, answers: ComparedAnswers | null, count: number): string {
  if (filter.answers !== 'any' && (answers?.count ?? 0) < count)
    return 'None so far. The test samples are still being asked.';
  return 'No test sample is like that. Choose another class or other answers.';
}
