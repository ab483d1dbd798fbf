// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest';
import { noLesson, noProgress } from '../../runs/lesson-progress.ts';
import { fixtureFinishedRun } from '../../runs/run-fixture.ts';
import { byRole, render, settle } from '../../ui/render-for-tests.tsx';
import { findLesson, lessons } from '../../zoo/lessons.ts';
import { findRecipe, recipes } from '../../zoo/recipes.ts';
import { LearnPanel, type LearnPanelProps } from './learn-panel.tsx';
import { readersNumbers, recipeRuns } from './lesson-state.ts';

const lesson = findLesson('what-pruning-is')!;
const none = recipeRuns([], recipes);

function props(change: Partial<LearnPanelProps> = {}): LearnPanelProps {
  return {
    ...{ lessons, lesson, unknown: null, progress: noProgress, recipes, fold: null, onBringBack: undefined },
    ...{ runs: none, numbers: readersNumbers(none, {}), status: null, waiting: [], rounding: null },
    ...{ roundingProblem: null, blocked: undefined },
    ...{ onOpen: vi.fn(), onClose: vi.fn(), onProgress: vi.fn(), onTrain: vi.fn() },
    ...{ onRound: vi.fn(), onLook: vi.fn(), onRecipe: vi.fn() },
    ...change,
  };
}

function predicted(value: number) {
  return {
    ...noProgress,
    lessons: { [lesson.id]: { ...noLesson, predictions: { yardstick: value } } },
  };
}

const words = (): string => document.body.textContent;

afterEach(() => document.body.replaceChildren());

it('offers to train only once a prediction is made', async () => {
  const onTrain = vi.fn();
  const { rerender } = await render(<LearnPanel {...props({ onTrain })} />);
  expect(words()).not.toContain('Train it');
  await rerender(<LearnPanel {...props({ onTrain, progress: predicted(90) })} />);
  await settle(() => byRole('button', 'Train it').click());
  expect(onTrain).toHaveBeenCalledWith(['dense'], undefined);
});

it('shows the gap and the reasons once the run is there, and goes on', async () => {
  const run = fixtureFinishedRun();
  const runs = recipeRuns([{ ...run, config: { version: 1, text: findRecipe('dense')!.text } }], recipes);
  const [onProgress, onLook] = [vi.fn(), vi.fn()];
  const told = { runs, numbers: readersNumbers(runs, {}), onProgress, onLook };
  const { rerender } = await render(<LearnPanel {...props(told)} />);
  expect(words()).not.toContain('Where to look');
  await rerender(<LearnPanel {...props({ ...told, progress: predicted(90) })} />);
  expect(words()).toContain('You predicted 90 %');
  await settle(() => byRole('button', 'Show Accuracy').click());
  expect(onLook).toHaveBeenCalledWith(expect.objectContaining({ place: 'Accuracy' }));
  await settle(() => byRole('button', 'Next step').click());
  expect(onProgress).toHaveBeenCalledWith(expect.objectContaining({ step: 1 }));
});

it('leads on to the next lesson once the last step is told', async () => {
  const onOpen = vi.fn();
  const done = { ...noLesson, step: lesson.steps.length - 1, isDone: true };
  await render(<LearnPanel {...props({ onOpen, progress: { ...noProgress, lessons: { [lesson.id]: done } } })} />);
  await settle(() => byRole('button', `Next lesson: ${lessons[1]!.title}`).click());
  expect(onOpen).toHaveBeenCalledWith(lessons[1]!.id);
});

it('starts over, and says why nothing can be trained', async () => {
  const onProgress = vi.fn();
  await render(<LearnPanel {...props({ progress: predicted(90), onProgress, blocked: 'Run 3 is under way.' })} />);
  expect(byRole('button', 'Train it').getAttribute('aria-description')).toBe('Run 3 is under way.');
  await settle(() => byRole('button', 'Start over').click());
  expect(onProgress).toHaveBeenCalledWith(noLesson);
});

it('lists the lessons where a link names none of them', async () => {
  const onOpen = vi.fn();
  await render(<LearnPanel {...props({ lesson: null, unknown: '<b>nowhere', onOpen })} />);
  expect(words()).toContain('No lesson is called <b>nowhere');
  await settle(() => byRole('button', 'Begin What pruning is').click());
  expect(onOpen).toHaveBeenCalledWith('what-pruning-is');
});
