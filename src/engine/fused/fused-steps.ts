import { type Network, networkParameters } from '../../core/network.ts';
import type { ActivationQuantizer } from '../../methods/define-method.ts';
import type { EarlyExitExtension, Teacher } from '../../methods/extension.ts';
import type { OptimizerSettings } from '../../schedule/schedule.ts';
import type { Normalization, SampleSet } from '../batches.ts';
import type { CompressionScheduler } from '../compression-scheduler.ts';
import { type Evaluation, smallestEvaluationBatch } from '../evaluation.ts';
import type { Optimizer } from '../optimizer.ts';
import type { LossTerm, Position } from '../policy.ts';
import type { PrunerEvidence } from '../pruner-evidence.ts';
import type { MeasuredStep, StepResult, TrainedNetwork } from '../train-step.ts';
import type { ResidentSamples } from './kernels/gather.ts';
import { type MethodWork, planMethodWork } from './parameter-work.ts';
import { type Plan, planNetwork } from './plan.ts';
import { type OnCompiled, Recorder } from './recorder.ts';
import { RecordedEvaluation } from './recorded-evaluation.ts';
import { RecordedStep, type RecordedTeacher } from './recorded-step.ts';
import { uploadSamples } from './resident-samples.ts';
import type { NamedScalar, StepContents } from './step-memory.ts';
import { loadPrograms } from './symbolic-programs.ts';
import { planRanges, type TrackedRanges } from './tracked-ranges.ts';
import { tuningOf } from './choose-tuning.ts';

export interface FusedStepsOptions {
  readonly device: GPUDevice;
  readonly model: TrainedNetwork;
  readonly optimizer: Optimizer;
  readonly settings: OptimizerSettings;
  readonly scheduler: CompressionScheduler;
  readonly evidence: PrunerEvidence;
  readonly samples: SampleSet;
  readonly testSamples: SampleSet;
  readonly normalization: Normalization;
  readonly batchSize: number;
  /** A teacher that is ready. */
  readonly teacherOf: (teacher: Teacher) => TrainedNetwork;
  /** Hears how far the pipelines of a step are. */
  readonly onCompiled?: OnCompiled;
}

/** What a recording was made for; another step needs another recording. */
interface Subject {
  readonly plan: Plan;
  readonly work: MethodWork;
  readonly ranges: TrackedRanges | null;
  readonly learned: readonly NamedScalar[];
  readonly terms: readonly LossTerm[];
  /** Early exits that learn too, and by which samples leave. */
  readonly exits: EarlyExitExtension | null;
  readonly key: string;
}

interface Recorded {
  readonly step: RecordedStep;
  readonly subject: Subject;
  /** Made when it is first asked for. */
  evaluation: RecordedEvaluation | null;
}

/**
 * The training steps of a run as recordings, wherever a step has that form. Weights and the state of the optimizer are then
 * ahead of those of the model, which `settle` brings up to date; changes that policies make there are taken over before the
 * next step.
 */
export class FusedSteps {
  private readonly options: FusedStepsOptions;
  private readonly data: Recorder;
  private readonly samples: ResidentSamples;
  private testSamples: ResidentSamples | null = null;
  private recorded: Recorded | null = null;
  private takenOver: number | null = null;
  private order: Uint32Array = new Uint32Array();
  private isAhead = false;
  private log: Promise<readonly Float32Array[]> | null = null;

  constructor(options: FusedStepsOptions) {
    this.options = options;
    this.data = new Recorder(options.device);
    this.samples = uploadSamples(this.data, options.samples, options.normalization);
  }

  /** Compiles what the first epoch will need, as far as that is known before its policies begin. False: nothing. */
  async prepare(stepsPerEpoch: number): Promise<boolean> {
    const subject = await this.subjectOf(0, stepsPerEpoch);
    if (subject !== null) await this.record(subject);
    return subject !== null;
  }

  /**
   * Makes ready for the steps of an epoch.
   *
   * @param order Numbers of the samples, as the steps take them.
   * @returns False if these steps have no such form. The model is up to date then.
   */
  async beginEpoch(epoch: number, order: Uint32Array, stepsPerEpoch: number): Promise<boolean> {
    const subject = await this.subjectOf(epoch, stepsPerEpoch);
    if (subject === null) {
      await this.settle();
      this.takenOver = null;
      return false;
    }
    if (this.recorded?.subject.key !== subject.key) await this.record(subject);
    this.order = order;
    this.recorded!.step.setOrder(order);
    return true;
  }

