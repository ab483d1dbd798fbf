import { linkLayers } from '../network-graph.ts';
import type { LayerKind, Network } from '../network.ts';
import type { CalibrationStatistics, TensorStatistics } from './calibration.ts';

/**
 * Statistics of a network whose batch normalizations were folded: the output of a layer that took one in is the output of
 * that normalization.
 *
 * @param folded Name of each folded batch-norm -> the layer that took it in.
 */
export function foldStatistics(
  statistics: CalibrationStatistics,
  folded: ReadonlyMap<string, string>,
): CalibrationStatistics {
  const result = new Map(statistics);
  for (const [norm, linear] of folded) {
    const ofNorm = statistics.get(norm);
    const ofLinear = statistics.get(linear);
    if (ofNorm && ofLinear) result.set(linear, { inputs: ofLinear.inputs, output: ofNorm.output });
    result.delete(norm);
  }
  return result;
}

/** Where an activation's input matters: below or beyond, all values give the same output, or nearly so. */
const usefulRanges: Partial<Record<LayerKind, { readonly min: number; readonly max: number }>> = {
  relu: { min: 0, max: Infinity },
  tanh: { min: -4, max: 4 },
  sigmoid: { min: -6, max: 6 },
};

/**
 * Cuts the ranges of layers that only an activation reads to what it can tell apart (net-aware range fusion, reference
 * 8.4), and gives the activation's input the same statistics. Mean and deviation stay.
 *
 * @param isQuantized Whether the outputs of that layer are quantized; others are left as they are.
 */
export function fuseActivationRanges(
  network: Network,
  statistics: CalibrationStatistics,
  isQuantized: (layer: string) => boolean,
): CalibrationStatistics {
  const result = new Map(statistics);
  const graph = linkLayers(network);
  for (const [name, { consumers }] of graph) {
    const reader = consumers.length === 1 ? graph.get(consumers[0]!)!.layer : undefined;
    const range = reader && usefulRanges[reader.kind];
    const own = result.get(name);
    if (!reader || !range || !own || !isQuantized(name)) continue;
    const output = clipStatistics(own.output, range.min, range.max);
    result.set(name, { ...own, output });
    const following = result.get(reader.name);
    if (following) result.set(reader.name, { ...following, inputs: [output] });
  }
  return result;
}

function clipStatistics(statistics: TensorStatistics, low: number, high: number): TensorStatistics {
  const clip = (value: number): number => Math.min(Math.max(value, low), high);
  const { min, max, avg_min, avg_max } = statistics;
  return { ...statistics, min: clip(min), max: clip(max), avg_min: clip(avg_min), avg_max: clip(avg_max) };
}
