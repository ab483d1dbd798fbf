import { networkParameters, type Network } from '../core/network.ts';
import { isPostTraining, type MethodDefinition } from '../methods/define-method.ts';
import { exampleYaml } from '../methods/example-yaml.ts';
import { applyTextEdits } from './edit-policy-timing.ts';
import { editSections, type SectionChange } from './edit-sections.ts';
import { sectionOf } from './grammar.ts';
import { judgeText, type MadeSchedule } from './make-schedule.ts';
import { parseSchedule } from './parse-schedule.ts';
import type { Zoo } from './zoo-port.ts';

/** The model that the examples of the methods are written for. */
const exampleModel = 'cnn_mnist';

/** A text with a method's example in it, and the name that the new instance has there. */
export type InsertedMethod = Extract<MadeSchedule, { ok: false }> | { ok: true; text: string; name: string };

/**
 * Adds a method's example to a schedule: an instance in its section, and below all policies one that uses it. Names of the
 * model that the example was written for become those of the text's own model. Of several times to act, the first is chosen
 * with which the text has no more diagnostics than before; one with a new error is never given. Pure; never throws.
 */
export function insertMethod(text: string, zoo: Zoo, method: MethodDefinition): InsertedMethod {
  const before = parseSchedule(text, zoo);
  if (!before.ok) return { ok: false, why: 'The schedule in the editor has an error. Mend it first.' };
  const { network, components, training } = before.value;
  const name = freeName(`my_${method.kind}`, new Set(components.map((component) => component.name)));
  const example = renamed(method, layerNames(zoo, network)) as MethodDefinition['example'];
  const instance = [`${name}:`, ...exampleYaml({ name: method.name, example }, 2).split('\n')];
  const changes = windowsOf(training.epochs).map(([from, to]) => [
    added(sectionOf(method.kind), instance),
    ...(isPostTraining(method) ? [] : [added('policies', policyLines(method.kind, name, from, to))]),
  ]);
  const judged = changes.flatMap((change) => {
    const edits = editSections(text, change);
    if (edits === null) return [];
    const context = { schedule: before.value, diagnostics: before.diagnostics, replaced: new Set<string>(), zoo };
    return [judgeText(applyTextEdits(text, edits), context)];
  });
  const [best] = judged.toSorted((a, b) => a.newProblems - b.newProblems);
  if (best === undefined)
    return { ok: false, why: 'The text has no place for this. Write its sections as indented lists.' };
  return best.error === null ? { ok: true, text: best.text, name } : { ok: false, why: best.error };
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}_${number}`;
  return free;
}

/** The whole run, its middle, its second half, its last epoch. */
function windowsOf(epochs: number): readonly (readonly [number, number])[] {
  const windows: readonly [number, number][] = [
    [0, epochs],
    [1, epochs],
    [Math.floor(epochs / 4), Math.floor((3 * epochs) / 4)],
    [Math.floor(epochs / 2), epochs],
    [epochs - 1, epochs],
  ];
  return windows.filter(([from, to], index) => from < to && (index === 0 || from > 0));
}

function added(section: string, lines: readonly string[]): SectionChange {
  return { section, added: [lines], at: 'end', isRemoved: () => false };
}

function policyLines(kind: string, name: string, from: number, to: number): readonly string[] {
  return [
    `- ${kind}: {instance_name: ${name}}`,
    `  starting_epoch: ${from}`,
    `  ending_epoch: ${to}`,
    '  frequency: 1',
  ];
}

/**
 * For each layer of the model of the examples that a network does not have, one of its kind there: of those with weights the
 * largest that is free. Where it has none of that kind, an activation halfway.
 */
function layerNames(zoo: Zoo, network: Network): ReadonlyMap<string, string> {
  const model = zoo.models.find(({ name }) => name === exampleModel);
  const own = new Set(network.layers.map(({ name }) => name));
  const layers = model?.build({ classCount: 10 }).layers ?? [];
  const sizes = new Map(
    networkParameters(network).map(({ layer, size, role }) => [layer, role === 'kernel' ? size : 0]),
  );
  const free = network.layers.toSorted((a, b) => (sizes.get(b.name) ?? 0) - (sizes.get(a.name) ?? 0));
  const activations = network.layers.filter(({ kind }) => kind === 'relu');
  const halfway = activations[Math.floor(activations.length / 2)];
  const names = new Map<string, string>();
  for (const { name, kind } of layers.filter((layer) => !own.has(layer.name))) {
    const alike = free.filter((layer) => layer.kind === kind);
    const partner = alike.find((layer) => ![...names.values()].includes(layer.name)) ?? alike[0] ?? halfway;
    if (partner) names.set(name, partner.name);
  }
  return names;
}

/** The example with other names of layers, in the arguments that hold names. */
function renamed({ example, names = {} }: MethodDefinition, layers: ReadonlyMap<string, string>): unknown {
  const rename = (name: string): string => {
    const [layer = '', ...rest] = name.split('.');
    return [layers.get(layer) ?? layer, ...rest].join('.');
  };
  const inValue = (value: unknown): unknown => {
    if (typeof value === 'string') return rename(value);
    if (Array.isArray(value)) return value.map(inValue);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [rename(key), entry]));
  };
  const named = (argument: string): boolean => argument in names && names[argument] !== 'model-or-run';
  return Object.fromEntries(
    Object.entries(example).map(([argument, value]) => [argument, named(argument) ? inValue(value) : value]),
  );
}