  /** Whether a step may have so many samples: statistics of a batch must not count samples that fill it up. */
  takes(count: number): boolean {
    const { samples, batchSize, model } = this.options;
    const isFull = count === Math.min(batchSize, samples.count);
    return isFull || !model.network.layers.some(({ kind }) => kind === 'batch-norm');
  }

  /** Submits the step on the samples from `first` on. The policies of the position are called around it. */
  async run(first: number, count: number, position: Position): Promise<MeasuredStep> {
    const { scheduler, model, optimizer } = this.options;
    const acts = scheduler.actsOnWeights(position);
    if (acts) await this.settle();
    await scheduler.onMinibatchBegin(position);
    if (model.network !== this.recorded!.subject.plan.network) await this.recordAnew(position);
    await this.takeOver();
    const { step, subject } = this.recorded!;
    scheduler.beforeParameterOptimization(position);
    const line = step.submit({ first, count, ...optimizer.beginStep() });
    this.isAhead = true;
    this.log = null;
    if (acts) await this.settle();
    scheduler.onMinibatchEnd(position, true);
    return { read: async () => this.measured((await this.readLog())[line]!, count, subject), dispose: () => undefined };
  }

  /**
   * Mean loss and accuracy on the first test samples, with the weights of the last step; null if that has no such form now.
   *
   * @param onBatches Awaited now and then.
   */
  async evaluate(count: number, onBatches: () => Promise<void>): Promise<Evaluation | null> {
    const { recorded } = this;
    const { parameters } = this.options.model;
    if (recorded === null || this.takenOver !== parameters.version) return null;
    recorded.evaluation ??= await this.recordEvaluation(recorded);
    recorded.step.refresh();
    const { exits, plan } = recorded.subject;
    if (exits !== null) {
      const { evaluateExits } = await import('./evaluate-exits.ts');
      const { labels } = this.options.testSamples;
      const { network } = plan;
      return evaluateExits({ evaluation: recorded.evaluation, network, exits, labels, count, onBatches });
    }
    const { lossSum, rightCount } = await recorded.evaluation.measure(count, onBatches);
    return { loss: lossSum / count, top1: rightCount / count };
  }

  /** Brings weights and state of the model up to date. */
  async settle(): Promise<void> {
    if (!this.isAhead || this.recorded === null) return;
    const { model, optimizer } = this.options;
    const { step, subject } = this.recorded;
    const { values, state, statistics, scalars, scalarState } = await step.read();
    this.isAhead = false;
    model.parameters.advance(values);
    model.statistics.advance(statistics);
    model.quantization?.advance(scalars);
    for (const { name } of model.parameters.specs) {
      optimizer.advance(
        model.parameters.variable(name),
        state.map((own) => own.get(name)!),
      );
    }
    const variables = model.quantization?.scalars();
    for (const { name } of subject.learned) {
      optimizer.advance(
        variables!.get(name)!,
        scalarState.map((own) => Float32Array.of(own.get(name)!)),
      );
    }
  }

  dispose(): void {
    this.discard();
    this.data.dispose();
  }

  private discard(): void {
    this.recorded?.step.dispose();
    this.recorded?.evaluation?.dispose();
    this.recorded = null;
  }

  private async recordEvaluation({ step, subject: { plan, exits } }: Recorded): Promise<RecordedEvaluation> {
    const { device, testSamples, normalization, batchSize } = this.options;
    this.testSamples ??= uploadSamples(this.data, testSamples, normalization);
    return await RecordedEvaluation.record({
      ...{ device, plan },
      batch: Math.max(batchSize, smallestEvaluationBatch),
      tuning: await tuningOf(device),
      samples: this.testSamples,
      sampleCount: testSamples.count,
      ...step.inference,
      answersEarly: exits !== null,
    });
  }

