import { create } from 'zustand';
import {
  type LessonProgress,
  type LessonsProgress,
  readLessonsProgress,
  writeLessonsProgress,
} from '../runs/lesson-progress.ts';

/** The key of a lesson in the address, as in `?lesson=structures`. */
const linkKey = 'lesson';

/** Which lesson lies beside the page, and how far the reader came in each. */
interface LearnState {
  readonly isOpen: boolean;
  /** As a link or the reader names it; null shows the list. */
  readonly lesson: string | null;
  /** Only the head is shown, where the panel would cover what it points at. */
  readonly isFolded: boolean;
  readonly progress: LessonsProgress;
}

export const useLearn = create<LearnState>(() => {
  const lesson = new URLSearchParams(location.search).get(linkKey);
  return { isOpen: lesson !== null, lesson, isFolded: false, progress: readLessonsProgress() };
});

/** Shows a lesson, or with null the list; the address leads there too. */
export function openLearn(lesson: string | null): void {
  useLearn.setState({ isOpen: true, lesson, isFolded: false });
  writeAddress(lesson);
}

export function closeLearn(): void {
  useLearn.setState({ isOpen: false });
  writeAddress(null);
}

export function foldLearn(isFolded: boolean): void {
  useLearn.setState({ isFolded });
}

export function keepLessonProgress(lesson: string, reached: LessonProgress): void {
  const { progress } = useLearn.getState();
  keep({ ...progress, lessons: { ...progress.lessons, [lesson]: reached } });
}

export function keepRounded(recipe: string, top1: number): void {
  const { progress } = useLearn.getState();
  keep({ ...progress, rounded: { ...progress.rounded, [recipe]: top1 } });
}

function keep(progress: LessonsProgress): void {
  useLearn.setState({ progress });
  writeLessonsProgress(progress);
}

function writeAddress(lesson: string | null): void {
  const url = new URL(location.href);
  if (lesson === null) url.searchParams.delete(linkKey);
  else url.searchParams.set(linkKey, lesson);
  history.replaceState(null, '', url);
}
