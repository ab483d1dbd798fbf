import type { AnalysisRequest, PostTrainingVariant } from '../../protocol/analysis.ts';

type Request<Kind extends AnalysisRequest['kind']> = Extract<AnalysisRequest, { kind: Kind }>;

/** A request, or what is wrong with the settings by field. */
export type Built<Kind extends AnalysisRequest['kind'], Field extends string> =
  | { readonly ok: true; readonly request: Request<Kind> }
  | { readonly ok: false; readonly problems: Readonly<Partial<Record<Field, string>>> };

export interface SensitivitySettings {
  readonly group: Request<'sensitivity'>['group'];
  /** Percent, as the reader writes them: "10 20 30". */
  readonly levels: string;
  readonly samples: string;
}

export const sensitivityDefaults: SensitivitySettings = {
  group: 'element',
  levels: '10 20 30 40 50 60 70 80 90',
  samples: '1000',
};

export function buildSensitivity(settings: SensitivitySettings): Built<'sensitivity', 'levels' | 'samples'> {
  const levels = readLevels(settings.levels);
  const samples = readCount(settings.samples);
  if (levels !== null && samples !== null) {
    return { ok: true, request: { kind: 'sensitivity', group: settings.group, levels, samples } };
  }
  return {
    ok: false,
    problems: {
      ...(levels === null && { levels: 'Rising percentages from 0 to 100, with spaces between.' }),
      ...(samples === null && { samples: countProblem }),
    },
  };
}

/** Rising percentages as shares; null if they are not that. */
export function readLevels(text: string): readonly number[] | null {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  const percents = words.map(Number);
  const isRising = percents.every((value, index) => value >= 0 && value <= 100 && value > (percents[index - 1] ?? -1));
  // Divided as decimals: 30 is 0.3, not 0.30000000000000004.
  return percents.length > 0 && isRising ? percents.map((value) => Number((value / 100).toPrecision(12))) : null;
}

export const countProblem = 'A whole number from 1.';

/** A whole number from 1; null if the text is none. */
export function readCount(text: string): number | null {
  const value = Number(text.trim().replaceAll(/[\s\u202f]/g, ''));
  return Number.isInteger(value) && value >= 1 ? value : null;
}

/** How a trained model is quantized; what is not listed comes from the schedule, or has its default. */
export interface PostTrainingSettings {
  /** "8", or "float". */
  readonly activationBits: string;
  readonly weightBits: string;
  /** A name of a mode, or `schedule` for a pair of modes that the schedule declares. */
  readonly mode: string;
  readonly perChannel: boolean;
  /** `static`: measured before; `dynamic`: of each batch; `given`: those in the schedule. */
  readonly ranges: 'static' | 'dynamic' | 'given';
  readonly calibrationSamples: string;
  readonly samples: string;
}

export const floatBits = 'float';

/** The arguments of the schedule's quantizer as settings; without one, those of the quantizer itself with static ranges. */
export function postTrainingDefaults(declared: Readonly<Record<string, unknown>> | null): PostTrainingSettings {
  const args = declared ?? { model_activation_stats: statisticsFile };
  const { bits_activations = 8, bits_parameters = 8, mode = 'SYMMETRIC' } = args;
  return {
    activationBits: bitsText(bits_activations),
    weightBits: bitsText(bits_parameters),
    mode: typeof mode === 'string' ? mode : 'schedule',
    perChannel: args['per_channel_wts'] === true,
    ranges: rangesOf(args['model_activation_stats']),
    calibrationSamples: '500',
    samples: '1000',
  };
}

/** Distiller's name for the statistics; a name asks for ranges that are measured beforehand. */
const statisticsFile = 'acts_quantization_stats.yaml';

function rangesOf(statistics: unknown): PostTrainingSettings['ranges'] {
  if (statistics === null || statistics === undefined) return 'dynamic';
  return typeof statistics === 'string' ? 'static' : 'given';
}

function bitsText(bits: unknown): string {
  return typeof bits === 'number' ? String(bits) : floatBits;
}

export function buildPostTraining(
  settings: PostTrainingSettings,
  declared: Readonly<Record<string, unknown>> | null,
): Built<'post-training', 'samples' | 'calibrationSamples'> {
  const samples = readCount(settings.samples);
  const calibrationSamples = readCount(settings.calibrationSamples);
  if (samples === null || calibrationSamples === null) {
    return {
      ok: false,
      problems: {
        ...(samples === null && { samples: countProblem }),
        ...(calibrationSamples === null && { calibrationSamples: countProblem }),
      },
    };
  }
  const variants = postTrainingVariants(settings, declared ?? {});
  return { ok: true, request: { kind: 'post-training', variants, calibrationSamples, samples } };
}

/** The best ranges for a distribution are tabulated up to so many bits. */
const tabulatedBits = 8;

/** One variant for each clip mode that the settings allow, all else equal; `N_STD` only if the schedule says how many. */
export function postTrainingVariants(
  settings: PostTrainingSettings,
  declared: Readonly<Record<string, unknown>>,
): readonly PostTrainingVariant[] {
  const { activationBits, weightBits, mode, perChannel, ranges } = settings;
  const args = {
    ...declared,
    bits_activations: bitsOf(activationBits),
    bits_parameters: bitsOf(weightBits),
    ...(mode !== 'schedule' && { mode }),
    per_channel_wts: perChannel,
    ...(ranges === 'static' && { model_activation_stats: statisticsFile }),
    ...(ranges === 'dynamic' && { model_activation_stats: null }),
  };
  const clips = ['NONE', 'AVG', ...(needsLongTable(args) ? [] : ['GAUSS', 'LAPLACE'])];
  const deviations = declared['clip_n_stds'];
  return [
    ...clips.map((clip) => ({ label: clip, args: { ...args, clip_acts: clip } })),
    ...(typeof deviations === 'number'
      ? [{ label: `N_STD, ${deviations}`, args: { ...args, clip_acts: 'N_STD' } }]
      : []),
  ];
}

/** Why fewer than the four clip modes are measured; undefined if all are. */
export function leftOutText(settings: PostTrainingSettings): string | undefined {
  const bits = bitsOf(settings.activationBits);
  return bits !== null && bits > tabulatedBits
    ? `\`GAUSS\` and \`LAPLACE\` are left out: their tables end at ${tabulatedBits} bits.`
    : undefined;
}

function needsLongTable(args: Readonly<Record<string, unknown>>): boolean {
  const clipped = [args['bits_activations'], ...(args['also_clip_weights'] === true ? [args['bits_parameters']] : [])];
  return clipped.some((bits) => typeof bits === 'number' && bits > tabulatedBits);
}

function bitsOf(text: string): number | null {
  return text === floatBits ? null : Number(text);
}