  private async subjectOf(epoch: number, stepsPerEpoch: number): Promise<Subject | null> {
    const { model, scheduler } = this.options;
    const { network, quantization } = model;
    const terms = this.termsOf(epoch, stepsPerEpoch);
    const thresholds = scheduler.thresholdsIn(epoch);
    // Most runs begin without methods that are part of the step, and need not wait for what writes them down.
    if (quantization !== null || terms?.length || thresholds.length > 0) await loadPrograms();
    const quantized = planQuantization(network, quantization);
    if (terms === null || quantized === null) return null;
    const { plan, ranges } = quantized;
    const masksGradient = (name: string): boolean => scheduler.masksGradient(name);
    const work = planMethodWork(plan, { quantization, terms, thresholds, masksGradient });
    if (work === null) return null;
    const masked = networkParameters(network).filter(({ name }) => masksGradient(name));
    const shapes = networkParameters(network).map(({ name, shape }) => `${name} ${shape.join()}`);
    const methods = quantization === null ? 0 : numberOf(quantization);
    const exits = this.exitsIn(epoch);
    const key = [
      ...[shapes, methods, terms.map(termKey), thresholds.map(numberOf), masked.map(({ name }) => name)],
      JSON.stringify(exits?.lossWeights),
    ]
      .map(String)
      .join('\n');
    return { plan, work, ranges, learned: this.learnedScalars(ranges), terms, exits, key };
  }

  /** What is added to the loss in an epoch; null if a recorded step cannot do what the policies of the epoch want. */
  private termsOf(epoch: number, stepsPerEpoch: number): readonly LossTerm[] | null {
    const { scheduler, evidence } = this.options;
    const terms = scheduler.lossTermsIn(epoch);
    const isPlain = this.answersAreClear(epoch) && !scheduler.keepsUnmaskedWeights && !evidence.isWatching;
    if (terms === null || !isPlain || this.actsOften(epoch, stepsPerEpoch)) return null;
    const teaching = terms.filter(({ kind }) => kind === 'distillation');
    return teaching.length < 2 && teaching.every((term) => this.canTeach(term)) ? terms : null;
  }

  /** Early exits that learn in an epoch: a policy for as many answers as the network has. */
  private exitsIn(epoch: number): EarlyExitExtension | null {
    const { model, scheduler } = this.options;
    const exits = scheduler.exitsIn(epoch);
    const count = model.network.exits?.length ?? 0;
    return count > 0 && exits?.lossWeights.length === count + 1 ? exits : null;
  }

  /** Early exits that nobody trains have no gradients, and what a teacher says is meant for one answer. */
  private answersAreClear(epoch: number): boolean {
    const { model, scheduler } = this.options;
    const hasExits = (model.network.exits?.length ?? 0) > 0;
    if (!hasExits) return true;
    const isTaught = scheduler.lossTermsIn(epoch)?.some(({ kind }) => kind === 'distillation') ?? false;
    return this.exitsIn(epoch) !== null && !isTaught;
  }

  /** Learned scalars with their groups of the optimizer, which come after that of the parameters. */
  private learnedScalars(ranges: TrackedRanges | null): readonly NamedScalar[] {
    const { model, settings } = this.options;
    const { quantization } = model;
    if (quantization === null || ranges === null) return [];
    const names = new Map([...quantization.scalars()].map(([name, variable]) => [variable, name]));
    return quantization.learnedGroups().flatMap(({ members, weightDecay }, group) =>
      members.map((variable): NamedScalar => {
        const name = names.get(variable)!;
        const dot = name.lastIndexOf('.');
        const at = ranges.modules.get(name.slice(0, dot))!.learned.get(name.slice(dot + 1))!;
        return { name, at, weightDecay: weightDecay ?? settings.weightDecay, group: group + 1 };
      }),
    );
  }

  private canTeach(term: LossTerm): boolean {
    if (term.kind !== 'distillation') return true;
    const teacher = this.options.teacherOf(term.teacher);
    return teacher.quantization === null && fusiblePlan(teacher.network) !== null;
  }

  /** Reading weights and writing them back within most steps would cost more than recording them saves. */
  private actsOften(epoch: number, stepsPerEpoch: number): boolean {
    const { scheduler } = this.options;
    let acting = 0;
    for (let step = 0; step < stepsPerEpoch; step++) {
      if (scheduler.actsOnWeights({ epoch, step, stepsPerEpoch })) acting++;
    }
    return acting > stepsPerEpoch / 8;
  }

  private async record(subject: Subject): Promise<void> {
    const { device, samples, settings, batchSize } = this.options;
    await this.settle();
    this.discard();
    this.takenOver = null;
    const step = await RecordedStep.record({
      device,
      plan: subject.plan,
      batch: Math.min(batchSize, samples.count),
      tuning: await tuningOf(device),
      optimizer: settings,
      samples: this.samples,
      sampleCount: samples.count,
      work: subject.work,
      ranges: subject.ranges,
      learned: subject.learned,
      parts: subject.terms.length,
      teacher: await this.readTeacher(subject.terms),
      lossWeights: subject.exits?.lossWeights ?? null,
      onCompiled: this.options.onCompiled,
    });
    this.recorded = { step, subject, evaluation: null };
  }

