import { create } from 'zustand';
import { isPostTraining } from '../methods/define-method.ts';
import type { AnalysisRequest } from '../protocol/analysis.ts';
import { isOver } from '../runs/reduce-run.ts';
import type { Run } from '../runs/run.ts';
import { findRecipe, type Recipe } from '../zoo/recipes.ts';
import { readExperiment } from './experiment.ts';
import { keepRounded } from './learn-store.ts';
import { replaceText, useScheduleText } from './schedule-text.ts';
import { trainingClient } from './services.ts';
import type { Actions } from './use-actions.ts';

/** What a step of a lesson is training. */
interface LessonTraining {
  /** Recipes that follow the one under way. */
  readonly waiting: readonly string[];
  /** The reader's own text that the first of them took the place of; null if nothing was replaced. */
  readonly before: string | null;
  /** Why the latest rounding failed, as a sentence. */
  readonly roundingProblem: string | null;
}

export const useLessonTraining = create<LessonTraining>(() => ({ waiting: [], before: null, roundingProblem: null }));

type LessonActions = Pick<Actions, 'beginTraining' | 'offer'>;

/** Trains recipes one after the other. The reader's text comes back with Undo, and with `bringTextBack` later on. */
export function trainRecipes(ids: readonly string[], rounds: string | undefined, actions: LessonActions): void {
  const { text } = useScheduleText.getState();
  const isOwn = !ids.some((id) => findRecipe(id)?.text === text);
  if (isOwn && useLessonTraining.getState().before === null) useLessonTraining.setState({ before: text });
  void trainAll(ids, rounds, actions);
}

async function trainAll(ids: readonly string[], rounds: string | undefined, actions: LessonActions): Promise<void> {
  for (const [index, id] of ids.entries()) {
    const recipe = findRecipe(id);
    if (recipe === undefined) continue;
    useLessonTraining.setState({ waiting: ids.slice(index + 1) });
    const run = await trainOne(recipe, actions);
    if (run?.status !== 'finished') break;
    if (rounds === id) roundRecipe(id);
  }
  useLessonTraining.setState({ waiting: [] });
}

/** @returns The run at its end; null if it could not be started. */
async function trainOne(recipe: Recipe, actions: LessonActions): Promise<Run | null> {
  const replaced = replaceText(recipe.text);
  if (replaced !== recipe.text) {
    actions.offer(`The lesson put “${recipe.title}” into the editor.`, 'Undo', bringTextBack);
  }
  const hasBegun = await actions.beginTraining();
  const runId = trainingClient.store.getState().currentRunId;
  return hasBegun && runId !== null ? await endOfRun(runId) : null;
}

function endOfRun(runId: string): Promise<Run | null> {
  return new Promise((resolve) => {
    const unsubscribe = trainingClient.store.subscribe(({ runs }) => {
      const run = runs[runId];
      if (run !== undefined && !isOver(run)) return;
      unsubscribe();
      resolve(run ?? null);
    });
  });
}

/** Puts the text that the reader had before the lesson back into the editor. */
export function bringTextBack(): void {
  const { before } = useLessonTraining.getState();
  if (before !== null) replaceText(before);
  useLessonTraining.setState({ before: null });
}

/** Rounds the network of a recipe as its schedule declares, and keeps what it comes to. */
export function roundRecipe(id: string): void {
  const { runs, inMemoryRunId } = trainingClient.store.getState();
  const run = inMemoryRunId === null ? undefined : runs[inMemoryRunId];
  const request = roundingRequest(findRecipe(id)?.text ?? '');
  if (run?.config.text !== findRecipe(id)?.text || request === null) {
    useLessonTraining.setState({
      roundingProblem:
        'The weights of this run are not in memory any more. Open its recipe, train it again, then round.',
    });
    return;
  }
  useLessonTraining.setState({ roundingProblem: null });
  trainingClient.analyze(request);
  const unsubscribe = trainingClient.store.subscribe(({ analyses }) => {
    const analysis = analyses['post-training'];
    if (analysis?.request !== request || analysis.outcome === null) return;
    unsubscribe();
    const { outcome } = analysis;
    if (!outcome.ok) useLessonTraining.setState({ roundingProblem: outcome.message });
    else if (outcome.result.kind === 'post-training') {
      const top1 = outcome.result.variants[0]?.achievement.top1;
      if (top1 !== undefined) keepRounded(id, top1);
    }
  });
}

/** As `npm run measure-recipes` asks: ranges of 500 training samples, the whole test set, all else as declared. */
function roundingRequest(text: string): Extract<AnalysisRequest, { kind: 'post-training' }> | null {
  const declared = readExperiment(text).schedule?.components.find(({ definition }) => isPostTraining(definition));
  if (declared === undefined) return null;
  const args = { ...declared.args, model_activation_stats: 'calibrate' };
  return {
    kind: 'post-training',
    variants: [{ label: 'as declared', args }],
    calibrationSamples: 500,
    samples: 10_000,
  };
}
