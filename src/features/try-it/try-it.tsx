import { type ReactElement, type ReactNode, useState } from 'react';
import type { AskedData } from '../../protocol/answers.ts';
import { Button } from '../../ui/button.tsx';
import { SkeletonLines } from '../../ui/skeleton.tsx';
import { classNames } from '../../ui/class-names.ts';
import { TabList, TabPanel, Tabs } from '../../ui/tabs.tsx';
import { AllAnswersView } from './all-answers-view.tsx';
import type { AskedViewProps } from './asked-view.tsx';
import { ChangedView } from './changed-view.tsx';
import type { SampleFilter } from './compared-answers.ts';
import { ConfusionView } from './confusion-view.tsx';
import { DrawView } from './draw-view.tsx';
import { SamplesView } from './samples-view.tsx';
import type { EpochsToPlay } from './shown-models.ts';
import { useAllAnswers, useCompared, useSamples } from './use-samples.ts';
import styles from './try-it.module.css';

export interface TryItProps extends Pick<AskedViewProps, 'client' | 'dataset' | 'dense' | 'compressed' | 'onSentence'> {
  /** Where the test samples come from. */
  readonly data: AskedData;
  /** The first so many test samples are asked. */
  readonly count: number;
  /** Which networks are compared, and what to do about one that is missing. */
  readonly head: ReactNode;
  readonly epochs: EpochsToPlay;
}

type View = 'draw' | 'samples' | 'changed' | 'confusion';

const anySample: SampleFilter = { label: null, answers: 'any' };

/** Both networks answer side by side: to a drawing, to a point, to test samples one by one and all together. */
export function TryIt(props: TryItProps): ReactElement {
  const { client, dataset, data, count, head } = props;
  const isPoints = dataset.kind === 'points';
  const [view, setView] = useState<View>(isPoints ? 'samples' : 'draw');
  const [sample, setSample] = useState(0);
  const [filter, setFilter] = useState(anySample);
  const { samples, problem, retry } = useSamples(client, data);
  const isWanted = view === 'changed' || view === 'confusion' || (view === 'samples' && filter.answers !== 'any');
  const all = useAllAnswers({ ...props, isWanted });
  const answers = useCompared(samples, all);
  const onPick = (next: number): void => {
    setSample(next);
    setView('samples');
  };
  const picking = { sample, filter, answers, count, onPick, onFilter: setFilter };
  return (
    <Tabs<View> value={view} onChange={setView} className={styles.tryIt}>
      {head}
      <div className={classNames(styles.tabs, 'fades-sideways')}>
        <TabList label="Ways to try it" tabs={tabsOf(isPoints)} />
      </div>
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {problem} <Button onClick={retry}>Try again</Button>
        </p>
      )}
      {!isPoints && (
        <TabPanel value="draw" className={styles.tab}>
          <DrawView {...props} isShown={view === 'draw'} />
        </TabPanel>
      )}
      <TabPanel value="samples" className={styles.tab}>
        {samples === null && problem === null && <SkeletonLines label="Loading the test samples" />}
        {samples !== null && view === 'samples' && <SamplesView {...props} {...picking} samples={samples} />}
      </TabPanel>
      <AllAnswersView value="changed" all={all}>
        {samples && answers && <ChangedView {...{ samples, answers, onPick }} classNames={dataset.classNames} />}
      </AllAnswersView>
      <AllAnswersView value="confusion" all={all}>
        {answers && <ConfusionView answers={answers} classNames={dataset.classNames} />}
      </AllAnswersView>
    </Tabs>
  );
}

function tabsOf(isPoints: boolean): readonly { readonly value: View; readonly label: string }[] {
  const own: readonly { readonly value: View; readonly label: string }[] = isPoints
    ? [{ value: 'samples', label: 'Boundary' }]
    : [
        { value: 'draw', label: 'Draw' },
        { value: 'samples', label: 'Test samples' },
      ];
  return [...own, { value: 'changed', label: 'What it forgot' }, { value: 'confusion', label: 'Confusion' }];
}
