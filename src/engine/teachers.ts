import type * as tf from '@tensorflow/tfjs-core';
import { defaultRateDropEpoch, defaultRateDropFactor } from '../core/default-rate-drop.ts';
import { networkParameters, type Network } from '../core/network.ts';
import type { NetworkValues } from '../core/network-reference.ts';
import type { Random } from '../core/random.ts';
import type { Extension, Teacher } from '../methods/extension.ts';
import type { Component, Schedule } from '../schedule/schedule.ts';
import { firstSamples, type Normalization, type SampleSet } from './batches.ts';
import { CompressionScheduler } from './compression-scheduler.ts';
import { DeviceParameters, initialValues } from './device-parameters.ts';
import { StepQueue, yieldToMessages } from './device-queue.ts';
import { Diverged } from './diverged.ts';
import { EpochSteps } from './epoch-steps.ts';
import { accessNetwork } from './network-access.ts';
import { Optimizer } from './optimizer.ts';
import { PrunerEvidence } from './pruner-evidence.ts';
import { groupsUnderWay, StepPace } from './step-pace.ts';
import { type MeasuredStep, TrainedNetwork } from './train-step.ts';

/** A finished run as a teacher. */
export interface GivenTeacher {
  readonly network: Network;
  /** Parameters and running statistics. */
  readonly values: NetworkValues;
}

export interface TeachersOptions {
  readonly schedule: Schedule;
  readonly data: Normalization & { readonly train: SampleSet; readonly teaching?: SampleSet };
  readonly random: Random;
  /** What a policy means by the teacher `run`. */
  readonly given?: GivenTeacher;
}

type TrainedTeacher = Extract<Teacher, { kind: 'model' }>;

/** How the training of teachers is watched. */
export interface TeachingWatch {
  /** Called after each step; may throw to end it. */
  readonly onStep: (done: number, total: number) => void;
}

/**
 * The networks that teach by the policies of a schedule. Those named as models are trained first, dense, on the data, with
 * the batch size and the optimizer of the schedule, and a learning rate that falls to a tenth in the last quarter.
 */
export class Teachers {
  private readonly options: TeachersOptions;
  private readonly wanted: ReadonlyMap<string, Teacher>;
  private readonly ready = new Map<string, TrainedNetwork>();

  /** @throws RangeError if a policy wants a finished run and none is given. */
  constructor(options: TeachersOptions) {
    this.options = options;
    const { policies } = options.schedule;
    const teachers = policies
      .filter(({ kind }) => kind === 'extension')
      .flatMap(({ component }) => teacherOf(component));
    this.wanted = new Map(teachers.map((teacher) => [keyOf(teacher), teacher]));
    if (this.wanted.has(keyOf({ kind: 'run' })) && options.given === undefined) {
      throw new RangeError('Choose a finished run as the teacher, or name a model in `teacher`.');
    }
  }

  /** Whether there are any that learn from the data first. */
  get areTrained(): boolean {
    return [...this.wanted.values()].some(({ kind }) => kind === 'model');
  }

  /**
   * Makes all teachers ready.
   *
   * @throws Diverged if one cannot be trained with the schedule's optimizer.
   */
  async prepare(watch: TeachingWatch): Promise<void> {
    const trained = [...this.wanted.values()].filter((teacher) => teacher.kind === 'model');
    const total = trained.reduce((sum, teacher) => sum + teacher.epochs * this.stepsPerEpoch(teacher), 0);
    let done = 0;
    for (const [key, teacher] of this.wanted) {
      const model = teacher.kind === 'run' ? this.load() : this.create(teacher.model);
      this.ready.set(key, model);
      if (teacher.kind === 'model') await this.train(model, teacher, () => watch.onStep(++done, total));
    }
  }

  /** What a teacher makes of a batch, in inference mode: [batch, classes]. The caller tidies. */
  logits(teacher: Teacher, inputs: tf.Tensor): tf.Tensor {
    return this.networkOf(teacher).forward(inputs, false);
  }

  /** A teacher that is ready; it stays with this object. */
  networkOf(teacher: Teacher): TrainedNetwork {
    const model = this.ready.get(keyOf(teacher));
    if (model === undefined) throw new Error('The teacher is not ready');
    return model;
  }

