import { mostSweepRuns, rangeValues, type SweepSettings } from '../../schedule/sweep.ts';
import type { NumberPlace } from '../../schedule/number-place.ts';

/** A sweep as a form holds it. */
export interface SweepDraft {
  /** Where the number stands; empty: none is chosen. */
  readonly path: string;
  /** A list, or a range. */
  readonly values: string;
  readonly maxRuns: string;
  readonly maxEpochs: string;
}

export const emptyDraft: SweepDraft = { path: '', values: '', maxRuns: '20', maxEpochs: '1000' };

/** What a form comes to: a sweep, or what is wrong with one of its fields. */
export type ReadDraft =
  | { readonly ok: true; readonly sweep: SweepSettings }
  | { readonly ok: false; readonly field: keyof SweepDraft; readonly problem: string };

/** A form filled in for a number: values around the one that it has. */
export function draftFor(place: NumberPlace, draft: SweepDraft = emptyDraft): SweepDraft {
  return { ...draft, path: place.path, values: suggestedValues(place).map(numberText).join(', ') };
}

/** The form of what the `sweep` of a text says. */
export function draftOfSweep({ path, values, maxRuns, maxEpochs }: SweepSettings): SweepDraft {
  return { path, values: values.map(numberText).join(', '), maxRuns: String(maxRuns), maxEpochs: String(maxEpochs) };
}

export function readSweepDraft(draft: SweepDraft, numbers: readonly NumberPlace[]): ReadDraft {
  const place = numbers.find(({ path }) => path === draft.path);
  if (place === undefined) return refuse('path', 'Choose a number of the schedule.');
  const values = readValues(draft.values, Number.isInteger(place.value));
  if (typeof values === 'string') return refuse('values', values);
  const maxRuns = wholeNumber(draft.maxRuns, mostSweepRuns);
  if (maxRuns === null) return refuse('maxRuns', `A whole number from 1 to ${mostSweepRuns}.`);
  const maxEpochs = wholeNumber(draft.maxEpochs, 100_000);
  if (maxEpochs === null) return refuse('maxEpochs', 'A whole number from 1 to 100 000.');
  return { ok: true, sweep: { path: draft.path, values, maxRuns, maxEpochs } };
}

function refuse(field: keyof SweepDraft, problem: string): ReadDraft {
  return { ok: false, field, problem };
}

function wholeNumber(text: string, most: number): number | null {
  const value = Number(text);
  return text.trim() !== '' && Number.isInteger(value) && value >= 1 && value <= most ? value : null;
}

const rangeForm = /^\s*(\S+)\s+to\s+(\S+)\s+in\s+(\d+)\s*$/;

/** A list such as `0.5, 0.7`, or a range such as `0.5 to 0.9 in 5`; else what is wrong, as a sentence. */
export function readValues(text: string, whole: boolean): readonly number[] | string {
  const range = rangeForm.exec(text);
  const values = range
    ? rangeOf(range, whole)
    : text
        .split(/[\s,;]+/)
        .filter((word) => word !== '')
        .map(Number);
  if (values.length === 0) return 'Write values parted by commas, or a range such as `0.5 to 0.9 in 5`.';
  if (!values.every((value) => Number.isFinite(value))) return 'Not every value is a number.';
  const different = [...new Set(values)];
  return different.length > mostSweepRuns ? `At most ${mostSweepRuns} values.` : different;
}

function rangeOf([, from, to, count]: RegExpExecArray, wasWhole: boolean): readonly number[] {
  const ends = [Number(from), Number(to)] as const;
  const whole = wasWhole && ends.every((end) => Number.isInteger(end));
  const wanted = Math.min(mostSweepRuns + 1, Math.max(2, Number(count)));
  return rangeValues({ from: ends[0], to: ends[1], count: wanted, scale: 'linear', whole });
}

/** Few values around the one that stands there: by ratios for rates and penalties, by steps for shares and counts. */
export function suggestedValues({ path, value }: NumberPlace): readonly number[] {
  const key = path.split('.').at(-1) ?? '';
  if (Number.isInteger(value) && !/^(?:lr|gamma)$/.test(key)) return wholeValues(key, value);
  const isShare = value > 0 && value < 1 && !/^(?:lr|weight_decay|eps|min_lr|eta_min)$/.test(key) && value >= 0.05;
  const around = isShare
    ? [value - 0.3, value - 0.15, value, (1 + value) / 2]
    : [value / 10, value / 3, value, value * 3];
  const tidy = around.map((one) => Number(one.toPrecision(2)));
  return [...new Set(tidy.filter((one) => (isShare ? one > 0 && one < 1 : Number.isFinite(one))))];
}

function wholeValues(key: string, value: number): readonly number[] {
  if (key === 'seed') return [value, value + 1, value + 2];
  const values = [Math.floor(value / 2), value, Math.ceil(value * 1.5), value * 2];
  return [...new Set(values.map((one) => Math.max(value > 0 ? 1 : 0, one)))];
}

/** Without digits that nobody wrote. */
export function numberText(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** The `sweep` that a form would write into the schedule, as one flow map. */
export function sweepYaml({ path, values, maxRuns, maxEpochs }: SweepSettings): string {
  const budget = [
    ...(maxRuns === 20 ? [] : [`max_runs: ${maxRuns}`]),
    ...(maxEpochs === 1000 ? [] : [`max_epochs: ${maxEpochs}`]),
  ];
  return `{${[`path: ${quoted(path)}`, `values: [${values.map(numberText).join(', ')}]`, ...budget].join(', ')}}`;
}

/** Names with anything but letters, digits and separators could mean something to YAML. */
function quoted(path: string): string {
  return /^[\w.-]+$/.test(path) ? path : `'${path.replaceAll("'", "''")}'`;
}
