import { type ReactElement, useEffect, useRef } from 'react';
import type { LessonsProgress } from '../../runs/lesson-progress.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Panel, PanelBody, PanelHead } from '../../ui/panel.tsx';
import type { Lesson } from '../../zoo/lesson.ts';
import styles from './learn.module.css';
import { LessonList } from './lesson-list.tsx';
import { LessonView, type LessonViewProps } from './lesson-view.tsx';

export interface LearnPanelProps extends Omit<LessonViewProps, 'lesson' | 'progress' | 'following'> {
  readonly lessons: readonly Lesson[];
  /** The lesson that is open; null shows the list. */
  readonly lesson: Lesson | null;
  /** What a link asked for, where no lesson is called so; null otherwise. */
  readonly unknown: string | null;
  readonly progress: LessonsProgress;
  readonly onOpen: (lesson: string | null) => void;
  readonly onClose: () => void;
  /** Where the panel lies over or below the page: whether only its head is shown. */
  readonly fold: { readonly isFolded: boolean; readonly onFold: (isFolded: boolean) => void } | null;
  /** Puts the reader's own text back into the editor; undefined if nothing was replaced. */
  readonly onBringBack: (() => void) | undefined;
}

/** Lessons beside the page that they are about: the list, or the one that is open. */
export function LearnPanel(props: LearnPanelProps): ReactElement {
  const { lessons, lesson, unknown, progress, onOpen, onClose, fold, onBringBack, ...view } = props;
  const ref = useRef<HTMLDivElement>(null);
  const following = lesson === null ? null : (lessons[lessons.indexOf(lesson) + 1] ?? null);
  // The reader asked for it: the panel is where reading goes on.
  useEffect(() => ref.current?.focus({ preventScroll: true }), [lesson]);
  return (
    <Panel label="Learn" folded={fold?.isFolded ?? false} className={styles.learn}>
      <PanelHead
        title="Learn"
        fact={lesson?.title}
        tools={
          <>
            {lesson && (
              <IconButton icon="list" label="All lessons" variant="quiet" size="small" onClick={() => onOpen(null)} />
            )}
            {fold && (
              <IconButton
                icon={fold.isFolded ? 'chevron-up' : 'chevron-down'}
                label={fold.isFolded ? 'Unfold the lesson' : 'Fold the lesson'}
                aria-expanded={!fold.isFolded}
                variant="quiet"
                size="small"
                onClick={() => fold.onFold(!fold.isFolded)}
              />
            )}
            <IconButton icon="close" label="Close the lessons" variant="quiet" size="small" onClick={onClose} />
          </>
        }
      />
      <PanelBody className={styles.body}>
        <div ref={ref} tabIndex={-1} className={styles.content}>
          {onBringBack && (
            <p className={styles.back}>
              The lesson’s schedule is in the editor.
              <Button size="small" variant="quiet" icon="undo" onClick={onBringBack}>
                Bring mine back
              </Button>
            </p>
          )}
          {lesson ? (
            <LessonView
              key={lesson.id}
              {...view}
              lesson={lesson}
              following={following}
              progress={progress.lessons[lesson.id]}
              onOpen={onOpen}
            />
          ) : (
            <LessonList lessons={lessons} progress={progress} unknown={unknown} onOpen={onOpen} />
          )}
        </div>
      </PanelBody>
    </Panel>
  );
}
