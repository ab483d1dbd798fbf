import { defaultRateDropEpoch, defaultRateDropFactor } from '../core/default-rate-drop.ts';
import { networkParameters } from '../core/network.ts';
import type { NetworkValues } from '../core/network-reference.ts';
import { createRandom, type Random } from '../core/random.ts';
import type { Checkpoint } from '../protocol/epoch-memory.ts';
import type { Environment, EpochMetrics, NamedTensor } from '../protocol/training-event.ts';
import type { AnalysisSource } from './analysis/trained-model.ts';
import { CompressionScheduler } from './compression-scheduler.ts';
import { createPolicies } from './create-policies.ts';
import { DeviceParameters, initialValues } from './device-parameters.ts';
import { yieldToMessages } from './device-queue.ts';
import { EpochRecorder } from './epoch-recorder.ts';
import { EpochSteps } from './epoch-steps.ts';
import { Diverged } from './diverged.ts';
import { describeEpoch, describeResult } from './describe-epoch.ts';
import { type Evaluation, smallestEvaluationBatch } from './evaluation.ts';
import { Optimizer } from './optimizer.ts';
import { PauseGate, RunStopped } from './pause-gate.ts';
import { prepareRun } from './prepare-run.ts';
import { ProgressMeter } from './progress-meter.ts';
import { PrunerEvidence } from './pruner-evidence.ts';
import { readInference, readSource } from './read-inference.ts';
import { beginningOf, restoreState, valuesOf } from './resume-training.ts';
import { accessNetwork } from './network-access.ts';
import type { SessionOptions } from './session-options.ts';
import { StepLoop } from './step-loop.ts';
import { Teachers } from './teachers.ts';
import { TrainedNetwork } from './train-step.ts';

/**
 * One training from its first weights to its result on the backend that is current. Everything that is random follows from
 * the schedule's seed: the same schedule on the same backend gives the same numbers.
 */
export class TrainingSession {
  private readonly options: SessionOptions;
  private readonly gate: PauseGate;
  private readonly model: TrainedNetwork;
  private readonly optimizer: Optimizer;
  private readonly scheduler: CompressionScheduler;
  private readonly evidence: PrunerEvidence;
  private readonly teachers: Teachers;
  private readonly steps: EpochSteps;
  private readonly random: Random;
  private readonly progress: ProgressMeter;
  private readonly loop: StepLoop;
  private readonly recorder: EpochRecorder | null;
  private masks: NetworkValues = new Map();
  private isDisposed = false;

  /** @throws RangeError if the schedule wants a finished run as a teacher and none is given, or cannot go on from `from`. */
  constructor(options: SessionOptions) {
    const { schedule, runId, emit, data, teacher, from } = options;
    this.options = options;
    this.random = createRandom(schedule.training.seed);
    this.teachers = new Teachers({
      ...{ schedule, data, random: this.random.fork('teachers') },
      ...(teacher && { given: teacher }),
    });
    const { network, values } = beginningOf(schedule, from);
    const parameters = new DeviceParameters(
      networkParameters(network),
      (spec) => values.get(spec.name) ?? initialValues(spec, this.random),
    );
    this.model = new TrainedNetwork(network, parameters, values);
    this.optimizer = new Optimizer(schedule.training.optimizer, this.model.trainable());
    this.evidence = new PrunerEvidence(schedule.policies, schedule.network);
    this.scheduler = new CompressionScheduler({
      policies: createPolicies(schedule, this.random.fork('policies'), (teacher, inputs) =>
        this.teachers.logits(teacher, inputs),
      ),
      store: parameters,
      network: accessNetwork({
        model: this.model,
        optimizer: this.optimizer,
        evidence: this.evidence,
        samples: { train: data.train, normalization: data, batchSize: schedule.training.batchSize },
        onThinned: () => this.sayNetworkChanged(),
      }),
      rates: this.optimizer.rates,
      startQuantization: (quantizer) => {
        for (const group of this.model.startQuantization(quantizer).learnedGroups()) this.optimizer.addGroup(group);
      },
    });
    const { model, optimizer, scheduler, evidence } = this;
    this.steps = new EpochSteps({
      ...{ model, optimizer, scheduler, evidence },
      settings: schedule.training.optimizer,
      samples: data.train,
      testSamples: data.test,
      normalization: data,
      batchSize: schedule.training.batchSize,
      precision: schedule.training.precision,
      teacherOf: (wanted) => this.teachers.networkOf(wanted),
      onCompiled: (done, total) => emit({ type: 'preparing', runId, what: 'shaders', done, total }),
    });
    if (from !== undefined) this.takeUp(from);
    this.recorder =
      options.keepsEpochs === true
        ? new EpochRecorder({ schedule, model, optimizer, evidence, data, validations: from?.validations ?? [] })
        : null;
    this.progress = new ProgressMeter(runId, emit);
    this.gate = new PauseGate(options.paused === true);
    const { steps, gate, progress } = this;
    this.loop = new StepLoop({ steps, gate, progress, runId, emit });
  }

