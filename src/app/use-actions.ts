import { useMemo } from 'react';
import type { Checkpoint } from '../protocol/epoch-memory.ts';
import type { Run } from '../runs/run.ts';
import type { StartOptions } from '../runs/training-client.ts';
import { applyTextEdit, editTrainingValue } from '../schedule/edit-training.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { wantsRun } from '../schedule/wants-run.ts';
import { acceptsInput } from '../schedule/zoo-port.ts';
import { type Toasts, useToast } from '../ui/toast.tsx';
import type { Recipe } from '../zoo/recipes.ts';
import { zoo } from '../zoo/zoo.ts';
import { readExperiment, trainingBlock } from './experiment.ts';
import { leaveLink, lockReason, makeOwnCopy, notePrediction, predictFirst } from './link-session.ts';
import { replaceText, useScheduleText } from './schedule-text.ts';
import { trainingClient } from './services.ts';
import { findTeachingRun } from './teaching-run.ts';
import { openDialog, showTab, useWorkbench } from './workbench-store.ts';

export interface Actions {
  readonly train: () => void;
  /** The same, and says whether a run began. */
  readonly beginTraining: () => Promise<boolean>;
  readonly step: (unit: 'minibatch' | 'epoch') => void;
  /** Trains on from an epoch of a run: by the schedule that it had, paused. */
  readonly rewind: (run: Run, checkpoint: Checkpoint) => void;
  /** Trains on from an epoch of a run: by the text of the editor. */
  readonly fork: (run: Run, checkpoint: Checkpoint) => void;
  readonly openRecipe: (recipe: Recipe) => void;
  readonly openText: (text: string, words: string) => void;
  readonly chooseModel: (model: string) => void;
  readonly chooseDataset: (dataset: string) => void;
  /** Says something that needs no answer. */
  readonly report: (message: string) => void;
  /** Says something and offers one thing to do about it. */
  readonly offer: (message: string, label: string, onAction: () => void) => void;
}

/** What buttons, menus and keys do. */
export function useActions(): Actions {
  const toasts = useToast();
  return useMemo(() => createActions(toasts), [toasts]);
}

function createActions(toasts: Toasts): Actions {
  const openText = (text: string, words: string): void => {
    if (text === useScheduleText.getState().text) return;
    const locked = lockReason();
    if (locked !== undefined) {
      const onAction = (): void => {
        makeOwnCopy();
        openText(text, words);
      };
      toasts.show({ message: locked, action: { label: 'Make my own copy', onAction } });
      return;
    }
    const before = replaceText(text);
    toasts.show({ message: words, action: { label: 'Undo', onAction: () => replaceText(before) } });
  };
  const report = (message: string): void => toasts.show({ message });
  return {
    train: () => void start(false, report),
    beginTraining: () => start(false, report),
    step: (unit) => void step(unit, report),
    rewind: (run, checkpoint) => {
      openText(run.config.text, `The schedule of run ${run.number} is back in the editor.`);
      void start(true, report, { run, checkpoint });
    },
    fork: (run, checkpoint) => void start(false, report, { run, checkpoint }),
    openText,
    openRecipe: (recipe) => {
      openDialog('none');
      if (lockReason() === undefined) leaveLink();
      openText(recipe.text, `Recipe ${recipe.title} replaced your schedule.`);
    },
    chooseModel: (model) => choose('model', model, openText),
    chooseDataset: (dataset) => choose('dataset', dataset, openText),
    report,
    offer: (message, label, onAction) => toasts.show({ message, action: { label, onAction } }),
  };
}

/**
 * Trains the text of the editor: at once, unless a link asks for a prediction first, or the weights of a teacher have to be
 * fetched. Returns whether it does.
 */
async function start(
  paused: boolean,
  report: (message: string) => void,
  from?: NonNullable<StartOptions['from']>,
): Promise<boolean> {
  if (!from && !(await isPredicted())) return false;
  // Read only now: what was asked may have taken a while.
  const trainable = trainableText();
  if (trainable === null) return false;
  const found = wantsRun(trainable.schedule) ? await findTeachingRun(trainable.schedule) : null;
  if (found?.ok === false) {
    report(found.message);
    return false;
  }
  const options = { paused, ...(from && { from }), ...(found && { teacher: found.teacher }) };
  notePrediction(trainingClient.start(trainable.text, options));
  if (useWorkbench.getState().tab === 'write') showTab('watch');
  return true;
}

/** Whether training may begin: the link asks for no prediction, or has got its answer. */
async function isPredicted(): Promise<boolean> {
  const asked = trainableText() === null ? undefined : predictFirst();
  return asked === undefined || (await asked);
}

function trainableText(): { readonly text: string; readonly schedule: Schedule } | null {
  const { text } = useScheduleText.getState();
  const experiment = readExperiment(text);
  const { schedule } = experiment;
  return schedule === null || trainingBlock(experiment) !== undefined ? null : { text, schedule };
}

async function step(unit: 'minibatch' | 'epoch', report: (message: string) => void): Promise<void> {
  const { currentRunId, runs } = trainingClient.store.getState();
  const status = currentRunId === null ? undefined : runs[currentRunId]?.status;
  if (status === 'paused' || (await start(true, report))) trainingClient.step(unit);
}

/** Sets model or dataset, and brings the other along if it would not fit. */
function choose(key: 'model' | 'dataset', name: string, openText: Actions['openText']): void {
  const { text } = useScheduleText.getState();
  const training = readExperiment(text).schedule?.training;
  const edits: [string, string][] = [[key, name], ...partner(key, name, training)];
  let edited = text;
  for (const [editedKey, value] of edits) {
    const edit = editTrainingValue(edited, editedKey, value);
    if (edit === null) return;
    edited = applyTextEdit(edited, edit);
  }
  openText(edited, edits.map(([editedKey, value]) => `${editedKey}: ${value}`).join(', '));
}

function partner(
  key: 'model' | 'dataset',
  name: string,
  training: { readonly model: string; readonly dataset: string } | undefined,
): [string, string][] {
  const otherKey = key === 'model' ? 'dataset' : 'model';
  const others: readonly { readonly name: string }[] = key === 'model' ? zoo.datasets : zoo.models;
  const fits = (other: string): boolean => (key === 'model' ? isPair(name, other) : isPair(other, name));
  if (training && fits(training[otherKey])) return [];
  const fitting = others.find((candidate) => fits(candidate.name));
  return fitting ? [[otherKey, fitting.name]] : [];
}

/** Whether the model takes the samples of the dataset. */
function isPair(modelName: string, datasetName: string): boolean {
  const model = zoo.models.find(({ name }) => name === modelName);
  const dataset = zoo.datasets.find(({ name }) => name === datasetName);
  return model !== undefined && dataset !== undefined && acceptsInput(model, dataset.inputShape);
}
