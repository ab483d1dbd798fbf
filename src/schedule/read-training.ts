import type { Network } from '../core/network.ts';
import { checkValue } from './check-value.ts';
import type { SourceRange } from './diagnostics.ts';
import { didYouMean, nearestFixes } from './nearest-name.ts';
import { listNames, type Report } from './report.ts';
import { adamSchema, sgdSchema, trainingSchema } from './schedule-schema.ts';
import type { OptimizerSettings, TrainingSettings } from './schedule.ts';
import { entryOf, type MapNode, plainValue, type YamlNode } from './yaml-node.ts';
import { acceptsInput, type Zoo, type ZooDataset, type ZooModel } from './zoo-port.ts';

export interface TrainingBlock {
  /** `epochs` is a default that the policies may raise unless `epochsWritten`. */
  readonly settings: TrainingSettings;
  readonly network: Network;
  readonly epochsWritten: boolean;
  readonly modelWritten: boolean;
}

const defaultOptimizer: OptimizerSettings = { class: 'SGD', lr: 0.03, momentum: 0.9, weightDecay: 0, nesterov: false };
const unknownKey = { code: 'unknown-training-key', severity: 'error' } as const;
const emptyMap = (range: SourceRange): MapNode => ({ kind: 'map', range, entries: [], flow: false });

/** The `training:` block with every default filled in; null if model or dataset are unknown. */
export function readTraining(
  report: Report,
  node: YamlNode | undefined,
  start: SourceRange,
  zoo: Zoo,
): TrainingBlock | null {
  const map = asMap(report, node, start);
  if (map === null) return null;
  const values = checkValue(report, {
    schema: trainingSchema,
    node: map,
    owner: 'the `training` block',
    missingAt: map.range,
    ignore: ['optimizer', 'sweep'],
    unknownKey,
  });
  const optimizer = readOptimizer(report, entryOf(map, 'optimizer')?.value, map.range);
  // After an error the rest is still checked, against what the run would be without it.
  const rest = values ?? trainingSchema.parse(namesOnly(map));
  const chosen = chooseModelAndData(report, map, rest, zoo);
  if (chosen === null) return null;
  const { model, dataset } = chosen;
  const settings: TrainingSettings = {
    model: model.name,
    dataset: dataset.name,
    trainSize: clampSize(report, map, { key: 'train_size', size: rest.train_size, most: dataset.trainSize, dataset }),
    validationSize: clampSize(report, map, {
      key: 'validation_size',
      size: rest.validation_size,
      most: dataset.testSize,
      dataset,
    }),
    epochs: rest.epochs ?? 8,
    batchSize: rest.batch_size,
    optimizer: optimizer ?? defaultOptimizer,
    precision: rest.precision,
    seed: rest.seed,
  };
  return {
    settings,
    network: model.build(dataset),
    epochsWritten: rest.epochs !== undefined,
    modelWritten: rest.model !== undefined,
  };
}

/** Model and dataset, where they are words. */
function namesOnly(map: MapNode): Record<string, string> {
  const named = ['model', 'dataset'].flatMap((key) => {
    const value = entryOf(map, key)?.value;
    return value?.kind === 'scalar' && typeof value.value === 'string' ? [[key, value.value] as const] : [];
  });
  return Object.fromEntries(named);
}

function asMap(report: Report, node: YamlNode | undefined, start: SourceRange): MapNode | null {
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return emptyMap(start);
  if (node.kind === 'map') return node;
  report.error(
    'wrong-type',
    node.range,
    '`training` is not a map. Write its keys below it, indented, one on each line.',
  );
  return null;
}

/** The optimizer with its defaults; null after an error. */
function readOptimizer(report: Report, node: YamlNode | undefined, around: SourceRange): OptimizerSettings | null {
  const map = node ?? emptyMap(around);
  if (map.kind !== 'map') {
    report.error('wrong-type', map.range, '`optimizer` is not a map. Write `{class: SGD, lr: 0.03}`.');
    return null;
  }
  const classNode = entryOf(map, 'class')?.value;
  const name = classNode === undefined ? 'SGD' : String(plainValue(classNode));
  if (name === 'Adam') return readAdam(report, map);
  if (name === 'SGD') return readSgd(report, map);
  reportOptimizer(report, name, classNode?.range ?? map.range);
  return null;
}

function reportOptimizer(report: Report, name: string, range: SourceRange): void {
  const fixes = nearestFixes(name, ['SGD', 'Adam'], range);
  const message = `There is no optimizer \`${name}\`.${didYouMean(fixes)} Known: \`SGD\`, \`Adam\`.`;
  report.error('unknown-class', range, message, fixes);
}

