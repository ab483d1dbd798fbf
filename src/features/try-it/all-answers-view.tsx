import type { ReactElement, ReactNode } from 'react';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Progress } from '../../ui/progress.tsx';
import { TabPanel } from '../../ui/tabs.tsx';
import { grouped } from '../../ui/grouped.ts';
import type { AllAnswers } from './use-samples.ts';
import styles from './try-it.module.css';

interface AllAnswersViewProps {
  readonly value: string;
  readonly all: AllAnswers;
  readonly children: ReactNode;
}

/** A tab about all test samples: how far they are asked, what stands in the way, and what came of it. */
export function AllAnswersView({ value, all, children }: AllAnswersViewProps): ReactElement {
  return (
    <TabPanel value={value} className={styles.wideView}>
      <Asking all={all} />
      {children}
    </TabPanel>
  );
}

function Asking({ all: { dense, compressed, count, hasBoth } }: { readonly all: AllAnswers }): ReactElement | null {
  const problem = dense.problem ?? compressed.problem;
  if (problem !== null) {
    return (
      <p className={styles.problem} role="alert">
        {problem}
      </p>
    );
  }
  if (!hasBoth) {
    return (
      <EmptyState title="Both networks are needed">Without a dense one there is nothing to compare with.</EmptyState>
    );
  }
  const done = dense.done + compressed.done;
  if (done === 2 * count) return null;
  const both = Math.min(dense.done, compressed.done);
  return (
    <Progress
      className={styles.progress}
      label="Test samples asked"
      value={done}
      max={2 * count}
      text={`${grouped(both)} of ${grouped(count)} test samples asked`}
    />
  );
}
