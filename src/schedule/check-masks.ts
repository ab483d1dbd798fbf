import type { Network, ParameterSpec } from '../core/network.ts';
import { insertBefore } from './check-pruning-args.ts';
import type { PolicyNode } from './read-policies.ts';
import { listNames, type Report } from './report.ts';
import type { Policy } from './schedule.ts';
import { hasThreshold, quantizerPlan, touchedParameters } from './touched.ts';
import { entryOf, type MapNode } from './yaml-node.ts';

interface MaskFacts {
  readonly epochs: number;
  readonly network: Network;
  readonly parameters: readonly ParameterSpec[];
  /** The file is of another model: its names touch nothing here. */
  readonly foreign: boolean;
}

type PolicyOf<Kind extends Policy['kind']> = Extract<Policy, { readonly kind: Kind }>;

interface Acting<Kind extends Policy['kind']> {
  readonly node: PolicyNode;
  readonly policy: PolicyOf<Kind>;
}

/** What becomes of masks: kept or lost, made and overruled by other policies, or never made. */
export function checkMasks(report: Report, nodes: readonly PolicyNode[], facts: MaskFacts): void {
  const pruners = acting(nodes, 'pruner');
  for (const pruner of pruners) {
    checkKept(report, pruner, pruners);
    checkRunEnd(report, pruner, facts);
    checkFlags(report, pruner, pruners);
  }
  for (const regularizer of acting(nodes, 'regularizer')) {
    if (hasThreshold(regularizer.policy)) checkRunEnd(report, regularizer, facts);
    else if (!facts.foreign) checkZeros(report, regularizer, nodes, facts);
  }
  checkRates(report, acting(nodes, 'lr_scheduler'), facts);
  if (!facts.foreign) checkQuantized(report, pruners, acting(nodes, 'quantizer'), facts);
}

function acting<Kind extends Policy['kind']>(nodes: readonly PolicyNode[], kind: Kind): readonly Acting<Kind>[] {
  return nodes.flatMap((node) => (node.policy?.kind === kind ? [{ node, policy: node.policy as PolicyOf<Kind> }] : []));
}

/** A mask that holds in the forward pass only leaves no zeros, unless some policy keeps it (reference 3.2). */
function checkKept(report: Report, { node, policy }: Acting<'pruner'>, all: readonly Acting<'pruner'>[]): void {
  if (!policy.args.mask_on_forward_only || all.some((other) => other.policy.args.keep_mask)) return;
  const args = argsOf(node);
  const key = args && entryOf(args, 'mask_on_forward_only')?.key;
  if (!args || !key) return;
  const message =
    '`mask_on_forward_only` masks during the forward pass alone, and nothing keeps the mask: the run ends without zeros. Add `keep_mask: true`.';
  const written = entryOf(args, 'keep_mask');
  const fixes = written
    ? [{ title: 'Write `keep_mask: true`', range: written.value.range, text: 'true' }]
    : insertBefore(args, 'mask_on_forward_only', 'keep_mask: true');
  report.warning('mask-never-kept', key.range, message, fixes);
}

function argsOf({ node, instance }: PolicyNode): MapNode | null {
  const action = entryOf(node, instance.kind)?.value;
  const args = action?.kind === 'map' ? entryOf(action, 'args')?.value : undefined;
  return args?.kind === 'map' ? args : null;
}

interface Masking {
  readonly node: PolicyNode;
  readonly policy: PolicyOf<'pruner'> | PolicyOf<'regularizer'>;
}

/** What a policy does in its last epoch, where the run ends before it. */
function checkRunEnd(report: Report, { node, policy }: Masking, { epochs }: MaskFacts): void {
  const { endingEpoch, startingEpoch, frequency } = policy.window;
  const value = entryOf(node.node, 'ending_epoch')?.value;
  if (!value || frequency === null || endingEpoch <= epochs || startingEpoch >= epochs) return;
  const text = String(epochs);
  const fixes = [{ title: `Write \`${text}\``, range: value.range, text }];
  const final = policy.component.args['final_sparsity'];
  if (typeof final === 'number') {
    const message = `The run ends after epoch ${epochs - 1}, before the curve reaches ${Math.round(100 * final)} %. Write \`ending_epoch: ${text}\`, or raise \`epochs\` of \`training\`.`;
    // A ramp of one activation would be an error.
    report.warning('final-sparsity-not-reached', value.range, message, startingEpoch + frequency < epochs ? fixes : []);
  }
  if (!losesMask(policy)) return;
  const message = `\`keep_mask\` acts in epoch ${endingEpoch - 1}, and the run ends after epoch ${epochs - 1}: no mask is kept. Write \`ending_epoch: ${text}\`.`;
  report.warning('never-reaches-last-epoch', value.range, message, fixes);
}

