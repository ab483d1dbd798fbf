import { parseArgs } from 'node:util';

export interface TrainOptions {
  readonly file: string;
  /** Where the run record goes; undefined if nowhere. */
  readonly json: string | undefined;
  /** Where the weights go; undefined if nowhere. */
  readonly weights: string | undefined;
  readonly isQuiet: boolean;
}

export const trainUsage = `Usage: npm run train -- SCHEDULE.yaml [--json RUN.json] [--weights FILE.safetensors] [--quiet]

Trains the schedule in a headless Chromium, with the code of the page.

  --json FILE     writes the run record: text, device, metrics of each epoch, result
  --weights FILE  writes the trained weights, masked and quantized, as safetensors
  --quiet         says nothing but problems

Ends with 0 if the training finished, with 1 if the schedule has errors or the training failed, with 2 if the command
line was not understood.
`;

/** What the command line asks for; a sentence if it cannot be understood, and null if it asks for help. */
export function readTrainOptions(args: readonly string[]): TrainOptions | string | null {
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
  return { file, json: values.json, weights: values.weights, isQuiet: values.quiet };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      weights: { type: 'string' },
      quiet: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}
