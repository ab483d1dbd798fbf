import { networkParameters, type ParameterSpec } from '../core/network.ts';
import { promisedRates } from './learning-rate.ts';
import { promisedSparsity } from './promised-sparsity.ts';
import type { PolicyNode } from './read-policies.ts';
import type { Report } from './report.ts';
import type { Policy, Schedule } from './schedule.ts';
import { createExtension, touchedParameters } from './touched.ts';
import { entryOf, type MapNode } from './yaml-node.ts';

/** What the promised curves themselves foretell: cuts that nothing can heal, rates that blow up or stand still. */
export function checkPromises(
  report: Report,
  nodes: readonly PolicyNode[],
  { schedule, training }: PromiseInput,
): void {
  if (schedule.foreignParameters.length > 0) return;
  const rates = promisedRates(schedule);
  checkRates(report, { nodes, schedule, training, rates });
  checkCuts(report, nodes, schedule, rates);
  checkSteepLoss(report, nodes, schedule, rates);
}

interface PromiseInput {
  readonly schedule: Schedule;
  /** The `training` block as written. */
  readonly training: MapNode | null;
}

type Rates = readonly (number | null)[];

/**
 * A step of gradient descent with momentum m is worth rate / (1 − m): beyond this the small networks here are thrown
 * about (recipe recovery-too-bold: 3; the default is 0.3).
 */
const boldestStep = 1;

function checkRates(
  report: Report,
  { nodes, schedule, training, rates }: PromiseInput & { readonly nodes: readonly PolicyNode[]; readonly rates: Rates },
): void {
  const scale = momentumScale(schedule);
  const at = (epoch: number) => ratePolicyBefore(nodes, epoch)?.nameRange ?? rateRange(training);
  const bold = rates.findIndex((rate) => rate !== null && rate * scale > boldestStep);
  const boldRange = bold < 0 ? undefined : at(bold);
  if (boldRange && scale > 1) {
    const message = `In epoch ${bold} the learning rate is ${short(rates[bold])}; with this momentum a step is worth ${short((rates[bold] ?? 0) * scale)}, and training may be thrown about instead of settling. Lower the rate.`;
    report.warning('rate-too-high', boldRange, message);
  }
  const stopped = rates.findIndex((rate) => rate !== null && !(rate > 0));
  const stoppedRange = stopped < 0 ? undefined : at(stopped);
  if (stoppedRange) {
    const message = `From epoch ${stopped} on the learning rate is ${short(rates[stopped])}: nothing is learned there. Let it fall later, or end the run earlier.`;
    report.warning('rate-vanishes', stoppedRange, message);
  }
}

function momentumScale({ training: { optimizer } }: Schedule): number {
  return optimizer.class === 'SGD' ? 1 / (1 - optimizer.momentum) : 1;
}

/** The learning-rate policy that sets the rate of an epoch: the last one that is active in the epoch before. */
function ratePolicyBefore(nodes: readonly PolicyNode[], epoch: number): PolicyNode | undefined {
  return nodes.findLast(
    ({ policy }) => policy?.kind === 'lr_scheduler' && policy.epochs.some((active) => active < epoch),
  );
}

function rateRange(training: MapNode | null) {
  const optimizer = training && entryOf(training, 'optimizer')?.value;
  return optimizer?.kind === 'map' ? entryOf(optimizer, 'lr')?.value.range : undefined;
}

function short(value: number | null | undefined): string {
  return String(Number((value ?? 0).toPrecision(2)));
}

/** Share of all weights that goes at once, from which on a network needs time, a trained past and a rate to recover. */
const deepCut = 0.5;
/** The same before the first step, where sizes are random: gradual pruning begins shallow, and is spared. */
const deepFirstCut = 0.7;
/** Fewer weights than this in a layer that had many: all that is learned has to pass through them. */
const fewestWeights = 8;

interface Cut {
  readonly epoch: number;
  readonly depth: number;
  readonly node: PolicyNode;
}

function checkCuts(report: Report, nodes: readonly PolicyNode[], schedule: Schedule, rates: Rates): void {
  const { epochs } = schedule.training;
  const kernels = networkParameters(schedule.network).filter(({ role }) => role === 'kernel');
  const promised = promisedSparsity(schedule.policies, kernels, epochs);
  checkNearlyEmpty(report, nodes, kernels, promised);
  const cuts = deepCuts(nodes, kernels, promised);
  const [first] = cuts;
  const last = cuts.find(({ epoch }) => epoch === epochs - 1 && epochs > 1);
  if (first?.epoch === 0 && first.depth >= deepFirstCut && epochs > 1) {
    const message = `Policy ${first.node.index + 1} cuts ${percent(first.depth)} of the weights before the first step, by the size of random numbers. A cut after some epochs of training keeps better ones.`;
    report.warning('cut-at-birth', whenRange(first.node), message, listFix(first.node, Math.floor(epochs / 2)));
  }
  if (last) {
    const message = `Policy ${last.node.index + 1} cuts ${percent(last.depth)} of the weights in the last epoch, and no epoch is left to recover in. Cut earlier, or raise \`epochs\` of \`training\`.`;
    report.warning('cut-without-recovery', whenRange(last.node), message, listFix(last.node, Math.floor(epochs / 2)));
    return;
  }
  for (const cut of cuts) checkRecoveryRate(report, cut, schedule, rates);
}