  private async readTeacher(terms: readonly LossTerm[]): Promise<RecordedTeacher | null> {
    const term = terms.find(({ kind }) => kind === 'distillation');
    if (term?.kind !== 'distillation') return null;
    const { network, parameters, statistics } = this.options.teacherOf(term.teacher);
    const plan = fusiblePlan(network);
    if (plan === null) throw new Error('The teacher has no fused form');
    const values = await parameters.readValues(parameters.specs.map(({ name }) => name));
    return { ...term, plan, values: new Map([...values, ...(await statistics.read())]) };
  }

  /** A policy has given the network other lengths within the epoch. */
  private async recordAnew({ epoch, stepsPerEpoch }: Position): Promise<void> {
    const subject = await this.subjectOf(epoch, stepsPerEpoch);
    if (subject === null) throw new Error('A thinned network has a recorded step as the one before had');
    await this.record(subject);
    this.recorded!.step.setOrder(this.order);
  }

  /** Takes over what policies have changed in the model. */
  private async takeOver(): Promise<void> {
    const { parameters } = this.options.model;
    if (this.takenOver === parameters.version) return;
    await this.settle();
    const { step, subject } = this.recorded!;
    const masks = await parameters.readMasks(parameters.specs.map(({ name }) => name));
    step.write(await this.readContents(subject), masks);
    this.takenOver = parameters.version;
  }

  private async readContents({ learned }: Subject): Promise<StepContents> {
    const { model, optimizer } = this.options;
    const { parameters, statistics, quantization } = model;
    const names = parameters.specs.map(({ name }) => name);
    const values = await parameters.readValues(names);
    const states = await Promise.all(names.map((name) => optimizer.readState(parameters.variable(name))));
    const variables = [...(quantization?.scalars() ?? [])];
    const scalars = await Promise.all(variables.map(([, variable]) => variable.data()));
    const ofLearned = await Promise.all(
      learned.map(({ name }) => optimizer.readState(quantization!.scalars().get(name)!)),
    );
    const slots = states[0]?.length ?? 0;
    const perSlot = <T>(make: (slot: number) => T): T[] => Array.from({ length: slots }, (_, slot) => make(slot));
    return {
      values,
      state: perSlot((slot) => new Map(names.map((name, at) => [name, states[at]![slot]!]))),
      statistics: await statistics.read(),
      scalars: new Map(variables.map(([name], at) => [name, scalars[at]![0]!])),
      scalarState: perSlot((slot) => new Map(learned.map(({ name }, at) => [name, ofLearned[at]![slot]![0]!]))),
    };
  }

  private readLog(): Promise<readonly Float32Array[]> {
    this.log ??= this.recorded!.step.readLog();
    return this.log;
  }

  private measured(line: Float32Array, count: number, { terms }: Subject): StepResult {
    const [lossSum = NaN, rightCount = NaN, distance = NaN] = line;
    const parts = terms.map(({ kind, name }, at) => ({
      name,
      value: kind === 'distillation' ? distance / count : line[3 + at]!,
    }));
    return { lossSum, rightCount, count, parts };
  }
}

/** Blocks and ranges of a network with the quantizers at work; null if they have no fused form. */
function planQuantization(
  network: Network,
  quantization: TrainedNetwork['quantization'],
): { readonly plan: Plan; readonly ranges: TrackedRanges | null } | null {
  const quantizers = quantization?.quantizers ?? new Map<string, ActivationQuantizer>();
  const isBehind = [...quantizers.values()].some(({ placement }) => placement === 'after');
  const ranges = quantization && planRanges(quantizers);
  const plan = fusiblePlan(network, (layer) => quantizers.has(layer));
  if (plan === null || isBehind || (quantization !== null && ranges === null)) return null;
  return { plan, ranges };
}

function fusiblePlan(network: Network, isReplaced = (_layer: string): boolean => false): Plan | null {
  const plan = planNetwork(network, isReplaced);
  return 'reason' in plan ? null : plan;
}

/** Terms that make the same kernels have the same key. */
function termKey(term: LossTerm): string {
  return term.kind === 'distillation' ? JSON.stringify(term) : `penalty ${String(numberOf(term.regularizer))}`;
}

const numbers = new WeakMap<object, number>();
let lastNumber = 0;

/** The same number for the same object. */
function numberOf(object: object): number {
  const number = numbers.get(object) ?? ++lastNumber;
  numbers.set(object, number);
  return number;
}
