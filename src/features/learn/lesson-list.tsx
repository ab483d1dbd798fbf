import type { ReactElement } from 'react';
import { type LessonsProgress, noLesson } from '../../runs/lesson-progress.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import type { Lesson } from '../../zoo/lesson.ts';
import styles from './learn.module.css';
import { progressWords } from './lesson-state.ts';

export interface LessonListProps {
  readonly lessons: readonly Lesson[];
  readonly progress: LessonsProgress;
  readonly unknown: string | null;
  readonly onOpen: (lesson: string) => void;
}

/** Every lesson, in teaching order, with how far the reader came. */
export function LessonList({ lessons, progress, unknown, onOpen }: LessonListProps): ReactElement {
  return (
    <>
      {unknown !== null && (
        <Banner severity="warning" fact="The link asks for a lesson that is not here.">
          No lesson is called <code>{unknown}</code>. These are the lessons there are.
        </Banner>
      )}
      <p className={styles.lead}>
        Each lesson asks what you expect, trains the real thing, and shows the gap. Your place is kept on this device.
      </p>
      <ol className={styles.list}>
        {lessons.map((lesson) => {
          const reached = progress.lessons[lesson.id] ?? noLesson;
          const hasBegun = Object.keys(reached.predictions).length > 0;
          return (
            <li key={lesson.id}>
              <div>
                <h3>{lesson.title}</h3>
                <p>{lesson.summary}</p>
                <p className={styles.fact}>{progressWords(lesson, reached)}</p>
              </div>
              <Button
                size="small"
                aria-label={`${hasBegun ? 'Go on with' : 'Begin'} ${lesson.title}`}
                onClick={() => onOpen(lesson.id)}
              >
                {hasBegun ? 'Go on' : 'Begin'}
              </Button>
            </li>
          );
        })}
      </ol>
    </>
  );
}
