import { type Network, type ParameterSpec, withoutModulePrefix } from '../core/network.ts';
import type { ArgumentProblem } from '../methods/define-method.ts';
import { checkExtensions } from './check-extensions.ts';
import { checkMasks } from './check-masks.ts';
import { checkParameterNames, type ModelNames } from './check-references.ts';
import type { Fix } from './diagnostics.ts';
import { namesIn } from './read-components.ts';
import type { PolicyNode } from './read-policies.ts';
import { listNames, type Report } from './report.ts';
import type { Policy } from './schedule.ts';
import { hasThreshold, touchedModules, touchedParameters } from './touched.ts';
import { entryOf, type MapNode } from './yaml-node.ts';

export interface RunFacts {
  readonly epochs: number;
  readonly names: ModelNames;
  readonly network: Network;
  readonly parameters: readonly ParameterSpec[];
  /** The file is of another model: its names touch nothing here, and one notice says so. */
  readonly foreign: boolean;
}

/** What no single policy can tell, and what only the model and the length of the run can. */
export function checkPolicies(report: Report, nodes: readonly PolicyNode[], facts: RunFacts): void {
  for (const node of nodes) {
    checkRun(report, node, facts.epochs);
    if (node.policy === null) continue;
    checkWindow(report, node, node.policy);
    checkLastEpoch(report, node, node.policy);
    if (node.policy.kind === 'quantizer') checkQuantizerWindow(report, node, facts.epochs);
    if (!facts.foreign) checkTouches(report, node, node.policy, facts);
  }
  checkFights(report, nodes, facts);
  checkMasks(report, nodes, facts);
  checkExtensions(report, nodes, facts);
}

function checkRun(report: Report, node: PolicyNode, runEpochs: number): void {
  const label = `Policy ${node.index + 1}`;
  const list = entryOf(node.node, 'epochs')?.value;
  const value = list ?? entryOf(node.node, 'ending_epoch')?.value ?? node.node;
  if (node.epochs.every((epoch) => epoch >= runEpochs)) {
    const first = Math.min(...node.epochs.slice(0, 1000));
    const message = `${label} never acts: it starts in epoch ${first}, and the run has epochs 0 to ${runEpochs - 1}. Start it earlier, or raise \`epochs\` of \`training\`.`;
    report.warning('policy-beyond-run', value.range, message);
    return;
  }
  if (node.window.endingEpoch <= runEpochs) return;
  const text = String(runEpochs);
  const fixes = list ? [] : [{ title: `Write \`${text}\``, range: value.range, text }];
  const message = `${label} goes on to epoch ${node.window.endingEpoch - 1}, and the run ends after epoch ${runEpochs - 1}. The rest never happens.`;
  report.hint('policy-beyond-run', value.range, message, fixes);
}

/** What the method itself says about the epochs. */
function checkWindow(report: Report, node: PolicyNode, policy: Policy): void {
  const { definition, args } = policy.component;
  for (const problem of definition.checkWindow?.(args, policy.window) ?? []) {
    const { argument, severity, code, message } = problem;
    const range = entryOf(node.node, argument)?.value.range ?? node.nameRange;
    report.add(severity, { code, range, message, fixes: windowFixes(node, problem) });
  }
}

/** A list of evenly spaced epochs can be written as a range. */
function windowFixes(node: PolicyNode, problem: ArgumentProblem): Fix[] {
  const list = entryOf(node.node, 'epochs');
  const [first = 0, second] = node.epochs;
  if (problem.argument !== 'epochs' || !list || second === undefined) return [];
  const step = second - first;
  if (step < 1 || node.epochs.some((epoch, index) => epoch !== first + index * step)) return [];
  const { start } = list.key.range;
  const separator = node.node.flow ? ', ' : `\n${' '.repeat(start.column - 1)}`;
  const end = (node.epochs.at(-1) ?? first) + 1;
  const text = [`starting_epoch: ${first}`, `ending_epoch: ${end}`, `frequency: ${step}`].join(separator);
  return [{ title: 'Write the epochs as a range', range: { start, end: list.value.range.end }, text }];
}

/** Distiller keeps masks in epoch `ending_epoch - 1`, and a frequency may skip just that one. */
function checkLastEpoch(report: Report, node: PolicyNode, policy: Policy): void {
  if (policy.kind !== 'pruner' && policy.kind !== 'regularizer') return;
  const last = policy.epochs.at(-1);
  const value = entryOf(node.node, 'ending_epoch')?.value;
  if (!policy.args.keep_mask || last === undefined || last === policy.window.endingEpoch - 1 || !value) return;
  const text = String(last + 1);
  const message = `\`keep_mask\` acts in epoch ${policy.window.endingEpoch - 1}, and this policy is last active in epoch ${last}: no mask is kept. Write \`ending_epoch: ${text}\`.`;
  report.warning('never-reaches-last-epoch', value.range, message, [
    { title: `Write \`${text}\``, range: value.range, text },
  ]);
}

