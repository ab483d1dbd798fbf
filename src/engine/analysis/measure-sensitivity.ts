import { networkParameters } from '../../core/network.ts';
import { valuesOf } from '../../core/network-reference.ts';
import { analyzeSensitivity, type SensitivityRequest } from '../../core/sensitivity.ts';
import type { AnalysisRequest, AnalysisResult } from '../../protocol/analysis.ts';
import { prepareMeasuring } from './measure-changed.ts';
import type { AnalysisSource, AnalysisWatch } from './trained-model.ts';

type Request = Extract<AnalysisRequest, { kind: 'sensitivity' }>;

/** What only a comparison with recorded numbers chooses. */
export type SensitivityOptions = Pick<SensitivityRequest, 'emptyLevel'> & {
  /** Names of the parameters to test; all kernels without it. */
  readonly parameters?: readonly string[];
};

/**
 * How much accuracy each kernel costs when it alone is pruned (reference 11.3), evaluated on the current backend.
 *
 * @throws RangeError for a level outside [0, 1].
 * @throws the signal's reason when it is aborted.
 */
export async function measureSensitivity(
  source: AnalysisSource,
  { group, levels, samples }: Request,
  watch: AnalysisWatch,
  { parameters, ...options }: SensitivityOptions = {},
): Promise<Extract<AnalysisResult, { kind: 'sensitivity' }>> {
  const { network, values } = source.model;
  const specs = networkParameters(network).filter(({ name, role }) => parameters?.includes(name) ?? role === 'kernel');
  const shapes = new Map(specs.map(({ name, shape }) => [name, shape]));
  const { signal } = watch;
  const measure = await prepareMeasuring(source, { samples, shapes, signal });
  try {
    const analysis = await analyzeSensitivity({
      ...options,
      ...(watch.onProgress && { onProgress: watch.onProgress }),
      ...(signal && { signal }),
      group,
      levels,
      parameters: specs.map(({ name, shape }) => ({ name, shape, values: valuesOf(values, name) })),
      evaluate: measure.evaluate,
    });
    return { kind: 'sensitivity', ...analysis };
  } finally {
    measure.dispose();
  }
}
