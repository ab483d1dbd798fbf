import { type Network, networkParameters, type ParameterSpec } from '../../core/network.ts';
import type { MethodDefinition, MethodKind, NameReference } from '../../methods/define-method.ts';
import { type ArgumentDescription, describeArguments, type ValueShape } from '../../methods/describe-arguments.ts';
import {
  actionKeys,
  methodKinds,
  type Section,
  sectionKinds,
  topLevelKeys,
  windowKeys,
} from '../../schedule/grammar.ts';
import {
  adamSchema,
  pruningArgsSchema,
  regularizationArgsSchema,
  sgdSchema,
  trainingSchema,
} from '../../schedule/schedule-schema.ts';
import { sweepSchema } from '../../schedule/sweep.ts';
import { acceptsInput, type ZooModel } from '../../schedule/zoo-port.ts';
import { grouped } from '../../ui/grouped.ts';
import type { EditorKnowledge } from './editor-knowledge.ts';
import { isSamePath, keysAt, valueAt, type YamlPath, type YamlScan } from './scan-yaml.ts';

export type World = Pick<EditorKnowledge, 'catalogue' | 'zoo'>;

/** A key that a map may have. */
export interface KeyInfo {
  readonly name: string;
  readonly description: string;
  /** Type, range and default; absent for the keys of the file format itself. */
  readonly argument?: ArgumentDescription;
  /** What stands behind the key begins on a new line. */
  readonly isBlock?: boolean;
}

/** What the map or list at a path may hold. */
export interface Expectation {
  readonly keys: readonly KeyInfo[];
  /** Free keys, or the items of the list, are such names. */
  readonly names: NameReference | null;
  /** What items and values of free keys may be. */
  readonly entry: ValueShape | null;
  /** The method whose arguments these are. */
  readonly definition?: MethodDefinition;
  /** Instances are named here. */
  readonly instancesOf?: MethodKind;
}

const nothing: Expectation = { keys: [], names: null, entry: null };

/** What the map or list at a path may hold. Unknown places expect nothing. */
export function expectationAt(path: YamlPath, scan: YamlScan, world: World): Expectation {
  const [top, ...rest] = path;
  if (top === undefined) return { ...nothing, keys: keyInfos(topLevelKeys, (key) => key !== 'version') };
  if (top === 'training') return trainingAt(rest, scan);
  if (top === 'policies') return policyAt(rest, path);
  const kind = kindOfSection(top);
  if (kind === null) return nothing;
  const [instance, ...inside] = rest;
  if (instance === undefined) return { ...nothing, instancesOf: kind };
  return instanceAt(inside, definitionAt([top, instance], scan, world));
}

/** The kind of method that a top-level key holds. */
export function kindOfSection(section: string | number): MethodKind | null {
  return Object.hasOwn(sectionKinds, section) ? sectionKinds[section as Section] : null;
}

/** The class of the instance at `[section, name]`. */
export function definitionAt(path: YamlPath, scan: YamlScan, { catalogue }: World): MethodDefinition | undefined {
  const name = valueAt(scan, path.slice(0, 2), 'class');
  return catalogue.find((definition) => definition.name === name);
}

const classKey: KeyInfo = { name: 'class', description: 'Which method it is.' };

function instanceAt(path: YamlPath, definition: MethodDefinition | undefined): Expectation {
  if (definition === undefined) return path.length === 0 ? { ...nothing, keys: [classKey] } : nothing;
  const args = describeArguments(definition.args);
  if (path.length === 0) return { ...nothing, keys: [classKey, ...args.map(argumentKey)], definition };
  const shape = shapeBelow(args, path);
  if (shape === null) return nothing;
  const names = path.length === 1 ? (definition.names?.[String(path[0])] ?? null) : null;
  return { keys: shape.keys.map(argumentKey), names, entry: shape.entry, definition };
}

function trainingAt(path: YamlPath, scan: YamlScan): Expectation {
  if (path.length === 0) return { ...nothing, keys: describeArguments(trainingSchema).map(argumentKey) };
  if (path[0] === 'sweep') return sweepAt(path);
  if (path[0] !== 'optimizer') return nothing;
  const isAdam = valueAt(scan, ['training', 'optimizer'], 'class') === 'Adam';
  const args = describeArguments(isAdam ? adamSchema : sgdSchema);
  if (path.length === 1) return { ...nothing, keys: args.map((argument) => argumentKey(withBothOptimizers(argument))) };
  return { ...nothing, entry: shapeBelow(args, path.slice(1))?.entry ?? null };
}

function sweepAt(path: YamlPath): Expectation {
  const args = describeArguments(sweepSchema);
  if (path.length === 1) return { ...nothing, keys: args.map(argumentKey) };
  return { ...nothing, entry: shapeBelow(args, path.slice(1))?.entry ?? null };
}

/** Each optimizer's schema allows its own class only; the reader may choose. */
function withBothOptimizers(argument: ArgumentDescription): ArgumentDescription {
  return argument.name === 'class' ? { ...argument, words: 'SGD or Adam', choices: ['SGD', 'Adam'] } : argument;
}

