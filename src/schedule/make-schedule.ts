import { networkParameters } from '../core/network.ts';
import { applyTextEdits } from './edit-policy-timing.ts';
import { editSections, type SectionChange } from './edit-sections.ts';
import { sectionKinds, sectionOf } from './grammar.ts';
import { type MadeParts, writePlan } from './made-components.ts';
import { madeWindows } from './made-windows.ts';
import { parseSchedule } from './parse-schedule.ts';
import type { Policy, Schedule } from './schedule.ts';
import type { SchedulePlan } from './schedule-plan.ts';
import { hasThreshold, touchedParameters } from './touched.ts';
import type { Zoo } from './zoo-port.ts';

/** A text that a plan was written into, or why it was not, as a sentence. */
export type MadeSchedule =
  | {
      readonly ok: true;
      readonly text: string;
      /** Names of instances that had to go, because they act on the same weights. */
      readonly replaced: readonly string[];
    }
  | { readonly ok: false; readonly why: string };

/**
 * Writes per-layer levels or bits into a schedule: instances and policies, with a comment that says where they come from.
 * What acts on the same weights in the text goes, all else stays as it is written: `training`, learning rates, comments.
 * When to prune is taken over from the policy that is replaced if there is one; of all possible times the first is chosen
 * with which the text has no more diagnostics than before. Pure; never throws.
 */
export function makeSchedule(text: string, zoo: Zoo, plan: SchedulePlan): MadeSchedule {
  const before = parseSchedule(text, zoo);
  if (!before.ok) return { ok: false, why: 'The schedule in the editor has an error. Mend it first.' };
  const schedule = before.value;
  const unknown = unknownName(schedule, plan);
  if (unknown !== null) return { ok: false, why: unknown };
  const conflicts = schedule.policies.filter((policy) => isConflict(policy, plan, schedule));
  const replaced = replacedNames(schedule, conflicts, plan);
  const names = new Set(schedule.components.map(({ name }) => name).filter((name) => !replaced.has(name)));
  let best: Judged | null = null;
  for (const window of madeWindows(plan, schedule, conflicts)) {
    const made = write(text, writePlan(plan, window, names), { conflicts, replaced });
    if (made === null) break;
    const judged = judgeText(made, { schedule, diagnostics: before.diagnostics, replaced, zoo });
    if (best === null || judged.newProblems < best.newProblems) best = judged;
    if (best.newProblems === 0) break;
  }
  if (best === null) return { ok: false, why: 'The text has no place for this. Write its sections as indented lists.' };
  if (best.error !== null) return { ok: false, why: best.error };
  return { ok: true, text: best.text, replaced: [...replaced] };
}

/** A name that the model of the text does not have; null if it has all. */
function unknownName({ network, training }: Schedule, plan: SchedulePlan): string | null {
  const known = new Map(networkParameters(network).map(({ name, size }) => [name, size]));
  const isKnown =
    plan.kind === 'pruning'
      ? plan.levels.every(({ parameter, size }) => known.get(parameter) === size)
      : plan.modules.every(({ module }) => network.layers.some(({ name }) => name === module));
  if (isKnown) return null;
  return `The schedule in the editor trains ${training.model}, and this is about another model. Choose the same model first.`;
}

/** Whether a policy acts on what the plan is about. */
function isConflict(policy: Policy, plan: SchedulePlan, { network }: Schedule): boolean {
  if (plan.kind === 'quantization') return policy.kind === 'quantizer';
  const setsMasks = policy.kind === 'pruner' || (policy.kind === 'regularizer' && hasThreshold(policy));
  if (!setsMasks) return false;
  const own = new Set(plan.levels.map(({ parameter }) => parameter));
  return touchedParameters(policy, networkParameters(network)).some((name) => own.has(name));
}

/** Instances that no policy uses any more. Of quantizers there can be one. */
function replacedNames(
  { components, policies }: Schedule,
  conflicts: readonly Policy[],
  plan: SchedulePlan,
): ReadonlySet<string> {
  const stays = new Set(policies.filter((policy) => !conflicts.includes(policy)).map((policy) => policy.component));
  const goes = new Set(conflicts.map((policy) => policy.component).filter((component) => !stays.has(component)));
  const isReplaced = (component: Schedule['components'][number]): boolean =>
    goes.has(component) || (plan.kind === 'quantization' && component.kind === 'quantizer');
  return new Set(components.filter(isReplaced).map(({ name }) => name));
}

interface Removal {
  readonly conflicts: readonly Policy[];
  readonly replaced: ReadonlySet<string>;
}

function write(text: string, parts: MadeParts, { conflicts, replaced }: Removal): string | null {
  const gone = new Set(conflicts.map(({ index }) => index));
  const sections = Object.keys(sectionKinds).filter((section) => section !== sectionOf('lr_scheduler'));
  const changes = sections.map(
    (section): SectionChange => ({
      section,
      isRemoved: ({ name }) => replaced.has(name),
      added: section === parts.section ? parts.instances : [],
      at: 'end',
    }),
  );
  const policies: SectionChange = {
    ...{ section: 'policies', added: parts.policies, at: 'start' },
    isRemoved: (_, index) => gone.has(index),
  };
  const edits = editSections(text, [...changes, policies]);
  return edits && applyTextEdits(text, edits);
}

/** What a text was before it was edited. */
export interface Before {
  readonly schedule: Schedule;
  readonly diagnostics: readonly { readonly code: string }[];
  readonly replaced: ReadonlySet<string>;
  readonly zoo: Zoo;
}

export interface Judged {
  readonly text: string;
  readonly newProblems: number;
  /** Why the text cannot be used. */
  readonly error: string | null;
}

/** What an edit did to a text: one that cannot be read any more, or lost something, is worse than any that can. */
export function judgeText(text: string, before: Before): Judged {
  const after = parseSchedule(text, before.zoo);
  if (!after.ok) {
    const error = after.diagnostics.find(({ severity }) => severity === 'error');
    return { text, newProblems: Infinity, error: error?.message.replaceAll('`', '') ?? 'The text cannot be read.' };
  }
  if (!keepsTheRest(before, after.value)) {
    return { text, newProblems: Infinity, error: 'The text has no safe place for this. Write its sections as blocks.' };
  }
  const count = (all: Before['diagnostics'], code: string): number => all.filter((one) => one.code === code).length;
  const codes = [...new Set(after.diagnostics.map(({ code }) => code))];
  const excess = codes.map((code) => count(after.diagnostics, code) - count(before.diagnostics, code));
  return { text, newProblems: excess.reduce((sum, more) => sum + Math.max(0, more), 0), error: null };
}

/** Everything that does not go means the same as before. */
function keepsTheRest({ schedule, replaced }: Before, after: Schedule): boolean {
  const facts = ({ components }: Schedule, names: ReadonlySet<string>): string[] =>
    components.filter(({ name }) => names.has(name)).map(({ kind, name, args }) => JSON.stringify([kind, name, args]));
  const staying = new Set(schedule.components.map(({ name }) => name).filter((name) => !replaced.has(name)));
  return (
    JSON.stringify(schedule.training) === JSON.stringify(after.training) &&
    facts(schedule, staying).join() === facts(after, staying).join()
  );
}
