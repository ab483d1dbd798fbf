import type { Network } from '../core/network.ts';
import type { SourceRange } from './diagnostics.ts';
import { didYouMean, nearestFixes } from './nearest-name.ts';
import type { Instance } from './read-components.ts';
import { listNames, type Report } from './report.ts';
import { entryOf } from './yaml-node.ts';
import { acceptsInput, type Zoo, type ZooDataset } from './zoo-port.ts';

/** The word for a finished run in place of a model. */
const finishedRun = 'run';

/** The networks of models that arguments name, built for the dataset; unknown and unfitting ones are reported. */
export function readTeachers(
  report: Report,
  instances: readonly Instance[],
  { zoo, dataset }: { readonly zoo: Zoo; readonly dataset: string },
): Readonly<Record<string, Network>> {
  const data = zoo.datasets.find(({ name }) => name === dataset);
  if (!data) return {};
  const teachers: Record<string, Network> = {};
  for (const named of instances.flatMap(namedModels)) {
    const network = buildTeacher(report, named, { zoo, data });
    if (network) teachers[named.name] = network;
  }
  return teachers;
}

interface NamedModel {
  readonly name: string;
  readonly range: SourceRange;
}

function namedModels({ definition, node }: Instance): NamedModel[] {
  if (!definition?.names || !node) return [];
  const references = Object.entries(definition.names).filter(([, reference]) => reference === 'model-or-run');
  return references.flatMap(([argument]) => {
    const value = entryOf(node, argument)?.value;
    if (value?.kind !== 'scalar' || typeof value.value !== 'string' || value.value === finishedRun) return [];
    return [{ name: value.value, range: value.range }];
  });
}

function buildTeacher(
  report: Report,
  { name, range }: NamedModel,
  { zoo, data }: { readonly zoo: Zoo; readonly data: ZooDataset },
): Network | null {
  const fitting = zoo.models.filter((model) => acceptsInput(model, data.inputShape)).map((model) => model.name);
  const model = zoo.models.find((candidate) => candidate.name === name);
  if (model === undefined) {
    const fixes = nearestFixes(name, [...fitting, finishedRun], range);
    const message = `There is no model \`${name}\` to learn from.${didYouMean(fixes)} Known: ${listNames(fitting)}, and \`${finishedRun}\` for a finished run.`;
    report.error('unknown-model', range, message, fixes);
    return null;
  }
  if (!fitting.includes(name)) {
    const message = `\`${name}\` takes other inputs than \`${data.name}\` gives, so it cannot teach here. Models that fit: ${listNames(fitting)}.`;
    report.error('model-dataset-mismatch', range, message);
    return null;
  }
  return model.build(data);
}
