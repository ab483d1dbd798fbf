import type { Network } from '../core/network.ts';
import type { SourceRange } from './diagnostics.ts';
import { didYouMean, nearestFixes } from './nearest-name.ts';
import type { Instance } from './read-components.ts';
import { listNames, type Report } from './report.ts';
import { createExtension } from './touched.ts';
import { entryOf } from './yaml-node.ts';
import { acceptsInput, type Zoo, type ZooDataset } from './zoo-port.ts';

/** The word for a finished run in place of a model. */
const finishedRun = 'run';

/** The networks of models that arguments name, built for the dataset; unknown and unfitting ones are reported. */
export function readTeachers(
  report: Report,
  instances: readonly Instance[],
  { zoo, data }: { readonly zoo: Zoo; readonly data: ZooDataset },
): Readonly<Record<string, Network>> {
  const teachers: Record<string, Network> = {};
  for (const named of instances.flatMap(namedModels)) {
    const network = buildTeacher(report, named, { zoo, data });
    if (network) teachers[named.name] = network;
  }
  return teachers;
}

/**
 * How many training samples the teachers need; undefined if they need no more than the student has. More than there are is
 * reported.
 */
export function readTeacherSize(
  report: Report,
  instances: readonly Instance[],
  { data, trainSize }: { readonly data: ZooDataset; readonly trainSize: number },
): number | undefined {
  const sizes = instances.flatMap((instance) => {
    const wanted = teacherSizeOf(instance);
    if (wanted !== undefined && wanted > data.trainSize) reportTeacherSize(report, instance, wanted, data);
    return wanted === undefined ? [] : [Math.min(wanted, data.trainSize)];
  });
  const largest = Math.max(0, ...sizes);
  return largest > trainSize ? largest : undefined;
}

function teacherSizeOf({ component }: Instance): number | undefined {
  const extension = component && createExtension(component);
  if (extension?.type !== 'distillation' || extension.teacher.kind !== 'model') return undefined;
  return extension.teacher.size;
}

function reportTeacherSize(
  report: Report,
  { node, nameRange }: Instance,
  size: number,
  { name, trainSize }: ZooDataset,
): void {
  const written = node && entryOf(node, 'teacher_size')?.value.range;
  const message = `\`teacher_size\` is ${size}, and \`${name}\` has ${trainSize} training samples. All of them are used.`;
  const fixes = written ? [{ title: `Write \`${trainSize}\``, range: written, text: String(trainSize) }] : [];
  report.warning('teacher-size-clamped', written ?? nameRange, message, fixes);
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
