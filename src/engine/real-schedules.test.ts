import { beforeAll, describe, expect, it } from 'vitest';
import { type Layer, type Network, networkParameters, type PoolLayer } from '../core/network.ts';
import { createRandom, type Random } from '../core/random.ts';
import type { ScheduleEvent } from '../protocol/training-event.ts';
import { parseSchedule } from '../schedule/parse-schedule.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { zoo } from '../zoo/zoo.ts';
import { useCpuBackend } from './backend-cpu.ts';
import { CompressionScheduler } from './compression-scheduler.ts';
import { createPolicies } from './create-policies.ts';
import { DeviceParameters, initialValues } from './device-parameters.ts';
import { accessNetwork } from './network-access.ts';
import { Optimizer } from './optimizer.ts';
import { PrunerEvidence } from './pruner-evidence.ts';
import { type Batch, readStepMetrics, TrainedNetwork, TrainStep } from './train-step.ts';

const texts = import.meta.glob<string>('../schedule/golden/real-schedules/*.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Schedules written for another model than the default one, and one that is here. */
const cases = Object.entries(texts).flatMap(([path, text]) => {
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok || parsed.value.training.model === 'cnn_mnist') return [];
  return [{ file: path.replace(/^.*\//, ''), model: parsed.value.training.model, schedule: parsed.value }];
});

beforeAll(useCpuBackend);

describe('a real schedule for a model that is here', () => {
  it('is told by the names in it, or by what it says', () => {
    const count = (name: string) => cases.filter(({ model }) => model === name).length;
    expect(count('resnet20_cifar')).toBeGreaterThanOrEqual(8);
    for (const name of ['plain20_cifar', 'preact_resnet20_cifar', 'simplenet_mnist', 'mobilenet_025_cifar'])
      expect(count(name), name).toBeGreaterThan(0);
  });

  it.each(cases)('trains as it stands: $model, $file', { timeout: 60_000 }, async ({ schedule }) => {
    const training = new ShortTraining({ ...schedule, network: smallPictures(schedule.network) });
    const starts = schedule.policies.map(({ index, epochs }) => ({ policy: index, epoch: epochs[0]! }));
    const epochs = [...new Set(starts.map(({ epoch }) => epoch))].sort((a, b) => a - b);
    for (const epoch of epochs) await training.runEpoch(epoch);
    training.dispose();
    for (const start of starts)
      expect(training.events).toContainEqual(expect.objectContaining({ ...start, what: 'starts' }));
    for (const { kind, index, epochs: active } of schedule.policies.filter((policy) => policy.kind === 'pruner')) {
      const masks = { kind, policy: index, epoch: active[0]!, what: 'mask-update' };
      expect(training.events).toContainEqual(expect.objectContaining(masks));
    }
    expect(training.losses.every(Number.isFinite), training.losses.join()).toBe(true);
  });
});

const stepsPerEpoch = 1;
const batchSize = 2;

/**
 * The residual networks for pictures of 4×4, which their stem pads to 8×8 instead of 32×32: every parameter keeps its shape,
 * and a step takes a sixteenth of the time.
 */
function smallPictures(network: Network): Network {
  const isPool = (layer: Layer): layer is PoolLayer => layer.name === 'avgpool';
  if (!network.layers.some((layer) => isPool(layer) && layer.size === 8)) return network;
  const layers = network.layers.map((layer) => (isPool(layer) ? { ...layer, size: 2 } : layer));
  return { ...network, inputShape: [4, 4, network.inputShape[2]!], layers };
}

/** The parts of a training session, for single epochs of a schedule: a step of two random samples each. */
class ShortTraining {
  readonly events: (ScheduleEvent & { readonly epoch: number })[] = [];
  readonly losses: number[] = [];
  private readonly random: Random;
  private readonly model: TrainedNetwork;
  private readonly optimizer: Optimizer;
  private readonly scheduler: CompressionScheduler;
  private readonly step: TrainStep;
  private readonly evidence: PrunerEvidence;

  constructor(schedule: Schedule) {
    this.random = createRandom(schedule.training.seed);
    const specs = networkParameters(schedule.network);
    const parameters = new DeviceParameters(specs, (spec) => initialValues(spec, this.random));
    const model = new TrainedNetwork(schedule.network, parameters);
    const optimizer = new Optimizer(schedule.training.optimizer, model.trainable());
    const evidence = new PrunerEvidence(schedule.policies, schedule.network);
    const scheduler = new CompressionScheduler({
      policies: createPolicies(schedule, this.random.fork('policies'), () => {
        throw new Error('No real schedule has a teacher');
      }),
      store: parameters,
      network: accessNetwork({ model, optimizer, evidence }),
      rates: optimizer.rates,
      startQuantization: (quantizer) => {
        for (const group of model.startQuantization(quantizer).learnedGroups()) optimizer.addGroup(group);
      },
    });
    this.step = new TrainStep({ model, optimizer, scheduler, evidence });
    this.model = model;
    this.optimizer = optimizer;
    this.scheduler = scheduler;
    this.evidence = evidence;
  }

  async runEpoch(epoch: number): Promise<void> {
    await this.scheduler.onEpochBegin(epoch, stepsPerEpoch);
    this.evidence.beginEpoch(epoch);
    for (let step = 0; step < stepsPerEpoch; step++) {
      const { lossSum } = await readStepMetrics(await this.step.run(this.drawBatch(), { epoch, step, stepsPerEpoch }));
      this.losses.push(lossSum);
    }
    this.scheduler.onEpochEnd(epoch, stepsPerEpoch, { loss: 1, top1: 0.5 });
    this.events.push(...this.scheduler.takeEvents().map((event) => ({ ...event, epoch })));
  }

  private drawBatch(): Batch {
    const count = batchSize;
    const size = this.model.network.inputShape.reduce((product, length) => product * length, count);
    const inputs = Float32Array.from({ length: size }, () => this.random.normal());
    return { inputs, labels: Int32Array.from({ length: count }, (_, row) => row), count };
  }

  dispose(): void {
    this.optimizer.dispose();
    this.model.dispose();
  }
}
