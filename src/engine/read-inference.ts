import type { Network } from '../core/network.ts';
import type { NamedTensor } from '../protocol/training-event.ts';
import type { AnalysisSource } from './analysis/trained-model.ts';
import type { Normalization, SampleSet } from './batches.ts';
import { smallestEvaluationBatch } from './evaluation.ts';
import type { TrainedNetwork } from './train-step.ts';

/** Copies of what inference uses: values masked and fake quantized, and running statistics of batch normalizations. */
export async function readInference(model: TrainedNetwork): Promise<readonly NamedTensor[]> {
  const { specs } = model.parameters;
  const values = await model.readEffectiveWeights(specs.map(({ name }) => name));
  const parameters = specs.map(({ name, shape }) => ({ name, shape, values: values.get(name)! }));
  const statistics = [...(await model.statistics.read())];
  return [...parameters, ...statistics.map(([name, own]) => ({ name, shape: [own.length], values: own }))];
}

interface SourceOptions {
  readonly data: Normalization & { readonly test: SampleSet };
  /** The network that the schedule began with. */
  readonly built: Network;
  readonly batchSize: number;
}

/** A copy of a model for analyses, with the test samples of its data. */
export async function readSource(
  model: TrainedNetwork,
  { data, built, batchSize }: SourceOptions,
): Promise<AnalysisSource> {
  const values = new Map((await readInference(model)).map((tensor) => [tensor.name, tensor.values]));
  return {
    model: { network: model.network, values, replaced: model.quantization },
    built,
    samples: data.test,
    normalization: data,
    batchSize: Math.max(batchSize, smallestEvaluationBatch),
  };
}