  dispose(): void {
    for (const model of this.ready.values()) model.dispose();
    this.ready.clear();
  }

  /** What a teacher is trained on: the first so many of all samples that there are. */
  private samplesFor({ size }: TrainedTeacher): SampleSet {
    const { train, teaching = train } = this.options.data;
    return firstSamples(teaching, Math.min(size ?? train.count, teaching.count));
  }

  private stepsPerEpoch(teacher: TrainedTeacher): number {
    return Math.ceil(this.samplesFor(teacher).count / this.options.schedule.training.batchSize);
  }

  private load(): TrainedNetwork {
    const { network, values } = this.options.given!;
    const parameters = new DeviceParameters(networkParameters(network), ({ name }) => {
      const own = values.get(name);
      if (own === undefined) throw new RangeError(`The teacher has no values of ${name}`);
      return own;
    });
    return new TrainedNetwork(network, parameters, values);
  }

  private create(name: string): TrainedNetwork {
    const network = this.options.schedule.teachers[name];
    if (network === undefined) throw new RangeError(`There is no model ${name}`);
    const random = this.options.random.fork(name);
    return new TrainedNetwork(
      network,
      new DeviceParameters(networkParameters(network), (spec) => initialValues(spec, random)),
    );
  }

  private async train(model: TrainedNetwork, teacher: TrainedTeacher, onStep: () => void): Promise<void> {
    const { model: name, epochs } = teacher;
    const samples = this.samplesFor(teacher);
    const { schedule, random } = this.options;
    const optimizer = new Optimizer(schedule.training.optimizer, model.trainable());
    const steps = this.createSteps(model, optimizer, samples);
    const { rates } = optimizer;
    const queue = new StepQueue(groupsUnderWay);
    const pace = new StepPace();
    let last: MeasuredStep | null = null;
    try {
      for (let epoch = 0; epoch < epochs; epoch++) {
        if (epoch === defaultRateDropEpoch(epochs))
          rates.current = rates.current.map((rate) => rate * defaultRateDropFactor);
        await steps.begin(epoch, random.fork(`${name}/order/${String(epoch)}`).permutation(samples.count));
        for (let step = 0; step < steps.count; ) {
          const startedAt = performance.now();
          const measured = await steps.run(step, pace.steps);
          await queue.push();
          pace.note(measured.length, performance.now() - startedAt);
          for (const own of measured) {
            last?.dispose();
            last = own;
            onStep();
          }
          step += measured.length;
          await yieldToMessages();
        }
        await queue.drain();
      }
      const result = await last?.read();
      last = null;
      if (result && !Number.isFinite(result.lossSum)) {
        throw new Diverged(`of the teacher ${name}`, { epoch: 0, step: 0 });
      }
      await steps.settle();
    } finally {
      last?.dispose();
      steps.dispose();
      optimizer.dispose();
    }
  }

  /** Steps of a dense training. */
  private createSteps(model: TrainedNetwork, optimizer: Optimizer, samples: SampleSet): EpochSteps {
    const { schedule, data } = this.options;
    const evidence = new PrunerEvidence([], model.network);
    const scheduler = new CompressionScheduler({
      policies: [],
      store: model.parameters,
      network: accessNetwork({ model, optimizer, evidence }),
      rates: optimizer.rates,
      startQuantization: () => undefined,
    });
    return new EpochSteps({
      ...{ model, optimizer, scheduler, evidence, samples },
      settings: schedule.training.optimizer,
      testSamples: samples,
      normalization: data,
      batchSize: schedule.training.batchSize,
      precision: schedule.training.precision,
      teacherOf: (teacher) => this.networkOf(teacher),
    });
  }
}

function teacherOf({ definition, args }: Component): readonly Teacher[] {
  const extension = definition.create(args) as Extension;
  return extension.type === 'distillation' ? [extension.teacher] : [];
}

function keyOf(teacher: Teacher): string {
  return teacher.kind === 'run' ? 'run' : `${teacher.model}/${String(teacher.epochs)}/${String(teacher.size)}`;
}
