import type { Network } from '../core/network.ts';
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
  const teachers: Record<string, Network> = {};
  for (const { definition, node } of instances) {
    for (const [argument, reference] of Object.entries(definition?.names ?? {})) {
      const value = reference === 'model-or-run' && node ? entryOf(node, argument)?.value : undefined;
      if (value?.kind !== 'scalar' || typeof value.value !== 'string' || value.value === finishedRun || !data) continue;
      const { value: name, range } = value;
      const network = buildTeacher(report, { name, range }, { zoo, data });
      if (network) teachers[name] = network;
    }
  }
  return teachers;
}

function buildTeacher(
  report: Report,
  { name, range }: { readonly name: string; readonly range: Instance['nameRange'] },
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
