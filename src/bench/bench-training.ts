import { networkParameters } from '../core/network.ts';
import type { NetworkValues } from '../core/network-reference.ts';
import type { Network } from '../core/network.ts';
import { createRandom } from '../core/random.ts';
import { CompressionScheduler } from '../engine/compression-scheduler.ts';
import { createPolicies } from '../engine/create-policies.ts';
import { DeviceParameters } from '../engine/device-parameters.ts';
import { accessNetwork } from '../engine/network-access.ts';
import { Optimizer } from '../engine/optimizer.ts';
import { PrunerEvidence } from '../engine/pruner-evidence.ts';
import { TrainedNetwork, type TrainStepOptions } from '../engine/train-step.ts';
import type { BenchTask } from './bench-task.ts';

/** Steps of the one epoch: it never ends. */
export const stepsPerEpoch = Number.MAX_SAFE_INTEGER;

/** What a step works on, as a session makes it, at the beginning of epoch 0; and who teaches where somebody does. */
export async function createTraining({
  schedule,
  values,
  teacher,
}: BenchTask): Promise<TrainStepOptions & { readonly teaching: TrainedNetwork }> {
  const model = createModel(schedule.network, values);
  const teaching = createModel(teacher.network, teacher.values);
  const optimizer = new Optimizer(schedule.training.optimizer, model.trainable());
  const evidence = new PrunerEvidence(schedule.policies, schedule.network);
  const scheduler = new CompressionScheduler({
    policies: createPolicies(schedule, createRandom(1), (_, inputs) => teaching.forward(inputs, false)),
    store: model.parameters,
    network: accessNetwork({ model, optimizer, evidence }),
    rates: optimizer.rates,
    startQuantization: (quantizer) => {
      for (const group of model.startQuantization(quantizer).learnedGroups()) optimizer.addGroup(group);
    },
  });
  await scheduler.onEpochBegin(0, stepsPerEpoch);
  return { model, optimizer, scheduler, evidence, teaching };
}

function createModel(network: Network, values: NetworkValues): TrainedNetwork {
  const parameters = new DeviceParameters(networkParameters(network), ({ name, size }) => {
    return values.get(name) ?? new Float32Array(size);
  });
  return new TrainedNetwork(network, parameters);
}
