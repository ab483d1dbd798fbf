import { type ModelNames, modelNames } from './check-references.ts';
import { foreignNames, modelByNames, type ForeignNames } from './foreign-model.ts';
import type { Instance } from './read-components.ts';
import type { TrainingBlock } from './read-training.ts';
import type { Report } from './report.ts';
import type { MapNode } from './yaml-node.ts';
import { acceptsInput, type Zoo } from './zoo-port.ts';

export interface ChosenNames {
  readonly names: ModelNames;
  /** Not null if the file is for a model that is not here. */
  readonly foreign: ForeignNames | null;
}

interface Choice {
  readonly training: TrainingBlock;
  readonly trainingWritten: boolean;
  readonly written: readonly Instance[];
  readonly zoo: Zoo;
  readonly root: MapNode;
  /** All of the file, with its comments. */
  readonly text: string;
}

/**
 * The names of the model that a file is for. Where no model is written and the default one has not these names, it is one
 * that has all of them; of several, such as a network with and without shortcuts, one that the text mentions.
 */
export function chooseNames(report: Report, choice: Choice): ChosenNames {
  const { training, written } = choice;
  const names = modelNames(training.network, written);
  const foreign = training.modelWritten ? null : foreignNames(written, names);
  if (!foreign) return { names, foreign: null };
  const found = modelByNames(written, candidates(choice));
  if (!found) {
    reportForeign(report, foreign, names.model);
    return { names, foreign };
  }
  reportFound(report, foreign, found.model, choice);
  return { names: found, foreign: null };
}

/** Models that take the dataset, those first that the text mentions. */
function candidates({ training, written, zoo, text }: Choice): readonly ModelNames[] {
  const dataset = zoo.datasets.find(({ name }) => name === training.settings.dataset);
  if (!dataset) return [];
  const isMentioned = (name: string): boolean => new RegExp(`(?<!\\w)${name}(?!\\w)`).test(text);
  const fitting = zoo.models.filter((model) => acceptsInput(model, dataset.inputShape));
  const mentioned = fitting.filter(({ name }) => isMentioned(name));
  const others = fitting.filter((model) => !mentioned.includes(model));
  return [...mentioned, ...others].map((model) => modelNames(model.build(dataset), written));
}

function reportFound(
  report: Report,
  { first }: ForeignNames,
  model: string,
  { root, trainingWritten }: Pick<Choice, 'root' | 'trainingWritten'>,
): void {
  const start = root.entries[0]?.key.range.start;
  const text = `training: {model: ${model}}\n`;
  const canWrite = start !== undefined && !trainingWritten && !root.flow;
  const fixes = canWrite ? [{ title: 'Write it down', range: { start, end: start }, text }] : [];
  const message = `These are the names of \`${model}\`, so that is the model. Write \`training: {model: ${model}}\` to be sure of it.`;
  report.hint('model-by-names', first.range, message, fixes);
}

function reportForeign(report: Report, { parameters, first }: ForeignNames, model: string): void {
  const message = `This file is for a model that is not here: most of its names, such as \`${first.written}\`, are not in \`${model}\`. Timeline and promised curves show the file's own names. Trained is \`${model}\`, where ${parameters.length > 0 ? 'they' : 'its patterns'} touch nothing; choose a model with \`training: {model: …}\` and rename them.`;
  report.warning('foreign-model', first.range, message);
}
