import type { ReactElement } from 'react';
import { type LessonProgress, noLesson } from '../../runs/lesson-progress.ts';
import type { Lesson } from '../../zoo/lesson.ts';
import type { PredictionValue } from '../../ui/prediction.tsx';
import { Button } from '../../ui/button.tsx';
import { markedWords } from '../../ui/code-spans.tsx';
import type { Recipe } from '../../zoo/recipes.ts';
import styles from './learn.module.css';
import { LessonStepView, type LessonTools } from './lesson-step.tsx';

export interface LessonViewProps extends LessonTools {
  readonly lesson: Lesson;
  /** The lesson after it; null after the last. */
  readonly following: Lesson | null;
  readonly progress: LessonProgress | undefined;
  readonly onProgress: (progress: LessonProgress) => void;
  readonly onRecipe: (recipe: Recipe) => void;
  /** null shows the list of lessons. */
  readonly onOpen: (lesson: string | null) => void;
}

/** One lesson: the steps done so far as headings, the one that is open in full. */
export function LessonView(props: LessonViewProps): ReactElement {
  const { lesson, progress = noLesson, onProgress } = props;
  const index = Math.min(progress.step, lesson.steps.length - 1);
  const step = lesson.steps[index];
  const isLast = index === lesson.steps.length - 1;
  const go = (to: number): void => onProgress({ ...progress, step: to });
  const predict = (value: PredictionValue | null): void => {
    if (step === undefined) return;
    const { [step.id]: _, ...others } = progress.predictions;
    onProgress({ ...progress, predictions: value === null ? others : { ...others, [step.id]: value } });
  };
  return (
    <>
      <nav className={styles.steps} aria-label="Steps of the lesson">
        {lesson.steps.map(({ id, title }, at) => (
          <Button
            key={id}
            size="small"
            variant="quiet"
            aria-current={at === index ? 'step' : undefined}
            aria-label={`Step ${at + 1}: ${title}`}
            hint={title}
            onClick={() => go(at)}
          >
            {at + 1}
          </Button>
        ))}
        <Button size="small" variant="quiet" icon="reset" onClick={() => onProgress(noLesson)}>
          Start over
        </Button>
      </nav>
      {step && (
        <LessonStepView
          {...props}
          key={step.id}
          step={step}
          prediction={progress.predictions[step.id] ?? null}
          onPredict={predict}
          // A lesson that was finished stays finished when its steps are looked at again.
          onContinue={() => (isLast ? onProgress({ ...progress, isDone: true }) : go(index + 1))}
          isLast={isLast}
          isDone={isLast && progress.isDone}
        />
      )}
      {isLast && progress.isDone && <WhatNext {...props} />}
    </>
  );
}

/** After the last step: recipes to go on with, and the lesson that follows. */
function WhatNext({ lesson, following, recipes, onRecipe, onOpen }: LessonViewProps): ReactElement {
  const found = lesson.next.flatMap(({ recipe, words }) => {
    const known = recipes.find(({ id }) => id === recipe);
    return known === undefined ? [] : [{ known, words }];
  });
  return (
    <section className={styles.next} aria-label="What to try next">
      <h3>The lesson is done. What to try next</h3>
      <ul>
        {found.map(({ known, words }) => (
          <li key={known.id}>
            <span>{markedWords(words)}</span>
            <Button size="small" onClick={() => onRecipe(known)}>
              {known.title}
            </Button>
          </li>
        ))}
      </ul>
      {following === null ? (
        <Button icon="list" onClick={() => onOpen(null)}>
          All lessons
        </Button>
      ) : (
        <Button icon="book" onClick={() => onOpen(following.id)}>
          Next lesson: {following.title}
        </Button>
      )}
    </section>
  );
}