function readSgd(report: Report, node: MapNode): OptimizerSettings | null {
  const values = checkValue(report, {
    schema: sgdSchema,
    node,
    owner: 'the optimizer `SGD`',
    missingAt: node.range,
    unknownKey,
  });
  if (values === null) return null;
  if (values.nesterov && values.momentum === 0) {
    const range = entryOf(node, 'nesterov')?.value.range ?? node.range;
    report.error(
      'out-of-range',
      range,
      '`nesterov` needs a `momentum` above 0: it is a form of momentum. Raise it, or write `nesterov: false`.',
      [{ title: 'Write `false`', range, text: 'false' }],
    );
    return null;
  }
  return {
    class: 'SGD',
    lr: values.lr,
    momentum: values.momentum,
    weightDecay: values.weight_decay,
    nesterov: values.nesterov,
  };
}

function readAdam(report: Report, node: MapNode): OptimizerSettings | null {
  const values = checkValue(report, {
    schema: adamSchema,
    node,
    owner: 'the optimizer `Adam`',
    missingAt: node.range,
    unknownKey,
  });
  if (values === null) return null;
  return { class: 'Adam', lr: values.lr, betas: values.betas, eps: values.eps, weightDecay: values.weight_decay };
}

type Names = { readonly model?: string | undefined; readonly dataset?: string | undefined };

/** What is not written follows what is: `dataset: spirals` alone gets the first model that takes points. */
function chooseModelAndData(
  report: Report,
  map: MapNode,
  names: Names,
  zoo: Zoo,
): { readonly model: ZooModel; readonly dataset: ZooDataset } | null {
  const writtenModel = findNamed(report, { map, key: 'model', name: names.model, known: zoo.models });
  const writtenDataset = findNamed(report, { map, key: 'dataset', name: names.dataset, known: zoo.datasets });
  if (writtenModel === null || writtenDataset === null) return null;
  const dataset = writtenDataset ?? zoo.datasets.find((candidate) => !writtenModel || fits(writtenModel, candidate));
  const model = writtenModel ?? zoo.models.find((candidate) => dataset && fits(candidate, dataset));
  if (!model || !dataset) return null;
  if (fits(model, dataset)) return { model, dataset };
  reportMismatch(report, map, { model, dataset, zoo });
  return null;
}

function fits(model: ZooModel, dataset: ZooDataset): boolean {
  return acceptsInput(model, dataset.inputShape);
}

interface Lookup<Item> {
  readonly map: MapNode;
  readonly key: 'model' | 'dataset';
  readonly name: string | undefined;
  readonly known: readonly Item[];
}

/** Undefined if nothing is written, null if what is written is unknown. */
function findNamed<Item extends { readonly name: string }>(
  report: Report,
  lookup: Lookup<Item>,
): Item | null | undefined {
  const { map, key, name, known } = lookup;
  if (name === undefined) return undefined;
  const found = known.find((item) => item.name === name);
  if (found) return found;
  const range = entryOf(map, key)?.value.range ?? map.range;
  const names = known.map((item) => item.name);
  const fixes = nearestFixes(name, names, range);
  report.error(
    `unknown-${key}`,
    range,
    `There is no ${key} \`${name}\`.${didYouMean(fixes)} Known: ${listNames(names)}.`,
    fixes,
  );
  return null;
}

function reportMismatch(
  report: Report,
  map: MapNode,
  chosen: { readonly model: ZooModel; readonly dataset: ZooDataset; readonly zoo: Zoo },
): void {
  const { model, dataset, zoo } = chosen;
  const range = entryOf(map, 'dataset')?.value.range ?? entryOf(map, 'model')?.value.range ?? map.range;
  const fitting = zoo.datasets.filter((candidate) => fits(model, candidate)).map((candidate) => candidate.name);
  const message = `\`${model.name}\` takes inputs of shape [${model.inputShape.join(', ')}], and \`${dataset.name}\` gives [${dataset.inputShape.join(', ')}]. Datasets that fit: ${listNames(fitting)}.`;
  const fixes = fitting.slice(0, 1).map((text) => ({ title: `Use \`${text}\``, range, text }));
  report.error('model-dataset-mismatch', range, message, fixes);
}

interface Size {
  readonly key: 'train_size' | 'validation_size';
  readonly size: number;
  readonly most: number;
  readonly dataset: ZooDataset;
}

function clampSize(report: Report, map: MapNode, { key, size, most, dataset }: Size): number {
  if (size <= most) return size;
  const range = entryOf(map, key)?.value.range;
  if (range) {
    const message = `\`${key}\` is ${size}, and \`${dataset.name}\` has ${most} samples. All of them are used.`;
    const fixes = [{ title: `Write \`${most}\``, range, text: String(most) }];
    report.warning(`${key.replace('_', '-')}-clamped`, range, message, fixes);
  }
  return most;
}
