import { isConvolution, type Network } from '../core/network.ts';
import { removalWords } from '../methods/structure-removal.ts';
import type { ThinningExtension } from '../methods/extension.ts';
import type { SourceRange } from './diagnostics.ts';
import type { Instance } from './read-components.ts';
import type { PolicyNode } from './read-policies.ts';
import type { Report } from './report.ts';
import { createExtension, hasThreshold } from './touched.ts';

interface RunFacts {
  readonly epochs: number;
  readonly network: Network;
}

/** Removal of zero structures: whether there can be any when it acts, and whether masks come too late for it. */
export function checkExtensions(report: Report, nodes: readonly PolicyNode[], facts: RunFacts): void {
  for (const node of nodes) {
    const extension = node.policy?.kind === 'extension' ? createExtension(node.policy.component) : null;
    if (extension?.type !== 'thinning') continue;
    checkOrder(report, node, nodes, facts);
    checkZeros(report, { node, extension }, nodes, facts);
  }
}

/** A model that comes with early exits, and no policy that trains them. */
export function checkUntrainedExits(
  report: Report,
  { instances, network, place }: { instances: readonly Instance[]; network: Network; place: SourceRange },
): void {
  const count = network.exits?.length ?? 0;
  const isTold = instances.some(({ component }) => component && createExtension(component)?.type === 'early-exit');
  if (count === 0 || isTold) return;
  const exits = count === 1 ? 'an early exit, and it stays' : `${count} early exits, and they stay`;
  const message = `\`${network.name}\` has ${exits} untrained and unused: no policy says when a sample leaves. Add the extension \`EarlyExit\` with a policy, or choose a model without exits.`;
  report.hint('exits-untrained', place, message);
}

/** Masks are applied in file order within an epoch (reference 10.6). */
function checkOrder(report: Report, node: PolicyNode, nodes: readonly PolicyNode[], { epochs }: RunFacts): void {
  const active = new Set(node.epochs.filter((epoch) => epoch < epochs));
  for (const later of nodes.filter(({ policy, index }) => policy?.kind === 'pruner' && index > node.index)) {
    const shared = later.epochs.find((epoch) => active.has(epoch));
    if (shared === undefined) continue;
    const message = `In epoch ${shared} policy ${node.index + 1} removes structures before policy ${later.index + 1} applies its masks, so it does not see what these make zero. Move it below policy ${later.index + 1}, or to a later epoch.`;
    report.warning('thinning-before-pruning', node.nameRange, message);
    return;
  }
}

function checkZeros(
  report: Report,
  { node, extension }: { readonly node: PolicyNode; readonly extension: ThinningExtension },
  nodes: readonly PolicyNode[],
  { epochs, network }: RunFacts,
): void {
  const last = Math.max(...node.epochs.filter((epoch) => epoch < epochs));
  const label = `Policy ${node.index + 1}`;
  const isForFilters = extension.removals.every((removal) => removal === 'remove_filters');
  if (isForFilters && !network.layers.some(isConvolution)) {
    const message = `${label} removes nothing: \`${network.name}\` has no convolution, so no filters. \`remove_channels\` thins dense layers.`;
    report.hint('thinning-removes-nothing', node.nameRange, message);
  } else if (Number.isFinite(last) && !nodes.some((other) => makesZeros(other, last))) {
    const message = `${label} finds nothing to remove: up to epoch ${last} no pruner, and no regularizer with a threshold, makes ${removalWords(extension.removals)}. Prune structures first.`;
    report.hint('thinning-removes-nothing', node.nameRange, message);
  }
}

/** Whether a policy sets masks by that epoch; one that cannot run here may. */
function makesZeros({ policy, instance, epochs }: PolicyNode, last: number): boolean {
  if (!epochs.some((epoch) => epoch <= last)) return false;
  if (policy === null) return instance.kind === 'pruner' || instance.kind === 'regularizer';
  return policy.kind === 'pruner' || (policy.kind === 'regularizer' && hasThreshold(policy));
}
