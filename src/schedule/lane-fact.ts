import type { ParameterSpec } from '../core/network.ts';
import type { Pruner } from '../methods/pruner.ts';
import type { Extension } from '../methods/extension.ts';
import { removalWords } from '../methods/structure-removal.ts';
import type { Policy, Schedule } from './schedule.ts';
import { createExtension, createPruner, quantizerPlan } from './touched.ts';

export interface LaneContext {
  readonly schedule: Schedule;
  readonly parameters: readonly ParameterSpec[];
  readonly learningRate: readonly (number | null)[];
}

interface LaneReach {
  readonly touches: readonly string[];
  readonly epochs: readonly number[];
}

interface LaneDescription {
  readonly fact: string;
  readonly curve: readonly number[];
}

type PolicyOf<Kind extends Policy['kind']> = Extract<Policy, { readonly kind: Kind }>;

/** The short fact on a policy's bar, and its value over the active epochs scaled to 0..1. */
export function describeLane(policy: Policy, reach: LaneReach, context: LaneContext): LaneDescription {
  switch (policy.kind) {
    case 'pruner':
      return describePruner(policy, reach, context);
    case 'regularizer':
      return { fact: strengths(policy), curve: reach.epochs.map(() => 1) };
    case 'quantizer':
      return describeQuantizer(policy, reach, context.schedule);
    case 'lr_scheduler':
      return describeRate(reach, context.learningRate);
    case 'extension':
      return { fact: extensionFact(createExtension(policy.component)), curve: reach.epochs.map(() => 1) };
  }
}

function describePruner(
  policy: PolicyOf<'pruner'>,
  { touches, epochs }: LaneReach,
  { parameters }: LaneContext,
): LaneDescription {
  const pruner = createPruner(policy.component);
  const touched = parameters.filter((spec) => touches.includes(spec.name));
  if (pruner === null || touched.length === 0 || epochs.length === 0) {
    return { fact: 'touches nothing', curve: epochs.map(() => 0) };
  }
  const shares = epochs.map((epoch) => touched.map((spec) => promise(pruner, policy, spec, epoch)));
  const known = shares.map((row) => row.filter((share) => share !== null));
  if (known.some((row, index) => row.length < (shares[index]?.length ?? 0))) {
    return { fact: 'depends on the weights', curve: epochs.map(() => 0.5) };
  }
  const curve = known.map((row) => row.reduce((sum, share) => sum + share, 0) / row.length);
  return { fact: shareFact(known), curve };
}

function promise(pruner: Pruner, policy: PolicyOf<'pruner'>, parameter: ParameterSpec, epoch: number): number | null {
  const { args, window } = policy;
  return pruner.promise({ parameter, epoch, window, ...(args.levels ? { levels: args.levels } : {}) });
}

/** "5 → 90 %"; "50–95 %" where parameters differ. */
function shareFact(shares: readonly (readonly number[])[]): string {
  const first = span(shares[0] ?? []);
  const last = span(shares.at(-1) ?? []);
  return first === last ? `${last} %` : `${first} → ${last} %`;
}

function span(values: readonly number[]): string {
  const percents = values.map((value) => Math.round(value * 100));
  const least = Math.min(...percents);
  const most = Math.max(...percents);
  return least === most ? String(most) : `${least}–${most}`;
}

/** The numbers of an argument that maps parameters to strengths, as in `reg_regims`. */
function strengths(policy: PolicyOf<'regularizer'>): string {
  const { definition, args } = policy.component;
  const argument = Object.entries(definition.names ?? {}).find(([, reference]) => reference === 'parameter')?.[0];
  const map = argument === undefined ? undefined : args[argument];
  if (typeof map !== 'object' || map === null) return '';
  const entries: readonly unknown[] = Object.values(map);
  const numbers = entries
    .map((entry) => (Array.isArray(entry) ? (entry as unknown[])[0] : entry))
    .filter((entry) => typeof entry === 'number');
  if (numbers.length === 0) return '';
  const least = Math.min(...numbers);
  const most = Math.max(...numbers);
  return least === most ? `λ ${most}` : `λ ${least}–${most}`;
}

function describeQuantizer(
  policy: PolicyOf<'quantizer'>,
  { epochs }: LaneReach,
  { network }: Schedule,
): LaneDescription {
  const plan = quantizerPlan(policy.component, network);
  const weights = distinct(plan.map((bits) => bits.weights));
  const activations = distinct(plan.map((bits) => bits.activations));
  const parts = [
    ...(weights.length > 0 ? [`weights ${joined(weights)}`] : []),
    ...(activations.length > 0 ? [`activations ${joined(activations)}`] : []),
  ];
  const height = Math.min(1, Math.max(...weights, ...activations, 0) / 8);
  return { fact: parts.length > 0 ? `${parts.join(', ')} bits` : 'quantizes nothing', curve: epochs.map(() => height) };
}

function distinct(bits: readonly (number | null)[]): number[] {
  return [...new Set(bits.filter((value) => value !== null))].sort((a, b) => b - a);
}

function joined(bits: readonly number[]): string {
  return bits.length === 1 ? String(bits[0]) : `${bits.slice(0, -1).join(', ')} and ${bits.at(-1) ?? ''}`;
}

/** From the rate of its first epoch to the one that it leaves behind. */
function describeRate({ epochs }: LaneReach, rates: readonly (number | null)[]): LaneDescription {
  const first = rates[epochs[0] ?? 0];
  const last = rates[Math.min((epochs.at(-1) ?? 0) + 1, rates.length - 1)];
  const most = Math.max(...rates.map((rate) => rate ?? 0));
  const curve = epochs.map((epoch) => (most > 0 ? (rates[epoch] ?? most) / most : 0));
  if (typeof first !== 'number' || typeof last !== 'number') return { fact: 'follows the measurements', curve };
  const from = rateWords(first);
  const to = rateWords(last);
  return { fact: from === to ? from : `${from} → ${to}`, curve };
}

/** "removes zero filters"; "simplenet_mnist teaches, T 4, 70 % of the loss"; "leaves above 90 % confidence". */
function extensionFact(extension: Extension | null): string {
  switch (extension?.type) {
    case 'thinning':
      return `removes ${removalWords(extension.removals)}`;
    case 'distillation': {
      const { teacher, temperature, distillWeight, studentWeight } = extension;
      const who = teacher.kind === 'run' ? 'a finished run' : teacher.model;
      const share = percents([distillWeight / (distillWeight + studentWeight || 1)]);
      return `${who} teaches, T ${temperature}, ${share} of the loss`;
    }
    case 'early-exit': {
      const { thresholds, rule } = extension;
      return rule === 'confidence'
        ? `leaves above ${percents(thresholds)}`
        : `leaves below ${thresholds.join(', ')} nats`;
    }
    case undefined:
      return '';
  }
}

function percents(shares: readonly number[]): string {
  return `${shares.map((share) => Number((100 * share).toPrecision(3))).join(', ')} %`;
}

function rateWords(rate: number): string {
  return String(Number(rate.toPrecision(2)));
}
