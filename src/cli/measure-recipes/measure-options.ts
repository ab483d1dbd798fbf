import { parseArgs } from 'node:util';

export interface MeasureOptions {
  /** How many seeds of each recipe, from 1. */
  readonly seeds: number;
  /** Ids of the recipes that are measured; undefined for all. */
  readonly only: readonly string[] | undefined;
}

export const measureUsage = `Usage: npm run measure-recipes -- [--seeds N] [--only ID,ID]

Trains every recipe of the gallery in a headless Chromium, with the code of the page, and writes what came out into
src/zoo/recipe-measurements.json. Gallery and lessons show these numbers and no others. A run takes about a minute
without a GPU; what is measured already is left out, so the command may be stopped and started again.

  --seeds N     seeds 1 to N of each recipe, the first of all before the second of any; 2 without it
  --only ID,ID  these recipes only, in this order

Runs of a text that has changed since are measured anew. Ends with 0 if everything asked for is measured, with 1 if a
training failed, with 2 if the command line was not understood.
`;

/** What the command line asks for; a sentence if it cannot be understood, and null if it asks for help. */
export function readMeasureOptions(args: readonly string[]): MeasureOptions | string | null {
  let values: ReturnType<typeof parse>['values'];
  try {
    ({ values } = parse(args));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (values.help) return null;
  const seeds = Number(values.seeds);
  if (!Number.isInteger(seeds) || seeds < 1 || seeds > 100) {
    return `--seeds is ${values.seeds}; a whole number from 1 to 100 is meant.`;
  }
  return { seeds, only: values.only?.split(',') };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '2' },
      only: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}
