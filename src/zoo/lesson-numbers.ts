import { type MeasuredRun, type Measurements, measurements } from './measurements.ts';

/** What runs of recipes came to, in percent, points and bytes; null where nothing is measured. */
export interface LessonNumbers {
  /** Percent of the whole test set. */
  readonly accuracy: (recipe: string) => number | null;
  /** The same after the trained network was rounded as its schedule declares. */
  readonly rounded: (recipe: string) => number | null;
  readonly sizeBytes: (recipe: string) => number | null;
}

/** What a step of a lesson measures: null as long as a run that it needs is missing. */
export type LessonMeasure = (numbers: LessonNumbers) => number | null;

/** How much more the first is than the second. */
export function difference(first: number | null, second: number | null): number | null {
  return first === null || second === null ? null : first - second;
}

/** How many times the second fits into the first. */
export function quotient(first: number | null, second: number | null): number | null {
  return first === null || second === null || second === 0 ? null : first / second;
}

/** Where the playground's own runs ended, by `npm run measure-recipes`. */
export interface OwnRange {
  readonly range: readonly [number, number];
  readonly runs: number;
}

/** A measure over the seeds for which every run that it needs was measured; null if there is none. */
export function ownRange(measure: LessonMeasure, known: Measurements = measurements): OwnRange | null {
  const seeds = new Set(Object.values(known).flatMap(({ runs }) => runs.map(({ seed }) => seed)));
  const values = [...seeds].flatMap((seed) => measure(numbersOfSeed(known, seed)) ?? []);
  if (values.length === 0) return null;
  return { range: [Math.min(...values), Math.max(...values)], runs: values.length };
}

function numbersOfSeed(known: Measurements, seed: number): LessonNumbers {
  const run = (recipe: string): MeasuredRun | undefined => known[recipe]?.runs.find((one) => one.seed === seed);
  return {
    accuracy: (recipe) => percent(run(recipe)?.top1),
    rounded: (recipe) => percent(run(recipe)?.roundedTop1),
    sizeBytes: (recipe) => run(recipe)?.sizeBytes ?? null,
  };
}

function percent(share: number | null | undefined): number | null {
  return share === null || share === undefined ? null : 100 * share;
}

/**
 * Puts measured accuracies in the place of `{recipe}` and `{recipe rounded}`: "97.2 %", or "96.8 to 97.2 %" over several
 * seeds. A sentence that asks for a number that nobody measured is left out.
 */
export function fillNumbers(text: string, known: Measurements = measurements): string {
  const sentences = text.split(/(?<=[.:?]) (?=[A-Z“])/);
  return sentences
    .map((sentence) => filledSentence(sentence, known))
    .filter((sentence) => sentence !== null)
    .join(' ');
}

/** Null if one of its numbers was never measured. */
function filledSentence(sentence: string, known: Measurements): string | null {
  const parts = sentence.split(/\{([^}]*)\}/);
  const filled = parts.map((part, index) => (index % 2 === 0 ? part : measuredText(part, known)));
  return filled.includes(null) ? null : filled.join('');
}

/** @param asked "gradual-90", or "post-training rounded". */
function measuredText(asked: string, known: Measurements): string | null {
  const [recipe = '', afterwards] = asked.split(' ');
  const own = ownRange(
    (numbers) => (afterwards === undefined ? numbers.accuracy(recipe) : numbers.rounded(recipe)),
    known,
  );
  return own && rangeText(own.range);
}

function rangeText([low, high]: readonly [number, number]): string {
  const [from, to] = [low.toFixed(1), high.toFixed(1)];
  return from === to ? `${from} %` : `${from} to ${to} %`;
}
