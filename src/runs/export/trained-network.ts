import { networkParameters, type Network } from '../../core/network.ts';
import { resizeNetwork } from '../../core/resize-network.ts';
import type { NamedTensor } from '../../protocol/training-event.ts';
import { parseSchedule } from '../../schedule/parse-schedule.ts';
import { zoo } from '../../zoo/zoo.ts';
import type { Run } from '../run.ts';

/** The network of a run: as its text builds it, and as it is with these weights. */
export interface TrainedNetwork {
  readonly built: Network;
  /** The same, unless it has been thinned. */
  readonly network: Network;
  readonly values: ReadonlyMap<string, Float32Array>;
}

/** null if the text, or the weights, are those of another version of the playground. */
export function trainedNetwork(run: Run, tensors: readonly NamedTensor[]): TrainedNetwork | null {
  const parsed = parseSchedule(run.config.text, zoo);
  const names = new Set(tensors.map(({ name }) => name));
  if (!parsed.ok) return null;
  const built = parsed.value.network;
  if (networkParameters(built).some(({ name }) => !names.has(name))) return null;
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape]));
  const values = new Map(tensors.map((tensor) => [tensor.name, tensor.values]));
  return { built, network: resizeNetwork(built, shapes), values };
}

/** Bits of each parameter after the latest epoch of a run, by name. */
export function parameterBits(run: Run): ReadonlyMap<string, number> {
  return new Map(Object.entries(run.epochs.at(-1)?.parameters ?? {}).map(([name, { bits }]) => [name, bits]));
}
