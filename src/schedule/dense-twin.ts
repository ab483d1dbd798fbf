import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { defaultRateDropEpoch, defaultRateDropFactor } from '../core/default-rate-drop.ts';
import type { Extension } from '../methods/extension.ts';
import type { Policy, Schedule } from './schedule.ts';

/** The first epoch in which a policy compresses; null if none does before the run ends. */
export function compressionBegin({ policies, training }: Schedule): number | null {
  const begins = policies.filter(compresses).flatMap(({ epochs }) => epochs.filter((epoch) => epoch < training.epochs));
  return begins.length === 0 ? null : Math.min(...begins);
}

function compresses({ kind, component }: Policy): boolean {
  if (kind !== 'extension') return kind !== 'lr_scheduler';
  return (component.definition.create(component.args) as Extension).type === 'thinning';
}

const compressing = ['pruners', 'regularizers', 'quantizers', 'extensions', 'sweep'];

/**
 * The same training with nothing compressed: no pruners, regularizers, quantizers and extensions, and no policies of theirs.
 * What the text leaves to defaults that would now be others is written down.
 *
 * @param text A text that can be read.
 * @param schedule What it says.
 * @returns null if the text is no map of YAML.
 */
export function denseText(text: string, schedule: Schedule): string | null {
  const document = parseDocument(text, { version: '1.1', uniqueKeys: false, logLevel: 'error' });
  const root: unknown = document.contents;
  if (document.errors.length > 0 || !isMap(root)) return null;
  for (const section of compressing) while (root.has(section)) root.delete(section);
  const policies: unknown = root.get('policies');
  if (isSeq(policies))
    policies.items = policies.items.filter((policy) => isMap(policy) && policy.get('lr_scheduler') !== undefined);
  if (schedule.defaultLearningRateDrop) writeRateDrop(root, schedule, document.createNode.bind(document));
  const training: unknown = root.get('training');
  const { model, dataset, epochs, seed } = schedule.training;
  const written = { model, dataset, epochs, seed };
  if (!isMap(training)) root.set('training', document.createNode(written));
  else for (const [key, value] of Object.entries(written)) training.set(key, value);
  if (!root.has('policies')) root.set('policies', document.createNode([]));
  return String(document);
}

/** Without a `training` block the rate falls in the last quarter; now there is one, so that a policy has to say so. */
function writeRateDrop(root: YAMLMap, { training }: Schedule, createNode: (value: unknown) => unknown): void {
  const milestone = defaultRateDropEpoch(training.epochs);
  const scheduler = { class: 'MultiStepLR', milestones: [milestone], gamma: defaultRateDropFactor };
  root.set('lr_schedulers', createNode({ drop: scheduler }));
  const policy = {
    lr_scheduler: { instance_name: 'drop' },
    ...{ starting_epoch: 0, ending_epoch: training.epochs, frequency: 1 },
  };
  root.set('policies', createNode([policy]));
}