/** Whether its masks are lost unless `keep_mask` acts. */
function losesMask(policy: Masking['policy']): boolean {
  return policy.args.keep_mask && (policy.kind === 'regularizer' || policy.args.mask_on_forward_only);
}

/** Flags of all masks are set by the policy that starts last; one policy may throw the masks of all away (reference 3.2). */
function checkFlags(report: Report, { node, policy }: Acting<'pruner'>, all: readonly Acting<'pruner'>[]): void {
  const others = all.filter((other) => other.node !== node);
  const earlier = others.find(
    (other) =>
      other.policy.window.startingEpoch <= policy.window.startingEpoch &&
      other.node.index < node.index &&
      other.policy.args.mask_on_forward_only !== policy.args.mask_on_forward_only,
  );
  if (earlier) {
    const message = `\`mask_on_forward_only\` is ${String(policy.args.mask_on_forward_only)} here and ${String(earlier.policy.args.mask_on_forward_only)} in policy ${earlier.node.index + 1}. It holds for every parameter at once: the policy that starts last decides. Write the same in both.`;
    report.warning('flags-overwritten', node.nameRange, message);
  }
  const shares = others.find((other) => other.policy.epochs.some((epoch) => policy.epochs.includes(epoch)));
  const key = argsOf(node)?.entries.find(({ name }) => name === 'discard_masks_at_minibatch_end')?.key;
  if (!policy.args.discard_masks_at_minibatch_end || !shares || !key) return;
  const message = `\`discard_masks_at_minibatch_end\` throws away the masks of all policies, those of policy ${shares.node.index + 1} too. Give them different epochs.`;
  report.warning('policies-fight', key.range, message);
}

/** A penalty without a threshold pulls weights close to zero, never to it (recipe l1-without-zeros). */
function checkZeros(
  report: Report,
  { node, policy }: Acting<'regularizer'>,
  nodes: readonly PolicyNode[],
  facts: MaskFacts,
): void {
  if (!('threshold_criteria' in policy.component.definition.args.shape)) return;
  const own = touchedParameters(policy, facts.parameters);
  const cut = new Set(
    nodes.flatMap(({ policy: other }) =>
      other?.kind === 'pruner' || (other?.kind === 'regularizer' && hasThreshold(other))
        ? touchedParameters(other, facts.parameters)
        : [],
    ),
  );
  if (own.length === 0 || own.some((name) => cut.has(name))) return;
  const message = `\`${policy.component.name}\` makes weights small and none zero: gradient steps jump across zero. For zeros add \`threshold_criteria\`, or a pruner for ${listNames(own.slice(0, 3))}${own.length > 3 ? ' and others' : ''}.`;
  report.hint('penalty-makes-no-zeros', node.nameRange, message);
}

/** Each sets the rate anew, and the last one in the file wins (reference 7). */
function checkRates(report: Report, rates: readonly Acting<'lr_scheduler'>[], facts: MaskFacts): void {
  rates.forEach(({ node }, index) => {
    for (const earlier of rates.slice(0, index)) {
      const shared = node.epochs.filter((epoch) => epoch < facts.epochs && earlier.node.epochs.includes(epoch));
      const [first] = shared;
      if (first === undefined) continue;
      const message = `Policies ${earlier.node.index + 1} and ${node.index + 1} both set the learning rate in epoch ${first}${shared.length > 1 ? ` and ${shared.length - 1} more` : ''}. The later one in the file wins, as if the other were not there. Give them different epochs.`;
      report.warning('policies-fight', node.nameRange, message);
    }
  });
}

/** Distiller stops at a pruner beside a training quantizer, because the parameters have other names (reference 2.5). */
function checkQuantized(
  report: Report,
  pruners: readonly Acting<'pruner'>[],
  quantizers: readonly Acting<'quantizer'>[],
  { network, parameters }: MaskFacts,
): void {
  const [quantizer] = quantizers;
  if (!quantizer) return;
  const quantized = new Set(
    quantizerPlan(quantizer.policy.component, network).flatMap(({ module, weights }) =>
      weights === null ? [] : [module],
    ),
  );
  const both = pruners.find(({ policy }) =>
    touchedParameters(policy, parameters).some((name) =>
      parameters.some((spec) => spec.name === name && spec.role === 'kernel' && quantized.has(spec.layer)),
    ),
  );
  if (!both) return;
  const later = both.node.index > quantizer.node.index ? both.node : quantizer.node;
  const message = `\`${both.node.instance.name}\` prunes what \`${quantizer.node.instance.name}\` quantizes. That works here; Distiller stops with a \`KeyError\`, because a quantized parameter has another name there. For Distiller, prune first and quantize in a second run.`;
  report.hint('distiller-cannot-combine', later.nameRange, message);
}
