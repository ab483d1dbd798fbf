import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { networkParameters } from '../core/network.ts';
import { createRandom } from '../core/random.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import { zoo } from '../zoo/zoo.ts';
import { ActivationTallies } from './activation-tallies.ts';
import { useCpuBackend } from './backend-cpu.ts';
import { CompressionScheduler } from './compression-scheduler.ts';
import { createPolicies } from './create-policies.ts';
import { DeviceParameters, initialValues } from './device-parameters.ts';
import { accessNetwork } from './network-access.ts';
import { Optimizer } from './optimizer.ts';
import { PrunerEvidence } from './pruner-evidence.ts';
import { disposeStepMetrics, TrainedNetwork, TrainStep } from './train-step.ts';

beforeAll(useCpuBackend);

const random = createRandom(1);

/** Trains steps of four noisy images; the test looks on in between. */
function createTraining(sections: string) {
  const text = `version: 1\ntraining: {model: cnn_mnist, dataset: mnist, epochs: 4}\n${sections}`;
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'));
  const { network, policies } = parsed.value;
  const parameters = new DeviceParameters(networkParameters(network), (spec) => initialValues(spec, random));
  const model = new TrainedNetwork(network, parameters);
  const optimizer = new Optimizer(parsed.value.training.optimizer, model.trainable());
  const evidence = new PrunerEvidence(policies, network);
  const scheduler = new CompressionScheduler({
    policies: createPolicies(parsed.value, random),
    store: parameters,
    network: accessNetwork({ model, optimizer, evidence }),
    rates: optimizer.rates,
    startQuantization: () => undefined,
  });
  const step = new TrainStep({ model, optimizer, scheduler, evidence });
  return {
    ...{ parameters, evidence, scheduler },
    async runEpoch(epoch: number): Promise<void> {
      await scheduler.onEpochBegin(epoch, 1);
      evidence.beginEpoch(epoch);
      const inputs = Float32Array.from({ length: 4 * 784 }, () => random.normal());
      const batch = { inputs, labels: Int32Array.of(0, 1, 2, 3), count: 4 };
      disposeStepMetrics(await step.run(batch, { epoch, step: 0, stepsPerEpoch: 1 }));
      scheduler.onEpochEnd(epoch, 1, { loss: 1, top1: 0 });
    },
    dispose(): void {
      evidence.forget();
      optimizer.dispose();
      model.dispose();
    },
  };
}

const schedule = (pruner: string, epochs: string): string =>
  `pruners:\n  p: {class: ${pruner}, group_type: Filters, desired_sparsity: 0.5, weights: [conv1.weight]}\n` +
  `policies:\n  - pruner: {instance_name: p}\n    epochs: [${epochs}]\n`;

test('the statistics are shares of zeros and means per channel over all batches', async () => {
  const tallies = new ActivationTallies();
  tallies.add('relu', tf.tensor2d([0, 1, 0, 3], [2, 2]));
  tallies.add('relu', tf.tensor4d([2, 0], [1, 1, 1, 2]));
  const { apoz, mean } = (await tallies.read('relu'))!;
  expect([...apoz]).toEqual([expect.closeTo(200 / 3, 4), expect.closeTo(100 / 3, 4)]);
  expect([...mean]).toEqual([expect.closeTo(2 / 3, 5), expect.closeTo(4 / 3, 5)]);
  tallies.clear();
  expect(await tallies.read('relu')).toBeNull();
});

test('filters are ranked by what the epoch before saw of their activations, and watching ends with the policy', async () => {
  const training = createTraining(schedule('ActivationAPoZRankedFilterPruner', '1'));
  await training.runEpoch(0);
  const { apoz } = (await training.evidence.readActivations('conv1'))!;
  await training.runEpoch(1);
  const mask = (await training.parameters.readMasks(['conv1.weight'])).get('conv1.weight')!;
  const kept = Array.from(apoz, (_, filter) => mask[filter]!);
  const most = (keep: number): number[] => [...apoz].filter((_, filter) => kept[filter] === keep);
  expect(most(0)).toHaveLength(apoz.length / 2);
  expect(Math.min(...most(0))).toBeGreaterThanOrEqual(Math.max(...most(1)));
  expect(await training.evidence.readActivations('conv1')).toBeNull();
  training.dispose();
});

test('a gradient ranks only once there is one, and nothing is kept for a schedule that needs none', async () => {
  const tensors = tf.memory().numTensors;
  const training = createTraining(schedule('GradientRankedFilterPruner', '0, 1'));
  await training.runEpoch(0);
  expect(training.parameters.hasMask('conv1.weight')).toBe(false);
  expect(await training.evidence.readGradient('conv1.weight')).not.toBeNull();
  await training.runEpoch(1);
  expect(training.parameters.hasMask('conv1.weight')).toBe(true);
  training.dispose();
  expect(tf.memory().numTensors).toBe(tensors);
  const other = createTraining(schedule('RandomRankedFilterPruner', '0, 1'));
  await other.runEpoch(0);
  expect(await other.evidence.readGradient('conv1.weight')).toBeNull();
  other.dispose();
});

test.each([
  ['GradientRankedFilterPruner', 'gradient'],
  ['ActivationAPoZRankedFilterPruner', 'activation'],
])('%s says so where it has no %s to rank by, and only there', { timeout: 20_000 }, async (pruner, missing) => {
  const training = createTraining(schedule(pruner, '0, 1'));
  await training.runEpoch(0);
  const [blind] = training.scheduler.takeEvents().filter(({ what }) => what === 'not-pruned');
  expect(blind).toMatchObject({ epoch: 0, policy: 0, instanceName: 'p' });
  expect(blind!.message).toContain(`conv1.weight: no ${missing}`);
  await training.runEpoch(1);
  const later = training.scheduler.takeEvents().map(({ what }) => what);
  expect(later).toContain('mask-update');
  expect(later).not.toContain('not-pruned');
  training.dispose();
});
