import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Layer, Network } from '../../core/network.ts';
import { createRandom } from '../../core/random.ts';
import type { TrainingEvent } from '../../protocol/training-event.ts';
import { parseSchedule } from '../../schedule/parse-schedule.ts';
import type { Zoo } from '../../schedule/zoo-port.ts';
import { useCpuBackend } from '../backend-cpu.ts';
import { firstSamples } from '../batches.ts';
import type { TrainingData } from '../session-options.ts';
import { TrainingSession } from '../training-session.ts';
import { AnsweringNetwork } from './answering-network.ts';

beforeAll(useCpuBackend);

const convolution = (name: string, inChannels: number): Layer => ({
  ...{ name, kind: 'conv2d', inChannels, outChannels: 4, kernelSize: [3, 3], stride: 1, padding: 1, bias: false },
});
const norm = (name: string): Layer => ({ name, kind: 'batch-norm', features: 4, epsilon: 1e-5, momentum: 0.1 });
const network: Network = {
  name: 'small',
  inputShape: [4, 4, 1],
  layers: [
    ...[convolution('conv1', 1), norm('bn1'), { name: 'relu1', kind: 'relu' } as const],
    ...[convolution('conv2', 4), norm('bn2'), { name: 'relu2', kind: 'relu' } as const],
    { name: 'flatten', kind: 'flatten' },
    { name: 'fc', kind: 'dense', inFeatures: 64, outFeatures: 3, bias: true },
  ],
};
const zoo: Zoo = {
  models: [{ name: 'small', summary: '', inputShape: [4, 4, 1], build: () => network }],
  datasets: [{ name: 'dots', summary: '', inputShape: [4, 4, 1], classCount: 3, trainSize: 48, testSize: 24 }],
};
const random = createRandom(4);
const samples = (count: number) => ({
  count,
  inputs: Uint8Array.from({ length: count * 16 }, () => random.integer(256)),
  labels: Uint8Array.from({ length: count }, (_, index) => index % 3),
});
const data: TrainingData = { train: samples(48), test: samples(24), mean: 0.5, std: 0.3 };

const quantizer = (epoch: number): string => `  - quantizer: {instance_name: low}
    starting_epoch: ${String(epoch)}
    ending_epoch: 4
    frequency: 1
`;
const texts = {
  'without compression': 'policies: []\n',
  'masked and quantized with tracked ranges': `pruners:
  cut: {class: SparsityLevelParameterPruner, levels: {fc.weight: 0.6}}
quantizers:
  low: {class: QuantAwareTrainRangeLinearQuantizer, bits_activations: 4, bits_weights: 3}
policies:
  - pruner: {instance_name: cut}
    starting_epoch: 0
    ending_epoch: 4
    frequency: 1
${quantizer(2)}`,
  'with learned clipping': `quantizers:
  low: {class: PACTQuantizer, act_clip_init_val: 4.0, bits_activations: 3, bits_weights: 4}
policies:
${quantizer(1)}`,
  thinned: `pruners:
  filters: {class: L1RankedStructureParameterPruner, group_type: Filters, desired_sparsity: 0.5, weights: [conv1.weight, conv2.weight]}
extensions:
  cut: {class: FilterRemover, thinning_func_str: remove_filters, arch: small, dataset: dots}
policies:
  - pruner: {instance_name: filters}
    epochs: [1]
  - extension: {instance_name: cut}
    epochs: [2]
`,
};

function readText(policies: string) {
  const text = `version: 1
training: {model: small, dataset: dots, epochs: 4, train_size: 48, validation_size: 24, batch_size: 8, optimizer: {class: SGD, lr: 0.05}}
${policies}`;
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'));
  return parsed.value;
}

/** What training kept of each epoch, with what the trained network answered then. */
async function train(schedule: ReturnType<typeof readText>) {
  const events: TrainingEvent[] = [];
  const environment = { backend: 'cpu', adapter: 'test', software: true, versions: {} } as const;
  const emit = (event: TrainingEvent): void => void events.push(event);
  const session = new TrainingSession({ runId: 'run', schedule, data, environment, emit, keepsEpochs: true });
  await session.run();
  session.dispose();
  return events.flatMap((event) => (event.type === 'epoch-kept' ? [event] : []));
}

describe('a network that is opened anew answers as it did in training', () => {
  test.each(Object.entries(texts))('%s', async (_, policies) => {
    const schedule = readText(policies);
    const kept = await train(schedule);
    expect(kept).toHaveLength(4);
    for (const { checkpoint, snapshot } of kept.filter(({ snapshot: { answers } }) => answers !== null)) {
      const opened = await AnsweringNetwork.open(schedule, checkpoint, data);
      const { probabilities, classCount } = opened.answer(data.test.inputs);
      opened.dispose();
      const rows = Array.from({ length: data.test.count }, (__, at) =>
        probabilities.subarray(at * classCount, (at + 1) * classCount),
      );
      expect(rows.map((row) => Math.round(255 * Math.max(...row)))).toEqual([...snapshot.answers!.confidences]);
      expect(rows.map((row) => row.indexOf(Math.max(...row)))).toEqual([...snapshot.answers!.answers]);
    }
  });
});

test('part of the samples is answered as all of them are, and no tensor is left', async () => {
  const schedule = readText(texts['masked and quantized with tracked ranges']);
  const [, , third] = await train(schedule);
  const { numTensors } = tf.memory();
  const opened = await AnsweringNetwork.open(schedule, third!.checkpoint, data);
  const all = opened.answer(data.test.inputs);
  const some = opened.answer(firstSamples(data.test, 5).inputs);
  opened.dispose();
  expect([...some.probabilities]).toEqual([...all.probabilities.subarray(0, 15)]);
  expect(tf.memory().numTensors).toBe(numTensors);
});

test('inputs of another size and missing values are refused', async () => {
  const schedule = readText('policies: []\n');
  const [first] = await train(schedule);
  const opened = await AnsweringNetwork.open(schedule, first!.checkpoint, data);
  expect(() => opened.answer(new Float32Array(17))).toThrow(RangeError);
  opened.dispose();
  const values = first!.checkpoint.values.filter(({ name }) => name !== 'fc.bias');
  await expect(AnsweringNetwork.open(schedule, { ...first!.checkpoint, values }, data)).rejects.toThrow('fc.bias');
});
