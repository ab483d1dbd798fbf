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
  readonly progress: LessonProgress | undefined;
  readonly onProgress: (progress: LessonProgress) => void;
  readonly onRecipe: (recipe: Recipe) => void;
}

/** One lesson: the steps done so far as headings, the one that is open in full. */
export function LessonView(props: LessonViewProps): ReactElement {
  const { lesson, progress = noLesson, recipes, onProgress, onRecipe } = props;
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
        />
      )}
      {isLast && progress.isDone && (
        <section className={styles.next} aria-label="What to try next">
          <h3>What to try next</h3>
          <ul>
            {lesson.next.map(({ recipe, words }) => {
              const found = recipes.find(({ id }) => id === recipe);
              return (
                found && (
                  <li key={recipe}>
                    <span>{markedWords(words)}</span>
                    <Button size="small" onClick={() => onRecipe(found)}>
                      {found.title}
                    </Button>
                  </li>
                )
              );
            })}
          </ul>
        </section>
      )}
    </>
  );
}
