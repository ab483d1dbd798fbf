import type { NetworkValues } from '../core/network-reference.ts';
import { maskChange } from '../core/packed-mask.ts';
import type { Pruner } from '../methods/pruner.ts';
import type { Regularizer } from '../methods/regularizer.ts';
import type { EpochMetrics, LayerSnapshot, ParameterMetrics, RunResult } from '../protocol/training-event.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { describeActivations, describeKernels } from './describe-quantization.ts';
import { kernelSparsity, measureParameter, snapshotParameter } from './measure-parameters.ts';
import type { TrainedNetwork } from './train-step.ts';

type Measured = Pick<EpochMetrics, 'parameters' | 'activations' | 'sparsity'>;

export interface DescribedEpoch {
  readonly metrics: Measured;
  readonly snapshots: readonly LayerSnapshot[];
  /** What was read for that. */
  readonly values: NetworkValues;
  readonly masks: NetworkValues;
}

/**
 * Parameters, bits and pictures as they stand, read in one go.
 *
 * @param masksBefore Of the epoch before; a parameter without one was not masked.
 */
export async function describeEpoch(
  model: TrainedNetwork,
  masksBefore: NetworkValues = new Map(),
): Promise<DescribedEpoch> {
  const { specs } = model.parameters;
  const names = specs.map(({ name }) => name);
  const values = await model.parameters.readValues(names);
  const masks = await model.parameters.readMasks(names);
  const parameters = withMasks(
    withQuantization(measureAll(model, values), await describeKernels(model)),
    masks,
    masksBefore,
  );
  const activations = await describeActivations(model);
  const snapshots = specs
    .filter(({ role }) => role === 'kernel')
    .map((spec) => snapshotParameter(spec, values.get(spec.name)!, masks.get(spec.name) ?? null));
  return {
    metrics: { parameters, activations, sparsity: kernelSparsity(specs, parameters) ?? 0 },
    snapshots,
    values,
    masks,
  };
}

function withQuantization(
  parameters: Readonly<Record<string, ParameterMetrics>>,
  kernels: Awaited<ReturnType<typeof describeKernels>>,
): Readonly<Record<string, ParameterMetrics>> {
  const described = [...kernels].map(([name, quantization]) => [name, { ...parameters[name]!, quantization }] as const);
  return { ...parameters, ...Object.fromEntries(described) };
}

function withMasks(
  parameters: Readonly<Record<string, ParameterMetrics>>,
  masks: NetworkValues,
  masksBefore: NetworkValues,
): Readonly<Record<string, ParameterMetrics>> {
  const described = Object.entries(parameters).map(([name, metrics]) => {
    const mask = masks.get(name);
    if (mask === undefined) return [name, metrics] as const;
    const pruned = mask.reduce((count, keeps) => (keeps === 0 ? count + 1 : count), 0);
    const change = maskChange(masksBefore.get(name) ?? new Float32Array(mask.length).fill(1), mask);
    return [name, { ...metrics, maskSparsity: pruned / mask.length, ...(change && { maskChange: change }) }] as const;
  });
  return Object.fromEntries(described);
}

/** Sparsity of all kernels, and of those that the schedule prunes. */
export async function describeResult(
  model: TrainedNetwork,
  schedule: Schedule,
): Promise<Pick<RunResult, 'sparsity' | 'prunedSparsity'>> {
  const { specs } = model.parameters;
  const parameters = measureAll(model, await model.parameters.readValues(specs.map(({ name }) => name)));
  const touched = specs.filter((spec) => isPruned(schedule, spec));
  return { sparsity: kernelSparsity(specs, parameters) ?? 0, prunedSparsity: kernelSparsity(touched, parameters) };
}

function measureAll(
  model: TrainedNetwork,
  values: ReadonlyMap<string, Float32Array>,
): Readonly<Record<string, ParameterMetrics>> {
  return Object.fromEntries(
    model.parameters.specs.map((spec) => {
      const bits = model.quantization?.bitsOf(spec.name) ?? 32;
      return [spec.name, measureParameter(spec, values.get(spec.name)!, bits)];
    }),
  );
}

/** Whether a pruner, or a regularizer that thresholds, addresses the parameter. */
function isPruned(schedule: Schedule, spec: TrainedNetwork['parameters']['specs'][number]): boolean {
  return schedule.policies.some((policy) => {
    const { definition, args } = policy.component;
    if (policy.kind === 'pruner') return (definition.create(args) as Pruner).touches(spec, policy.args.levels);
    if (policy.kind !== 'regularizer' || args['threshold_criteria'] == null) return false;
    return (definition.create(args) as Regularizer).touches(spec);
  });
}