  /**
   * Trains to the end, and says everything by events: the result or the failure too. The weights stay until `dispose`.
   *
   * @throws whatever the backend throws; what a person or a schedule can cause is an event.
   */
  async run(): Promise<void> {
    const { runId, emit } = this.options;
    const startedAt = performance.now();
    try {
      await prepareRun({ ...this.options, teachers: this.teachers, steps: this.steps, gate: this.gate });
      this.announce();
      for (let epoch = this.firstEpoch; epoch < this.options.schedule.training.epochs; epoch++)
        await this.runEpoch(epoch);
      await this.finish(startedAt);
    } catch (error) {
      if (error instanceof RunStopped) emit({ type: 'stopped', runId });
      else if (error instanceof Diverged) {
        const { message, epoch, step } = error;
        emit({ type: 'failed', runId, failure: { kind: 'diverged', message, epoch, step } });
      } else throw error;
    } finally {
      this.progress.dispose();
      await this.steps.settle();
      this.steps.dispose();
      this.evidence.forget();
      this.teachers.dispose();
      this.optimizer.dispose();
    }
  }

  pause(): void {
    this.gate.pause();
  }

  resume(): void {
    if (this.gate.resume()) this.options.emit({ type: 'resumed', runId: this.options.runId });
  }

  /** Trains one minibatch, or to the end of the epoch, then pauses. */
  step(unit: 'minibatch' | 'epoch'): void {
    this.gate.step(unit);
  }

  stop(): void {
    this.gate.stop();
  }

  /** The values that inference uses: masked and fake quantized, and the running statistics of batch normalizations. */
  async readWeights(): Promise<readonly NamedTensor[]> {
    await this.steps.settle();
    return readInference(this.model);
  }

  /** A copy of the model for analyses, with the samples to look at. The model itself goes on by itself. */
  async readModel(): Promise<AnalysisSource> {
    await this.steps.settle();
    const { data, schedule } = this.options;
    return readSource(this.model, { data, built: schedule.network, batchSize: schedule.training.batchSize });
  }

