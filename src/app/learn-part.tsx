import { type ReactElement, useMemo } from 'react';
import { useStore } from 'zustand';
import { LearnPanel } from '../features/learn/learn-panel.tsx';
import { readersNumbers, recipeRuns } from '../features/learn/lesson-state.ts';
import { isOver } from '../runs/reduce-run.ts';
import type { Run } from '../runs/run.ts';
import { statusText } from '../runs/run-text.ts';
import { useMediaQuery } from '../ui/use-media-query.ts';
import { findLesson, lessons } from '../zoo/lessons.ts';
import { recipes } from '../zoo/recipes.ts';
import styles from './learn-part.module.css';
import { closeLearn, foldLearn, keepLessonProgress, openLearn, useLearn } from './learn-store.ts';
import { useLockReason } from './link-session.ts';
import { bringTextBack, roundRecipe, trainRecipes, useLessonTraining } from './lesson-training.ts';
import { lookAt } from './look-at.ts';
import { useScheduleText } from './schedule-text.ts';
import { trainingClient } from './services.ts';
import { useActions } from './use-actions.ts';
import type { WorkbenchView } from './workbench-view.ts';

/** The lessons, beside the page or below it. */
export function LearnPart({ view }: { readonly view: WorkbenchView }): ReactElement {
  const { lesson: name, isFolded, progress } = useLearn();
  const { waiting, before, roundingProblem } = useLessonTraining();
  const analysis = useStore(trainingClient.store, ({ analyses }) => analyses['post-training']);
  const text = useScheduleText((state) => state.text);
  const actions = useActions();
  const locked = useLockReason();
  const isBelow = useMediaQuery('(max-width: 1180px)');
  const lesson = name === null ? null : (findLesson(name) ?? null);
  const runs = useMemo(() => recipeRuns(Object.values(view.runs), recipes), [view.runs]);
  const running = Object.values(view.runs).find((run) => !isOver(run)) ?? null;
  return (
    <aside className={styles.dock} data-folded={isFolded || undefined} aria-label="Lessons">
      <LearnPanel
        lessons={lessons}
        lesson={lesson}
        unknown={lesson === null ? name : null}
        progress={progress}
        fold={isBelow ? { isFolded, onFold: foldLearn } : null}
        onOpen={openLearn}
        onClose={closeLearn}
        onBringBack={before === null || before === text ? undefined : bringTextBack}
        recipes={recipes}
        runs={runs}
        numbers={readersNumbers(runs, progress.rounded)}
        status={running && statusText(running)}
        waiting={waiting}
        rounding={analysis && analysis.outcome === null ? { done: analysis.done, total: analysis.total } : null}
        roundingProblem={roundingProblem}
        blocked={locked ?? blockOf(running)}
        onProgress={(reached) => lesson && keepLessonProgress(lesson.id, reached)}
        onTrain={(ids, rounds) => trainRecipes(ids, rounds, actions)}
        onRound={roundRecipe}
        onLook={(look) => {
          if (isBelow) foldLearn(true);
          lookAt(look);
        }}
        onRecipe={actions.openRecipe}
      />
    </aside>
  );
}

function blockOf(running: Run | null): string | undefined {
  return running === null ? undefined : `Run ${running.number} is under way. Wait for its end, or stop it.`;
}