function policyAt(rest: YamlPath, path: YamlPath): Expectation {
  const [, kind, args, ...inside] = rest;
  if (kind === undefined) {
    const kinds = methodKinds.map((name) => ({ name, description: `Which ${name} acts.`, isBlock: true }));
    return { ...nothing, keys: [...kinds, ...keyInfos(windowKeys, () => false)] };
  }
  if (!methodKinds.some((name) => name === kind)) return nothing;
  if (args === undefined) return { ...nothing, keys: keyInfos(actionKeys, (key) => key === 'args') };
  const schema = argsSchema(kind);
  if (args !== 'args' || schema === null) return nothing;
  const known = describeArguments(schema);
  if (inside.length === 0) return { ...nothing, keys: known.map(argumentKey) };
  const shape = shapeBelow(known, inside);
  const isLevels = path.at(-1) === 'levels';
  return shape === null ? nothing : { ...nothing, names: isLevels ? 'parameter' : null, entry: shape.entry };
}

function argsSchema(kind: string | number): typeof pruningArgsSchema | typeof regularizationArgsSchema | null {
  if (kind === 'pruner') return pruningArgsSchema;
  return kind === 'regularizer' ? regularizationArgsSchema : null;
}

/** The shape of the value at a path that begins with one of the arguments. */
function shapeBelow(args: readonly ArgumentDescription[], path: YamlPath): ValueShape | null {
  let keys = args;
  let shape: ValueShape | null = null;
  for (const part of path) {
    const named: ValueShape | undefined = keys.find(({ name }) => name === part);
    shape = named ?? shapeEntry(shape);
    keys = shape?.keys ?? [];
  }
  return shape;
}

function shapeEntry(shape: ValueShape | null): ValueShape | null {
  return shape === null ? null : shape.entry;
}

function argumentKey(argument: ArgumentDescription): KeyInfo {
  const isMap = argument.keys.length > 0 || argument.words.startsWith('map');
  return { name: argument.name, description: argument.description, argument, isBlock: isMap };
}

function keyInfos(texts: Readonly<Record<string, string>>, isBlock: (key: string) => boolean): readonly KeyInfo[] {
  return Object.entries(texts).map(([name, description]) => ({ name, description, isBlock: isBlock(name) }));
}

/** The network that a text trains, as far as the names in it are known; else the default one. */
export function networkOf(scan: YamlScan, world: World): Network | null {
  const { zoo } = world;
  const modelName = valueAt(scan, ['training'], 'model');
  const dataset = zoo.datasets.find(({ name }) => name === valueAt(scan, ['training'], 'dataset')) ?? zoo.datasets[0];
  if (dataset === undefined) return null;
  const fits = (model: ZooModel): boolean => acceptsInput(model, dataset.inputShape);
  const named = zoo.models.find(({ name }) => name === modelName);
  // Of a model that does not take the dataset, the names are still those of the model.
  if (named && !fits(named)) return named.build({ classCount: dataset.classCount });
  const network = (named ?? zoo.models.find(fits))?.build(dataset) ?? null;
  return network && withAddedLayers(network, scan, world);
}

/** With the layers that methods of the text add, as far as they are told by names of modules. */
function withAddedLayers(model: Network, scan: YamlScan, world: World): Network {
  return keysAt(scan, ['extensions']).reduce((network, name) => {
    const path = ['extensions', name];
    const definition = definitionAt(path, scan, world);
    const lists = Object.entries(definition?.names ?? {}).filter(([, reference]) => reference === 'module');
    if (!definition?.extendNetwork || lists.length === 0) return network;
    const args = lists.map(([argument]) => [argument, itemsAt(scan, [...path, argument])]);
    return definition.extendNetwork(Object.fromEntries(args) as Record<string, unknown>, network).network;
  }, model);
}

function itemsAt({ tokens }: YamlScan, list: YamlPath): readonly string[] {
  return tokens.filter(({ role, path }) => role === 'item' && isSamePath(path, list)).map(({ text }) => text);
}

/** Modules that a quantizer may name; what only reshapes has none of its own in Distiller. */
export function moduleNames(network: Network): readonly string[] {
  return network.layers.filter(({ kind }) => kind !== 'flatten').map(({ name }) => name);
}

/** "kernel 5×5×1×8, 200 weights"; "bias, 8 values" */
export function parameterWords({ role, shape, size }: ParameterSpec): string {
  if (role !== 'kernel') return `${role}, ${countWords(size, 'value')}`;
  return `${role} ${shape.join('×')}, ${countWords(size, 'weight')}`;
}

/** The parameters of a network, kernels first: they are what is usually meant. */
export function parametersByUse(network: Network): readonly ParameterSpec[] {
  const all = networkParameters(network);
  return [...all.filter(({ role }) => role === 'kernel'), ...all.filter(({ role }) => role !== 'kernel')];
}

/** "20 424 weights", thousands apart. */
export function countWords(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}