function checkQuantizerWindow(report: Report, node: PolicyNode, runEpochs: number): void {
  const active = new Set(node.epochs);
  const missed = Array.from({ length: runEpochs }, (_, epoch) => epoch).find((epoch) => !active.has(epoch));
  if (missed === undefined) return;
  const { startingEpoch } = node.window;
  const message =
    startingEpoch > 0
      ? `The quantizer starts in epoch ${startingEpoch}: earlier epochs train in float. Distiller quantizes from the first epoch on. Start at 0 for the same result there.`
      : `The quantizer is not active in epoch ${missed}. Here it stays on to the end of the run; Distiller would train on stale weights. Cover every epoch.`;
  const key = startingEpoch > 0 ? 'starting_epoch' : 'ending_epoch';
  const value = entryOf(node.node, key)?.value;
  const text = startingEpoch > 0 ? '0' : String(runEpochs);
  const fixes = value ? [{ title: `Write \`${key}: ${text}\``, range: value.range, text }] : [];
  report.warning('quantizer-window', value?.range ?? node.nameRange, message, fixes);
}

function checkTouches(report: Report, node: PolicyNode, policy: Policy, facts: RunFacts): void {
  const levels = levelsNode(node.node);
  if (levels) checkParameterNames(report, namesIn(levels, 'levels'), { names: facts.names, kind: 'pruner' });
  if (policy.kind === 'lr_scheduler' || policy.kind === 'extension') return;
  const touched =
    policy.kind === 'quantizer' ? touchedModules(policy, facts.network) : touchedParameters(policy, facts.parameters);
  if (touched.length > 0) return;
  const what = policy.kind === 'quantizer' ? 'modules' : 'weights';
  const message = `Policy ${node.index + 1} touches 0 ${what} of \`${facts.names.model}\`: no name in \`${policy.component.name}\` is in this model.`;
  report.warning('policy-touches-nothing', node.nameRange, message);
}

function levelsNode(node: MapNode): MapNode | null {
  const action = entryOf(node, 'pruner')?.value;
  const args = action?.kind === 'map' ? entryOf(action, 'args')?.value : undefined;
  const levels = args?.kind === 'map' ? entryOf(args, 'levels')?.value : undefined;
  return levels?.kind === 'map' ? levels : null;
}

interface Mover {
  readonly node: PolicyNode;
  readonly kind: 'pruner' | 'regularizer';
  readonly names: ReadonlySet<string>;
  readonly epochs: ReadonlySet<number>;
}

/** Two policies that set the mask of one parameter in one epoch. */
function checkFights(report: Report, nodes: readonly PolicyNode[], facts: RunFacts): void {
  const movers = nodes.flatMap((node) => maskSetter(node, facts));
  movers.forEach((later, index) => {
    for (const earlier of movers.slice(0, index)) {
      if (earlier.kind === 'regularizer' && later.kind === 'regularizer') continue;
      const names = [...later.names].filter((name) => earlier.names.has(name));
      const epochs = [...later.epochs].filter((epoch) => epoch < facts.epochs && earlier.epochs.has(epoch));
      if (names.length > 0 && epochs.length > 0) reportFight(report, [earlier, later], names, epochs);
    }
  });
}

function maskSetter(node: PolicyNode, facts: RunFacts): Mover[] {
  const { policy } = node;
  if (policy?.kind !== 'pruner' && policy?.kind !== 'regularizer') return [];
  // A regularizer sets masks only if it has a criterion for them (reference 6.5).
  if (policy.kind === 'regularizer' && !hasThreshold(policy)) return [];
  const names = new Set(touchedParameters(policy, facts.parameters));
  return [{ node, kind: policy.kind, names, epochs: new Set(node.epochs) }];
}

function reportFight(
  report: Report,
  [earlier, later]: readonly [Mover, Mover],
  names: readonly string[],
  epochs: readonly number[],
): void {
  const first = Math.min(...epochs);
  const last = Math.max(...epochs);
  const when = first === last ? `epoch ${first}` : `epochs ${first} to ${last}`;
  const who = `policies ${earlier.node.index + 1} and ${later.node.index + 1}`;
  const result =
    earlier.kind === later.kind
      ? 'The later one in the file wins.'
      : 'The threshold of the regularizer overwrites, then deletes, the mask of the pruner.';
  const message = `${listNames(names.map(withoutModulePrefix))} ${names.length > 1 ? 'are' : 'is'} masked by ${who} in ${when}. ${result} Give them different epochs or parameters.`;
  report.warning('policies-fight', later.node.nameRange, message);
}