  /** Frees the weights. Call it once `run` has ended. */
  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    this.model.dispose();
  }

  private announce(): void {
    const { runId, schedule, emit } = this.options;
    const { model, dataset, seed, epochs } = schedule.training;
    const environment = this.environment;
    const { specs: parameters } = this.model.parameters;
    const { firstEpoch } = this;
    const { count: stepsPerEpoch } = this.steps;
    const settings = { model, dataset, seed, epochs, stepsPerEpoch, ...(firstEpoch > 0 && { firstEpoch }) };
    emit({ type: 'started', runId, ...settings, parameters, environment });
  }

  /** The device, and what it made of the precision that the schedule asks for. */
  private get environment(): Environment {
    const { environment, schedule } = this.options;
    if (schedule.training.precision === 'f32') return environment;
    const { precision, problem } = this.steps.chosen;
    return { ...environment, precision, ...(problem && { precisionProblem: problem }) };
  }

  private get firstEpoch(): number {
    return this.options.from?.epoch ?? 0;
  }

  /** Policies that began earlier, masks, quantization and the optimizer as they were after the epochs that are done. */
  private takeUp(from: Checkpoint): void {
    const { scheduler, model, optimizer, evidence, steps } = this;
    scheduler.catchUp(from.validations, steps.count, (epoch) => this.dropRateAt(epoch));
    restoreState(model, optimizer, from);
    evidence.restore(from.evidence);
    this.masks = valuesOf(from.masks);
  }

  private sayNetworkChanged(): void {
    const { runId, emit } = this.options;
    emit({ type: 'network-changed', runId, parameters: this.model.parameters.specs });
  }

  private async runEpoch(epoch: number): Promise<void> {
    const { runId, schedule, emit } = this.options;
    await this.loop.pauseBefore(epoch, 0);
    const startedAt = performance.now();
    this.dropRateAt(epoch);
    await this.scheduler.onEpochBegin(epoch, this.steps.count);
    const learningRate = this.optimizer.rates.current[0]!;
    const train = await this.trainEpoch(epoch);
    const validation = await this.evaluate(epoch, schedule.training.validationSize, 'validating');
    await this.steps.settle();
    this.scheduler.onEpochEnd(epoch, this.steps.count, validation);
    const described = await describeEpoch(this.model, this.masks);
    const { metrics, snapshots } = described;
    this.masks = described.masks;
    const durationMs = performance.now() - startedAt;
    const events = this.scheduler.takeEvents();
    const { precision } = this.steps;
    const epochMetrics: EpochMetrics = {
      ...{ epoch, learningRate, durationMs, train, validation, ...metrics, events },
      ...(schedule.training.precision !== 'f32' && { precision }),
    };
    emit({ type: 'epoch-end', runId, metrics: epochMetrics, snapshots });
    if (this.recorder)
      emit({ type: 'epoch-kept', runId, ...(await this.recorder.record(epoch, described, validation)) });
    this.gate.afterEpoch();
  }

  private async trainEpoch(epoch: number): Promise<EpochMetrics['train']> {
    const { data } = this.options;
    const order = this.random.fork(`order/${String(epoch)}`).permutation(data.train.count);
    this.evidence.beginEpoch(epoch);
    await this.steps.begin(epoch, order);
    return this.loop.run(epoch);
  }

  private dropRateAt(epoch: number): void {
    const { schedule } = this.options;
    if (!schedule.defaultLearningRateDrop || epoch !== defaultRateDropEpoch(schedule.training.epochs)) return;
    const { rates } = this.optimizer;
    rates.current = rates.current.map((rate) => rate * defaultRateDropFactor);
  }

  private async evaluate(epoch: number, wanted: number, phase: 'validating' | 'testing'): Promise<Evaluation> {
    const { data, schedule } = this.options;
    const count = Math.min(wanted, data.test.count);
    const exits = this.scheduler.exitsIn(epoch);
    const onBatch = async (): Promise<void> => {
      this.progress.sayPhase(epoch, phase);
      this.gate.throwIfStopped();
      await yieldToMessages();
    };
    const measured = await this.steps.evaluate(count, onBatch);
    if (measured) return measured;
    await this.steps.settle();
    const { evaluate } = await import('./evaluate.ts');
    return evaluate({
      model: this.model,
      samples: data.test,
      normalization: data,
      count,
      batchSize: Math.max(schedule.training.batchSize, smallestEvaluationBatch),
      exits,
      onBatch,
    });
  }

  private async finish(startedAt: number): Promise<void> {
    const { runId, schedule, data, emit } = this.options;
    const evaluation = await this.evaluate(schedule.training.epochs - 1, data.test.count, 'testing');
    const sparsities = await describeResult(this.model, schedule);
    const durationMs = performance.now() - startedAt;
    emit({ type: 'finished', runId, result: { ...evaluation, testSize: data.test.count, ...sparsities, durationMs } });
  }
}
