import { type Network, networkParameters } from '../../core/network.ts';
import type { ActivationQuantizer } from '../../methods/quantizer.ts';
import type { EarlyExitExtension, Teacher } from '../../methods/extension.ts';
import type { OptimizerSettings } from '../../schedule/schedule.ts';
import type { CompressionScheduler } from '../compression-scheduler.ts';
import type { LossTerm } from '../policy.ts';
import type { PrunerEvidence } from '../pruner-evidence.ts';
import type { TrainedNetwork } from '../train-step.ts';
import { type MethodWork, planMethodWork } from './parameter-work.ts';
import { type Plan, planNetwork } from './plan.ts';
import type { RecordedTeacher } from './recorded-step.ts';
import type { NamedScalar } from './step-memory.ts';
import { loadPrograms } from './symbolic-programs.ts';
import { planRanges, type TrackedRanges } from './tracked-ranges.ts';

/** What decides whether steps have a recorded form, and which. */
export interface SubjectSources {
  readonly model: TrainedNetwork;
  readonly settings: OptimizerSettings;
  readonly scheduler: CompressionScheduler;
  readonly evidence: PrunerEvidence;
  /** A teacher that is ready. */
  readonly teacherOf: (teacher: Teacher) => TrainedNetwork;
}

/** What a recording was made for; another step needs another recording. */
export interface Subject {
  readonly plan: Plan;
  readonly work: MethodWork;
  readonly ranges: TrackedRanges | null;
  readonly learned: readonly NamedScalar[];
  readonly terms: readonly LossTerm[];
  /** Early exits that learn too, and by which samples leave. */
  readonly exits: EarlyExitExtension | null;
  readonly key: string;
}

/** What the steps of an epoch are recorded for; null if they have no such form. */
export async function subjectOf(
  sources: SubjectSources,
  epoch: number,
  stepsPerEpoch: number,
): Promise<Subject | null> {
  const { model, scheduler } = sources;
  const { network, quantization } = model;
  const terms = termsOf(sources, epoch, stepsPerEpoch);
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
  const exits = exitsIn(sources, epoch);
  const key = [
    ...[shapes, methods, terms.map(termKey), thresholds.map(numberOf), masked.map(({ name }) => name)],
    JSON.stringify(exits?.lossWeights),
  ]
    .map(String)
    .join('\n');
  return { plan, work, ranges, learned: learnedScalars(sources, ranges), terms, exits, key };
}

/** What is added to the loss in an epoch; null if a recorded step cannot do what the policies of the epoch want. */
function termsOf(sources: SubjectSources, epoch: number, stepsPerEpoch: number): readonly LossTerm[] | null {
  const { model, scheduler, evidence } = sources;
  const terms = scheduler.lossTermsIn(epoch);
  const isPlain = answersAreClear(sources, epoch) && !scheduler.keepsUnmaskedWeights && !evidence.isWatching;
  const isFolded = model.quantization?.foldsBatchNorm === true;
  if (terms === null || !isPlain || isFolded || actsOften(sources, epoch, stepsPerEpoch)) return null;
  const teaching = terms.filter(({ kind }) => kind === 'distillation');
  return teaching.length < 2 && teaching.every((term) => canTeach(sources, term)) ? terms : null;
}

/** Early exits that learn in an epoch: a policy for as many answers as the network has. */
function exitsIn({ model, scheduler }: SubjectSources, epoch: number): EarlyExitExtension | null {
  const exits = scheduler.exitsIn(epoch);
  const count = model.network.exits?.length ?? 0;
  return count > 0 && exits?.lossWeights.length === count + 1 ? exits : null;
}

/** Early exits that nobody trains have no gradients, and what a teacher says is meant for one answer. */
function answersAreClear(sources: SubjectSources, epoch: number): boolean {
  const { model, scheduler } = sources;
  const hasExits = (model.network.exits?.length ?? 0) > 0;
  if (!hasExits) return true;
  const isTaught = scheduler.lossTermsIn(epoch)?.some(({ kind }) => kind === 'distillation') ?? false;
  return exitsIn(sources, epoch) !== null && !isTaught;
}

/** Learned scalars with their groups of the optimizer, which come after that of the parameters. */
function learnedScalars({ model, settings }: SubjectSources, ranges: TrackedRanges | null): readonly NamedScalar[] {
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

function canTeach({ teacherOf }: SubjectSources, term: LossTerm): boolean {
  if (term.kind !== 'distillation') return true;
  const teacher = teacherOf(term.teacher);
  return teacher.quantization === null && fusiblePlan(teacher.network) !== null;
}

/** Reading weights and writing them back within most steps would cost more than recording them saves. */
function actsOften({ scheduler }: SubjectSources, epoch: number, stepsPerEpoch: number): boolean {
  let acting = 0;
  for (let step = 0; step < stepsPerEpoch; step++) {
    if (scheduler.actsOnWeights({ epoch, step, stepsPerEpoch })) acting++;
  }
  return acting > stepsPerEpoch / 8;
}

/** Who teaches in the steps, with what it knows; null if nobody does. */
export async function readTeacher({ teacherOf }: SubjectSources, { terms }: Subject): Promise<RecordedTeacher | null> {
  const term = terms.find(({ kind }) => kind === 'distillation');
  if (term?.kind !== 'distillation') return null;
  const { network, parameters, statistics } = teacherOf(term.teacher);
  const plan = fusiblePlan(network);
  if (plan === null) throw new Error('The teacher has no fused form');
  const values = await parameters.readValues(parameters.specs.map(({ name }) => name));
  return { ...term, plan, values: new Map([...values, ...(await statistics.read())]) };
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
