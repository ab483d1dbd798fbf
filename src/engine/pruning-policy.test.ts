import { beforeAll, expect, test } from 'vitest';
import { networkParameters, type Network } from '../core/network.ts';
import { createRandom } from '../core/random.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import { useCpuBackend } from './backend-cpu.ts';
import { CompressionScheduler } from './compression-scheduler.ts';
import { createPolicies } from './create-policies.ts';
import { DeviceParameters } from './device-parameters.ts';
import { accessNetwork } from './network-access.ts';
import { Optimizer } from './optimizer.ts';
import { PrunerEvidence } from './pruner-evidence.ts';
import { TrainedNetwork } from './train-step.ts';

beforeAll(useCpuBackend);

const network: Network = {
  name: 'small',
  inputShape: [1, 1, 1],
  layers: [
    {
      ...{ name: 'conv', kind: 'conv2d', inChannels: 1, outChannels: 2 },
      ...{ kernelSize: [1, 1], stride: 1, padding: 0, bias: false },
    },
    { name: 'bn', kind: 'batch-norm', features: 2, epsilon: 0, momentum: 0.1 },
    { name: 'flatten', kind: 'flatten' },
  ],
};
const zoo = {
  models: [{ name: 'small', summary: '', inputShape: [1, 1, 1], build: () => network }],
  datasets: [{ name: 'dots', summary: '', inputShape: [1, 1, 1], classCount: 2, trainSize: 8, testSize: 8 }],
};

/** conv.weight is [2, 1], the scale of the batch normalization [1, 1], its running variance [100, 1]. */
async function maskOf(args: string): Promise<readonly number[]> {
  const parsed = parseSchedule(
    `version: 1
training: {model: small, dataset: dots, epochs: 1, train_size: 8, validation_size: 8, batch_size: 4}
pruners:
  half: {class: L1RankedStructureParameterPruner, group_type: Filters, desired_sparsity: 0.5, weights: [conv.weight]}
policies:
  - pruner: {instance_name: half${args}}
    epochs: [0]
`,
    zoo,
  );
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'));
  const store = new DeviceParameters(networkParameters(network), ({ role }) => {
    if (role === 'kernel') return Float32Array.of(2, 1);
    return role === 'scale' ? Float32Array.of(1, 1) : Float32Array.of(0, 0);
  });
  const statistics = new Map([['bn.running_var', Float32Array.of(100, 1)]]);
  const model = new TrainedNetwork(network, store, statistics);
  const optimizer = new Optimizer(parsed.value.training.optimizer, model.trainable());
  const scheduler = new CompressionScheduler({
    policies: createPolicies(parsed.value, createRandom(1)),
    store,
    network: accessNetwork({ model, optimizer, evidence: new PrunerEvidence(parsed.value.policies, network) }),
    rates: { base: [0.1], current: [0.1], momentum: 0 },
    startQuantization: () => undefined,
  });
  await scheduler.onEpochBegin(0, 1);
  const mask = (await store.readMasks(['conv.weight'])).get('conv.weight')!;
  expect([...store.variable('conv.weight').dataSync()]).toEqual([2, 1]);
  optimizer.dispose();
  model.dispose();
  return [...mask];
}

test('with folded batch norm a filter that its running variance makes small goes, and weights stay', async () => {
  expect(await maskOf('')).toEqual([1, 0]);
  expect(await maskOf(', args: {fold_batchnorm: true}')).toEqual([0, 1]);
});
