import { isPostTraining } from '../../methods/define-method.ts';
import type { AnalysisRequest } from '../../protocol/analysis.ts';
import { readYaml } from '../../schedule/read-yaml.ts';
import type { Schedule } from '../../schedule/schedule.ts';
import { plainValue } from '../../schedule/yaml-node.ts';
import type { QuantizeOptions } from './quantize-options.ts';

type Arguments = Readonly<Record<string, unknown>>;
export type QuantizeRequest = Extract<AnalysisRequest, { kind: 'post-training' }>;

/** The best ranges for a distribution are tabulated up to so many bits. */
const tabulatedBits = 8;

/**
 * The question that the command line asks about a trained schedule: a variant for each way of clipping, all else equal.
 *
 * @param statistics Of a file, as plain objects; null without one.
 */
export function quantizeRequest(
  { components }: Pick<Schedule, 'components'>,
  options: QuantizeOptions,
  statistics: unknown,
): QuantizeRequest {
  const declared = components.find(({ definition }) => isPostTraining(definition))?.args ?? null;
  const { bitsActivations, bitsWeights, isPerChannel } = options;
  const args = {
    ...declared,
    ...(bitsActivations !== undefined && { bits_activations: bitsActivations }),
    ...(bitsWeights !== undefined && { bits_parameters: bitsWeights }),
    ...(isPerChannel && { per_channel_wts: true }),
    model_activation_stats: rangesOf(declared, options, statistics),
  };
  const clips = options.clips ?? possibleClips(args);
  const variants = clips.map((clip) => ({ label: clip, args: { ...args, clip_acts: clip } }));
  const { calibrationSamples, samples } = options;
  return { kind: 'post-training', variants, calibrationSamples, samples };
}

/** As the argument `model_activation_stats` has it: null for dynamic ranges, a text for calibration, or the statistics. */
function rangesOf(declared: Arguments | null, { ranges, saveStats }: QuantizeOptions, statistics: unknown): unknown {
  if (statistics !== null) return statistics;
  if (ranges === 'dynamic') return null;
  const written = declared?.['model_activation_stats'];
  if (ranges === 'static' || saveStats !== undefined || declared === null) return written ?? 'calibrate';
  return written;
}

function possibleClips(args: Arguments): readonly string[] {
  const bits = args['bits_activations'] ?? tabulatedBits;
  const tabulated = typeof bits === 'number' && bits <= tabulatedBits ? ['GAUSS', 'LAPLACE'] : [];
  const deviations = typeof args['clip_n_stds'] === 'number' ? ['N_STD'] : [];
  return ['NONE', 'AVG', ...deviations, ...tabulated];
}

/** The statistics in a file, as plain objects; a sentence if they cannot be read. */
export function readStatistics(text: string): { readonly statistics: unknown } | string {
  const { root, diagnostics } = readYaml(text);
  const error = diagnostics.find(({ severity }) => severity === 'error');
  if (error) return `line ${error.range.start.line}: ${error.message}`;
  if (root?.kind !== 'map') return 'it holds no statistics: a map of layers is expected.';
  return { statistics: plainValue(root) };
}
