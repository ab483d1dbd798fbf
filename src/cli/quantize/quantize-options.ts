import { parseArgs } from 'node:util';

export interface QuantizeOptions {
  readonly file: string;
  /** Statistics that take the place of a calibration; undefined to measure them. */
  readonly stats: string | undefined;
  /** Where the statistics go; undefined if nowhere. */
  readonly saveStats: string | undefined;
  /** Undefined leaves it to the schedule; null is float. */
  readonly bitsActivations: number | null | undefined;
  readonly bitsWeights: number | null | undefined;
  readonly isPerChannel: boolean;
  /** Undefined for all that the number of bits allows. */
  readonly clips: readonly string[] | undefined;
  /** `static`: ranges of the trained model; `dynamic`: of each batch. Undefined leaves it to the schedule. */
  readonly ranges: 'static' | 'dynamic' | undefined;
  readonly calibrationSamples: number;
  /** The first so many test samples. */
  readonly samples: number;
  /** Where the run record and the answer go; undefined if nowhere. */
  readonly json: string | undefined;
}

export const quantizeUsage = `Usage: npm run quantize -- SCHEDULE.yaml [--stats FILE] [--save-stats FILE] [--bits-acts N] [--bits-wts N]
         [--per-channel] [--clip-acts MODE,MODE] [--ranges static|dynamic] [--calibration N] [--samples N] [--json FILE]

Trains the schedule in a headless Chromium, with the code of the page, then rounds the trained network to integers: once
for each way of clipping activations. What the options leave open is as the schedule's PostTrainLinearQuantizer has it.

  --stats        takes activation statistics from this file, as Distiller writes them, instead of measuring them
  --save-stats   writes the statistics as Distiller's YAML
  --bits-acts    bits of activations, or float; Distiller's --qe-bits-acts
  --bits-wts     bits of weights, or float; Distiller's --qe-bits-wts
  --per-channel  a scale for each filter; Distiller's --qe-per-channel
  --clip-acts    of NONE, AVG, N_STD, GAUSS, LAPLACE; all that the bits allow without it; Distiller's --qe-clip-acts
  --ranges       static: of the trained network (default); dynamic: of each batch
  --calibration  how many training samples the statistics are measured on; 500 without it
  --samples      how many test samples are evaluated; 2000 without it
  --json         writes {run, request, result}: the run record, the question, its answer with fractions

Ends with 0 if all was measured, with 1 if a file has errors or the training or the quantization failed, with 2 if the
command line was not understood.
`;

const clipModes = ['NONE', 'AVG', 'N_STD', 'GAUSS', 'LAPLACE'];

/** What the command line asks for; a sentence if it cannot be understood, and null if it asks for help. */
export function readQuantizeOptions(args: readonly string[]): QuantizeOptions | string | null {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
    if (parsed.values.help) return null;
    const [file] = parsed.positionals;
    if (file === undefined) return 'No schedule was given.';
    if (parsed.positionals.length > 1) return `One schedule at a time, not ${parsed.positionals.length}.`;
    return checkedOptions(file, parsed.values);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @throws RangeError that says what is wrong. */
function checkedOptions(file: string, values: ReturnType<typeof parse>['values']): QuantizeOptions {
  const { ranges } = values;
  if (ranges !== undefined && ranges !== 'static' && ranges !== 'dynamic') {
    throw new RangeError(`--ranges is static or dynamic, not ${ranges}.`);
  }
  if (values.stats !== undefined && ranges === 'dynamic') {
    throw new RangeError('--stats gives ranges that hold for every batch, and --ranges dynamic wants none.');
  }
  if (values['save-stats'] !== undefined && ranges === 'dynamic') {
    throw new RangeError('With --ranges dynamic there are no statistics to save.');
  }
  return {
    file,
    stats: values.stats,
    saveStats: values['save-stats'],
    bitsActivations: readBits('--bits-acts', values['bits-acts']),
    bitsWeights: readBits('--bits-wts', values['bits-wts']),
    isPerChannel: values['per-channel'],
    clips: readClips(values['clip-acts']),
    ranges,
    calibrationSamples: readCount('--calibration', values.calibration),
    samples: readCount('--samples', values.samples),
    json: values.json,
  };
}

function readBits(option: string, text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  if (text === 'float') return null;
  const bits = Number(text);
  if (!Number.isInteger(bits) || bits < 2 || bits > 16)
    throw new RangeError(`${option} is 2 to 16, or float, not ${text}.`);
  return bits;
}

function readClips(text: string | undefined): readonly string[] | undefined {
  const clips = text?.split(',');
  const strange = clips?.find((clip) => !clipModes.includes(clip));
  if (strange !== undefined)
    throw new RangeError(`There is no way of clipping ${strange}: choose of ${clipModes.join(', ')}.`);
  return clips;
}

function readCount(option: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`${option} is a whole number above 0, not ${text}.`);
  return count;
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      stats: { type: 'string' },
      'save-stats': { type: 'string' },
      'bits-acts': { type: 'string' },
      'bits-wts': { type: 'string' },
      'per-channel': { type: 'boolean', default: false },
      'clip-acts': { type: 'string' },
      ranges: { type: 'string' },
      calibration: { type: 'string', default: '500' },
      samples: { type: 'string', default: '2000' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}
