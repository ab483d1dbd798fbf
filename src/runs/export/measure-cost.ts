import { gzipSync } from 'fflate';
import { modelCost, type ModelCost } from '../../core/model-cost.ts';
import type { NamedTensor } from '../../protocol/training-event.ts';
import type { Run } from '../run.ts';
import { packedSections, packModel } from './packed-model.ts';
import { concatBytes } from './protobuf.ts';
import { parameterBits, trainedNetwork } from './trained-network.ts';

/** What a trained network really costs, and what its packed file is on disk. */
export interface MeasuredCost extends ModelCost {
  /** Bytes of each layer's sections of the packed model after gzip, by layer. */
  readonly gzipBytes: Readonly<Record<string, number>>;
  /** The exported packed model with its header. */
  readonly file: { readonly bytes: number; readonly gzipBytes: number };
}

/** null if the schedule of the run builds other layers than these weights are of. */
export function measureCost(run: Run, tensors: readonly NamedTensor[]): MeasuredCost | null {
  const trained = trainedNetwork(run, tensors);
  if (trained === null) return null;
  const bits = parameterBits(run);
  const cost = modelCost({ ...trained, bits });
  const gzipBytes = cost.layers.map(({ layer }) => {
    const own = tensors.filter(({ name }) => name.slice(0, name.lastIndexOf('.')) === layer);
    const sections = own.map((tensor) => packedSections(tensor, bits.get(tensor.name) ?? 32));
    return [layer, gzipSync(concatBytes(sections), { mtime: 0 }).length];
  });
  const file = packModel(tensors, bits, { model: run.model, dataset: run.dataset });
  return {
    ...cost,
    gzipBytes: Object.fromEntries(gzipBytes) as Readonly<Record<string, number>>,
    file: { bytes: file.length, gzipBytes: gzipSync(file, { mtime: 0 }).length },
  };
}