function checkRecoveryRate(report: Report, { epoch, depth, node }: Cut, schedule: Schedule, rates: Rates): void {
  const after = rates.slice(epoch);
  if (after.some((rate) => rate === null)) return;
  const highest = Math.max(...after.map((rate) => rate ?? 0));
  const { lr } = schedule.training.optimizer;
  if (highest > lr / 100) return;
  const message = `Policy ${node.index + 1} cuts ${percent(depth)} of the weights in epoch ${epoch}, and from there on the learning rate is at most ${short(highest)}, from ${short(lr)}: too little to rebuild with. Let the rate fall later.`;
  report.warning('recovery-too-timid', whenRange(node), message);
}

/** Epochs in which the promised share of zeros over all kernels rises by a half or more, with the pruner behind it. */
function deepCuts(
  nodes: readonly PolicyNode[],
  kernels: readonly ParameterSpec[],
  promised: ReturnType<typeof promisedSparsity>,
): readonly Cut[] {
  const size = kernels.reduce((sum, spec) => sum + spec.size, 0);
  const epochs = promised[kernels[0]?.name ?? '']?.length ?? 0;
  const total = (epoch: number): number =>
    epoch < 0 ? 0 : kernels.reduce((sum, { name, size: own }) => sum + (promised[name]?.[epoch] ?? 0) * own, 0) / size;
  return Array.from({ length: epochs }, (_, epoch) => epoch).flatMap((epoch) => {
    const depth = total(epoch) - total(epoch - 1);
    const node = nodes.findLast(({ policy }) => policy?.kind === 'pruner' && policy.epochs.includes(epoch));
    return depth >= deepCut && node ? [{ epoch, depth, node }] : [];
  });
}

function checkNearlyEmpty(
  report: Report,
  nodes: readonly PolicyNode[],
  kernels: readonly ParameterSpec[],
  promised: ReturnType<typeof promisedSparsity>,
): void {
  for (const spec of kernels) {
    const share = promised[spec.name]?.at(-1);
    if (share === null || share === undefined || spec.size < 100) continue;
    const left = Math.round(spec.size * (1 - share));
    const node = nodes.findLast(({ policy }) => policy?.kind === 'pruner' && touches(policy, spec));
    if (left >= fewestWeights || !node) continue;
    const message = `\`${spec.name}\` is left with ${left} of ${spec.size} weights, and all that is learned has to pass through them. Give it a lower sparsity: in the total that hardly counts.`;
    report.warning('layer-nearly-empty', node.nameRange, message);
  }
}

function touches(policy: Policy & { readonly kind: 'pruner' }, spec: ParameterSpec): boolean {
  return touchedParameters(policy, [spec]).length > 0;
}

/** The loss of a teacher is multiplied by T² (reference 9.1): with the rate it is the slope that training meets. */
const steepestSlope = 3;

function checkSteepLoss(report: Report, nodes: readonly PolicyNode[], schedule: Schedule, rates: Rates): void {
  for (const { policy, epochs, nameRange } of nodes) {
    const extension = policy?.kind === 'extension' ? createExtension(policy.component) : null;
    if (extension?.type !== 'distillation') continue;
    const { temperature, distillWeight } = extension;
    const rate = Math.max(...epochs.map((epoch) => rates[epoch] ?? 0));
    const slope = temperature ** 2 * distillWeight * rate * momentumScale(schedule);
    if (slope <= steepestSlope) continue;
    const message = `The loss of the teacher counts ${short(temperature ** 2 * distillWeight)}-fold, temperature squared times its weight: too steep for a rate of ${short(rate)}. Lower the rate when you raise the temperature.`;
    report.warning('loss-too-steep', nameRange, message);
  }
}

/** Where the policy says when. */
function whenRange({ node, nameRange }: PolicyNode) {
  return (entryOf(node, 'epochs') ?? entryOf(node, 'starting_epoch'))?.value.range ?? nameRange;
}

/** A list of a single epoch can name another one. */
function listFix({ node, epochs }: PolicyNode, epoch: number) {
  const list = entryOf(node, 'epochs')?.value;
  if (!list || epochs.length !== 1) return [];
  const text = `[${epoch}]`;
  return [{ title: `Write \`${text}\``, range: list.range, text }];
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
