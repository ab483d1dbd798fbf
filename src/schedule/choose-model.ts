import { type ModelNames, modelNames } from './check-references.ts';
import type { Fix, SourceRange } from './diagnostics.ts';
import { foreignNames, hasAllNames, type ForeignNames, usesNames } from './foreign-model.ts';
import type { Instance } from './read-components.ts';
import type { TrainingBlock } from './read-training.ts';
import type { Report } from './report.ts';
import type { SourceText } from './source-text.ts';
import type { MapNode } from './yaml-node.ts';
import { acceptsInput, type Zoo } from './zoo-port.ts';

export interface ChosenNames {
  readonly names: ModelNames;
  /** Not null if the file is for a model that is not here. */
  readonly foreign: ForeignNames | null;
}

interface Choice {
  readonly root: MapNode;
  /** All of the file, with its comments. */
  readonly source: SourceText;
  readonly training: TrainingBlock;
  readonly trainingWritten: boolean;
  readonly written: readonly Instance[];
  readonly zoo: Zoo;
}

/**
 * The names of the model that a file is for. Where no model is written, it is the first one that the text mentions, be it in
 * a comment, and that has all names of the file; else the default one; and where that has not these names, one that has.
 */
export function chooseNames(report: Report, choice: Choice): ChosenNames {
  const { training, written } = choice;
  const names = modelNames(training.network, written);
  if (training.modelWritten) return { names, foreign: null };
  const mention = firstMention(choice);
  if (mention) {
    if (mention.names.model !== names.model) reportMentioned(report, mention, choice);
    return { names: mention.names, foreign: null };
  }
  const foreign = foreignNames(written, names);
  if (!foreign) return { names, foreign: null };
  const found = usesNames(written) ? findByNames(choice) : undefined;
  if (!found) {
    reportForeign(report, foreign, names.model);
    return { names, foreign };
  }
  reportFound(report, foreign, found.model, choice);
  return { names: found, foreign: null };
}

/** A model that takes the dataset, built only where it may be the one: that takes its time in every parse. */
interface Candidate {
  readonly name: string;
  readonly build: () => ModelNames;
}

function candidatesOf({ training, written, zoo }: Choice): readonly Candidate[] {
  const dataset = zoo.datasets.find(({ name }) => name === training.settings.dataset);
  if (!dataset) return [];
  const fitting = zoo.models.filter((model) => acceptsInput(model, dataset.inputShape));
  return fitting.map((model) => ({ name: model.name, build: () => modelNames(model.build(dataset), written) }));
}

/** The first model that has all names of the file. */
function findByNames(choice: Choice): ModelNames | undefined {
  for (const { build } of candidatesOf(choice)) {
    const names = build();
    if (hasAllNames(choice.written, names)) return names;
  }
  return undefined;
}

interface Mention {
  readonly names: ModelNames;
  /** Where its name stands. */
  readonly range: SourceRange;
}

/** The first exact name of a model in the text, of those that have all names of the file. */
function firstMention(choice: Choice): Mention | null {
  const { written, source } = choice;
  const mentions = candidatesOf(choice).flatMap(({ name, build }) => {
    const at = source.text.search(new RegExp(`(?<!\\w)${name}(?!\\w)`));
    return at < 0 ? [] : [{ names: build(), at }];
  });
  const [first] = mentions.filter(({ names }) => hasAllNames(written, names)).sort((a, b) => a.at - b.at);
  if (!first) return null;
  const { names, at } = first;
  return { names, range: source.rangeOf(at, at + names.model.length) };
}

function reportFound(report: Report, { first }: ForeignNames, model: string, choice: Choice): void {
  const message = `These are the names of \`${model}\`, so that is the model. Write \`training: {model: ${model}}\` to be sure of it.`;
  report.hint('model-by-names', first.range, message, modelFixes(model, choice));
}

function reportMentioned(report: Report, { names: { model }, range }: Mention, choice: Choice): void {
  const message = `The file speaks of \`${model}\`, which has all its names, so that is the model. Write \`training: {model: ${model}}\` to be sure of it.`;
  report.hint('model-by-mention', range, message, modelFixes(model, choice));
}

function modelFixes(model: string, { root, trainingWritten }: Choice): readonly Fix[] {
  const start = root.entries[0]?.key.range.start;
  if (start === undefined || trainingWritten || root.flow) return [];
  return [{ title: 'Write it down', range: { start, end: start }, text: `training: {model: ${model}}\n` }];
}

function reportForeign(report: Report, { parameters, first }: ForeignNames, model: string): void {
  const message = `This file is for a model that is not here: most of its names, such as \`${first.written}\`, are not in \`${model}\`. Timeline and promised curves show the file's own names. Trained is \`${model}\`, where ${parameters.length > 0 ? 'they' : 'its patterns'} touch nothing; choose a model with \`training: {model: …}\` and rename them.`;
  report.warning('foreign-model', first.range, message);
}
