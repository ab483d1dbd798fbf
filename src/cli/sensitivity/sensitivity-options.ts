import { parseArgs } from 'node:util';
import { levelRange, type SensitivityGroup, sensitivityGroups } from '../../core/sensitivity.ts';

export interface SensitivityOptions {
  readonly file: string;
  readonly group: SensitivityGroup;
  readonly levels: readonly number[];
  /** The first so many test samples. */
  readonly samples: number;
  /** Where Distiller's table goes; undefined if nowhere. */
  readonly csv: string | undefined;
  /** Where the run record and the answer go; undefined if nowhere. */
  readonly json: string | undefined;
  /** Where the schedule goes that the levels within the budget make; undefined if none is made. */
  readonly schedule: string | undefined;
  /** Percentage points that accuracy may fall by. */
  readonly budget: number;
  readonly form: 'one-shot' | 'gradual';
  /** Widths to measure instead of levels, the most bits first; undefined for a scan of levels. */
  readonly bits: readonly number[] | undefined;
}

export const sensitivityUsage = `Usage: npm run sensitivity -- SCHEDULE.yaml [--group element|filter|channel] [--levels START:STOP:STEP]
         [--samples N] [--csv FILE] [--json FILE]
         [--bits 8,6,4,3,2]
         [--make-schedule FILE [--budget POINTS] [--form gradual|one-shot]]

Trains the schedule in a headless Chromium, with the code of the page, then prunes each kernel alone, level by level,
and measures what is left of the accuracy without training again.

  --group    what is pruned: element (default), filter or channel; the latter two of convolutions only
  --levels   sparsities from START up to STOP, which is left out; 0:0.95:0.05 without it
  --bits     quantizes the weights of each layer alone to so many bits instead of pruning it
  --samples  how many test samples are evaluated; 2000 without it
  --csv      writes the columns parameter, sparsity, top1, top5, loss, accuracies in percent
  --json     writes {run, request, result}: the run record, the question, its answer with fractions
  --make-schedule  writes the schedule anew, with pruners that take each layer as far as its curve allows
  --budget   how many percentage points each layer alone may cost; 1 without it
  --form     gradual (default): more each epoch; one-shot: all in one epoch

Ends with 0 if all was measured, with 1 if the schedule has errors or the training or the analysis failed, with 2 if the
command line was not understood.
`;

/** What the command line asks for; a sentence if it cannot be understood, and null if it asks for help. */
export function readSensitivityOptions(args: readonly string[]): SensitivityOptions | string | null {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { values, positionals } = parsed;
  if (values.help) return null;
  const [file] = positionals;
  if (file === undefined) return 'No schedule was given.';
  if (positionals.length > 1) return `One schedule at a time, not ${positionals.length}.`;
  const group = sensitivityGroups.find((known) => known === values.group);
  if (group === undefined) return `There is no group ${values.group}: choose ${sensitivityGroups.join(', ')}.`;
  const levels = readLevels(values.levels);
  if (typeof levels === 'string') return levels;
  const samples = Number(values.samples);
  if (!isCount(samples)) return `--samples is a whole number above 0, not ${values.samples}.`;
  const making = readMaking(values);
  if (typeof making === 'string') return making;
  return { file, group, levels, samples, csv: values.csv, json: values.json, ...making };
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;

/** What schedule is asked for, with its defaults; a sentence if it is none. */
function readMaking(
  values: ReturnType<typeof parse>['values'],
): Pick<SensitivityOptions, 'schedule' | 'budget' | 'form' | 'bits'> | string {
  const budget = Number(values.budget);
  if (!(budget >= 0 && budget <= 100)) return `--budget is a number of points from 0 to 100, not ${values.budget}.`;
  const form = (['gradual', 'one-shot'] as const).find((known) => known === values.form);
  if (form === undefined) return `--form is gradual or one-shot, not ${values.form}.`;
  const bits = values.bits === undefined ? undefined : readBits(values.bits);
  if (bits === null) return `--bits are whole numbers from 1 to 16 with commas between, not ${values.bits}.`;
  return { schedule: values['make-schedule'], budget, form, bits };
}

/** Different widths, the most bits first; null if the text is none. */
function readBits(text: string): readonly number[] | null {
  const bits = [...new Set(text.split(',').map((word) => (word.trim() === '' ? NaN : Number(word))))];
  return bits.every((value) => isCount(value) && value <= 16) ? bits.toSorted((a, b) => b - a) : null;
}

/** START:STOP:STEP as Distiller counts it; a sentence if it is none. */
function readLevels(text: string): readonly number[] | string {
  const parts = text.split(':').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const [from = NaN, to = NaN, step = NaN] = parts;
  const isRange = parts.length === 3 && from >= 0 && to <= 1 && step > 0;
  const levels = isRange ? levelRange(from, to, step) : [];
  if (levels.length > 0) return levels;
  return `--levels is START:STOP:STEP with 0 <= START < STOP <= 1 and a STEP above 0, not ${text}.`;
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      group: { type: 'string', default: 'element' },
      levels: { type: 'string', default: '0:0.95:0.05' },
      samples: { type: 'string', default: '2000' },
      csv: { type: 'string' },
      json: { type: 'string' },
      'make-schedule': { type: 'string' },
      budget: { type: 'string', default: '1' },
      bits: { type: 'string' },
      form: { type: 'string', default: 'gradual' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}
