import {
  analyzeSensitivity,
  sensitivityGroups,
  type Achievement,
  type SensitivityGroup,
} from '../../core/sensitivity.ts';
import { evaluateNetwork } from '../../core/network-reference.ts';
import type { ArrayTensor } from '../../core/network-reference-convolution.ts';
import { networkParameters } from '../../core/network.ts';
import type { Adapters } from './adapter.ts';
import { networkOf, samplesOf, TensorDoor, type ModelDescription, type NamedTensors } from './recorded-model.ts';
import type { VectorCase } from './vector-file.ts';

/** Accuracy and loss with one parameter at a time pruned to rising levels. */
export const sensitivity: Adapters = { sensitivity_analysis: runSensitivity };

async function runSensitivity({ args, inputs }: VectorCase): Promise<Record<string, unknown>> {
  const x = inputs.tensor('x');
  const network = networkOf(args.get<ModelDescription>('model'), x.shape.slice(1));
  const values = new TensorDoor(network).valuesFromFile(inputs.get<NamedTensors>('params'));
  const input = samplesOf(x);
  const labels = inputs.tensor('y').data;
  const names = args.get<readonly string[]>('params');
  const group = sensitivityGroups.find((known) => known === args.get<string>('group'));
  if (!group) throw new RangeError(`There are no groups called ${args.get<string>('group')}`);
  const specs = networkParameters(network);
  const parameters = names.flatMap((name) =>
    specs
      .filter((spec) => spec.name === name)
      .map(({ shape }) => ({ name, shape, values: values.get(name) ?? new Float32Array() })),
  );
  const analysis = await analyzeSensitivity({
    parameters,
    levels: args.get<readonly number[]>('sparsities'),
    group: group satisfies SensitivityGroup,
    evaluate: (changed) =>
      Promise.resolve(judge(evaluateNetwork(network, input, new Map([...values, ...changed])), labels)),
    emptyLevel: 'refuse',
  });
  return {
    unpruned: row(analysis.unpruned),
    results: analysis.results.map(({ parameter, points }) => [
      parameter,
      points.map((point) => [point.level, ...row(point)]),
    ]),
  };
}

const row = ({ top1, top5, loss }: Achievement): readonly number[] => [top1, top5, loss];

/** Percent of right answers and the mean cross-entropy. */
function judge({ shape, values }: ArrayTensor, labels: readonly number[]): Achievement {
  const classes = shape[1] ?? 1;
  const sums = { top1: 0, top5: 0, loss: 0 };
  for (const [sample, label] of labels.entries()) {
    const logits = values.subarray(sample * classes, (sample + 1) * classes);
    const own = logits[label] ?? NaN;
    const better = logits.filter((logit) => logit > own).length;
    if (better < 1) sums.top1 += 1;
    if (better < 5) sums.top5 += 1;
    sums.loss += Math.log(logits.reduce((total, logit) => total + Math.exp(logit - own), 0));
  }
  const share = (sum: number): number => (100 * sum) / labels.length;
  return { top1: share(sums.top1), top5: share(sums.top5), loss: sums.loss / labels.length };
}
