import { sensitivityGroups } from '../../core/sensitivity.ts';
import { measureSensitivity } from '../../engine/analysis/measure-sensitivity.ts';
import type { Achievement } from '../../protocol/analysis.ts';
import type { Adapters } from './adapter.ts';
import { networkOf, samplesOf, TensorDoor, type ModelDescription, type NamedTensors } from './recorded-model.ts';
import type { VectorCase } from './vector-file.ts';

/** Accuracy and loss with one parameter at a time pruned to rising levels, evaluated on the device. */
export const sensitivity: Adapters = { sensitivity_analysis: runSensitivity };

async function runSensitivity({ args, inputs }: VectorCase): Promise<Record<string, unknown>> {
  const x = inputs.tensor('x');
  const network = networkOf(args.get<ModelDescription>('model'), x.shape.slice(1));
  const values = new TensorDoor(network).valuesFromFile(inputs.get<NamedTensors>('params'));
  const labels = Uint8Array.from(inputs.tensor('y').data);
  const group = sensitivityGroups.find((known) => known === args.get<string>('group'));
  if (!group) throw new RangeError(`There are no groups called ${args.get<string>('group')}`);
  const count = labels.length;
  const { unpruned, results } = await measureSensitivity(
    {
      model: { network, values, replaced: null },
      samples: { inputs: samplesOf(x).values, labels, count },
      normalization: { mean: 0, std: 1 },
      batchSize: count,
    },
    { kind: 'sensitivity', group, levels: args.get<readonly number[]>('sparsities'), samples: count },
    {},
    { parameters: args.get<readonly string[]>('params'), emptyLevel: 'refuse' },
  );
  return {
    unpruned: row(unpruned),
    results: results.map(({ parameter, points }) => [parameter, points.map((point) => [point.level, ...row(point)])]),
  };
}

/** Percent of right answers, and the mean cross-entropy. */
const row = ({ top1, top5, loss }: Achievement): readonly number[] => [100 * top1, 100 * top5, loss];
