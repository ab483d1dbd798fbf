import { applyTextEdit, editTrainingValue } from '../schedule/edit-training.ts';
import { withNumber } from '../schedule/number-place.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import type { Zoo } from '../schedule/zoo-port.ts';

/** `seeds`: the same schedule with other random numbers. `sweep`: one number of the schedule takes several values. */
export type SeriesKind = 'seeds' | 'sweep';

export type SeriesItemState = 'waiting' | 'running' | 'finished' | 'stopped' | 'failed' | 'skipped';

/** One value, and what became of its run. */
export interface SeriesItem {
  readonly value: number;
  /** How many its run has by its schedule; 0 if that cannot be read. */
  readonly epochs: number;
  readonly state: SeriesItemState;
  /** Its latest run; null before there is one. The run may have been deleted since. */
  readonly runId: string | null;
  /** Why it was skipped or failed, as a sentence; null otherwise. */
  readonly problem: string | null;
}

/** Runs of one schedule that differ in one number, trained one after another. */
export interface Series {
  readonly id: string;
  readonly kind: SeriesKind;
  /** Where the number stands in the schedule. */
  readonly path: string;
  /** The schedule as it was when the series began. */
  readonly text: string;
  readonly createdAt: number;
  /** `interrupted`: the page was closed meanwhile. */
  readonly state: 'running' | 'interrupted' | 'cancelled' | 'done';
  readonly items: readonly SeriesItem[];
}

/** What a series is to be. */
export interface SeriesPlan extends Pick<Series, 'id' | 'kind' | 'path' | 'text' | 'createdAt'> {
  readonly values: readonly number[];
  readonly maxRuns: number;
  readonly maxEpochs: number;
}

/** Checks each value before anything is trained: what cannot be trained, or exceeds the budget, is skipped with the reason. */
export function planSeries({ values, maxRuns, maxEpochs, ...series }: SeriesPlan, zoo: Zoo): Series {
  let runs = 0;
  let epochsBefore = 0;
  const items = values.map((value): SeriesItem => {
    const { epochs, problem } = checkedValue(series, value, zoo);
    const reason = problem ?? budgetProblem({ runs, maxRuns, epochs: epochsBefore + epochs, maxEpochs });
    if (reason === null) {
      runs += 1;
      epochsBefore += epochs;
    }
    return { value, epochs, state: reason === null ? 'waiting' : 'skipped', runId: null, problem: reason };
  });
  return { ...series, state: 'running', items };
}

/** The schedule of one value; null if the text has no place for it. */
export function textOfValue(
  { kind, path, text }: Pick<Series, 'kind' | 'path' | 'text'>,
  value: number,
): string | null {
  if (kind === 'sweep') return withNumber(text, path, value);
  const edit = editTrainingValue(text, 'seed', String(value));
  return edit && applyTextEdit(text, edit);
}

/** Seeds to repeat a schedule with: its own first, then those that follow. */
export function seedsFrom(seed: number, count: number): readonly number[] {
  const first = Math.min(seed, 4_294_967_295 - count + 1);
  return Array.from({ length: count }, (_, index) => first + index);
}

function checkedValue(
  series: Pick<Series, 'kind' | 'path' | 'text'>,
  value: number,
  zoo: Zoo,
): { readonly epochs: number; readonly problem: string | null } {
  const text = textOfValue(series, value);
  if (text === null) return { epochs: 0, problem: `The schedule has no number at ${series.path}.` };
  const parsed = parseSchedule(text, zoo);
  if (parsed.ok) return { epochs: parsed.value.training.epochs, problem: null };
  const first = parsed.diagnostics.find(({ severity }) => severity === 'error');
  return { epochs: 0, problem: first?.message ?? 'The schedule cannot be read.' };
}

interface Budget {
  readonly runs: number;
  readonly maxRuns: number;
  readonly epochs: number;
  readonly maxEpochs: number;
}

function budgetProblem({ runs, maxRuns, epochs, maxEpochs }: Budget): string | null {
  if (runs >= maxRuns) return `The budget of ${maxRuns} runs is used up.`;
  return epochs > maxEpochs ? `The run would exceed the budget of ${maxEpochs} epochs.` : null;
}

/** The value that is trained next; -1 if none waits. */
export function nextItem({ items }: Series): number {
  return items.findIndex(({ state }) => state === 'waiting');
}

/** The item whose run is under way; undefined if none is. */
export function runningItem({ items }: Series): SeriesItem | undefined {
  return items.find(({ state }) => state === 'running');
}

export function withItem(series: Series, index: number, change: Partial<SeriesItem>): Series {
  return { ...series, items: series.items.map((item, at) => (at === index ? { ...item, ...change } : item)) };
}

/** A series that is to go on: what was stopped or failed is tried again, what is finished stays. */
export function resumedSeries(series: Series): Series {
  const retry = (item: SeriesItem): SeriesItem =>
    item.state === 'stopped' || item.state === 'failed' || item.state === 'running'
      ? { ...item, state: 'waiting', problem: null }
      : item;
  return { ...series, state: 'running', items: series.items.map(retry) };
}

/** A series as a new visit finds it: its page is gone, so nothing of it is under way. */
export function interruptedSeries(series: Series): Series {
  const items = series.items.map(
    (item): SeriesItem => (item.state === 'running' ? { ...item, state: 'waiting' } : item),
  );
  return { ...series, items, state: series.state === 'running' ? 'interrupted' : series.state };
}

/** Items that are over, and all that were to be trained. */
export function seriesProgress({ items }: Series): { readonly done: number; readonly total: number } {
  const planned = items.filter(({ state }) => state !== 'skipped');
  return {
    done: planned.filter(({ state }) => state !== 'waiting' && state !== 'running').length,
    total: planned.length,
  };
}
