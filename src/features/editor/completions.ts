import type { Network } from '../../core/network.ts';
import type { MethodDefinition, MethodKind, NameReference } from '../../methods/define-method.ts';
import {
  definitionAt,
  expectationAt,
  type KeyInfo,
  kindOfSection,
  moduleNames,
  networkOf,
  parametersByUse,
  parameterWords,
  type World,
} from './expectations.ts';
import { numbersOfText } from '../../schedule/number-place.ts';
import { isSamePath, keysAt, scanYaml, type YamlPath, type YamlScan, type YamlToken } from './scan-yaml.ts';
import { type ArgumentDescription, describeArguments } from '../../methods/describe-arguments.ts';
import { exampleYaml } from '../../methods/example-yaml.ts';

/** Something that can be written at the cursor. */
export interface CompletionItem {
  readonly label: string;
  readonly kind: 'section' | 'key' | 'class' | 'instance' | 'name' | 'value' | 'template';
  /** One short fact beside the label. */
  readonly detail: string;
  /** Sentences about it. */
  readonly documentation: string;
  /** What is written in place of the word at the cursor; new lines are indented like the line. */
  readonly insertText: string;
  /** There is more to choose behind it. */
  readonly continues: boolean;
}

export interface Completions {
  /** The word that is replaced; offsets. */
  readonly start: number;
  readonly end: number;
  readonly items: readonly CompletionItem[];
}

/** The default entry of a map of parameters; without quotes YAML takes it for an alias. */
const ALL_NAMES = "'*'";

interface Cursor {
  readonly text: string;
  readonly scan: YamlScan;
  readonly world: World;
  readonly network: Network | null;
  readonly isFlow: boolean;
  /** The word at the cursor already has its colon. */
  readonly hasColon: boolean;
}

/** What may be written at a place of a text: as much as the catalogue, the chosen model and the text itself say. */
export function completions(text: string, offset: number, world: World): Completions {
  const start = offset - (/[^\s,[\]{}:'"#]*$/.exec(text.slice(0, offset))?.[0].length ?? 0);
  const end = offset + (/^[^\s,[\]{}:'"#]*/.exec(text.slice(offset))?.[0].length ?? 0);
  const spot = scanYaml(text.slice(0, offset)).end;
  const scan = scanYaml(text);
  const isElsewhere = (token: YamlToken): boolean => offset < token.start || token.end < offset;
  const cursor: Cursor = {
    text,
    scan: { ...scan, tokens: scan.tokens.filter(isElsewhere) },
    world,
    network: networkOf(scan, world),
    isFlow: spot.isFlow,
    hasColon: /^[ \t]*:/.test(text.slice(end)),
  };
  switch (spot.role) {
    case 'comment':
      return { start, end, items: [] };
    case 'key':
      return { start, end, items: keyItems(spot.path, cursor) };
    case 'value':
      return { start, end, items: valueItems(spot.path, spot.key, cursor) };
    case 'item':
      return { start, end, items: listItems(spot.path, cursor) };
    default:
      return spot.role satisfies never;
  }
}

function keyItems(path: YamlPath, cursor: Cursor): readonly CompletionItem[] {
  const expected = expectationAt(path, cursor.scan, cursor.world);
  if (expected.instancesOf !== undefined) return templateItems(expected.instancesOf, cursor);
  const present = keysAt(cursor.scan, path);
  const keys = expected.keys.filter(({ name }) => !present.includes(name) && isUsable(name, path, present));
  return [
    ...keys.map((key) => keyItem(key, path, cursor)),
    ...names(expected.names, cursor)
      .filter(({ label }) => !present.includes(label))
      .map((item) => (cursor.hasColon ? item : { ...item, insertText: `${item.insertText}: ` })),
  ];
}

const POLICY_KINDS: readonly string[] = ['pruner', 'regularizer', 'quantizer', 'lr_scheduler', 'extension'];

/** A policy names one instance only, and its epochs in one of two ways. */
function isUsable(name: string, path: YamlPath, present: readonly string[]): boolean {
  if (path[0] !== 'policies' || path.length !== 2) return true;
  if (POLICY_KINDS.includes(name)) return !present.some((key) => POLICY_KINDS.includes(key));
  return name === 'epochs' ? !present.includes('starting_epoch') : !present.includes('epochs');
}

function keyItem(
  { name, description, argument, isBlock = false }: KeyInfo,
  path: YamlPath,
  cursor: Cursor,
): CompletionItem {
  const required = argument?.isRequired === true ? ', required' : '';
  return {
    label: name,
    kind: path.length === 0 ? 'section' : 'key',
    detail: argument === undefined ? '' : `${plain(argument.words)}${required}`,
    documentation: description,
    insertText: cursor.hasColon ? name : `${name}:${behindKey(name, isBlock, cursor)}`,
    continues: !cursor.hasColon,
  };
}

function behindKey(name: string, isBlock: boolean, { isFlow }: Cursor): string {
  if (!isBlock || isFlow) return ' ';
  return name === 'policies' ? '\n  - ' : '\n  ';
}

/** A whole instance of each class, with the arguments of its example. */
function templateItems(kind: MethodKind, cursor: Cursor): readonly CompletionItem[] {
  if (cursor.isFlow || cursor.hasColon) return [];
  return cursor.world.catalogue
    .filter((definition) => definition.kind === kind)
    .map((definition) => ({
      ...classItem(definition),
      kind: 'template',
      insertText: `my_${kind}:\n${exampleYaml(definition, 2)}`,
    }));
}

function classItem(definition: MethodDefinition): CompletionItem {
  const { name, summary, formula, extension, reference } = definition;
  return {
    label: name,
    kind: 'class',
    // The name needs the width: the paper is told beside the list.
    detail: extension === true ? 'extension' : '',
    documentation: [summary, formula, reference?.title].filter(Boolean).join('\n\n'),
    insertText: name,
    continues: false,
  };
}

function valueItems(path: YamlPath, key: string, cursor: Cursor): readonly CompletionItem[] {
  const { scan, world } = cursor;
  if (path.length === 0) return [];
  if (path[0] === 'training') return trainingItems(path, key, cursor);
  if (path[0] === 'policies' && key === 'instance_name') return instanceItems(path, scan, world);
  if (path.length === 2 && key === 'class') return classItems(path, world);
  return [...choiceItems(path, key, cursor), ...nameListItems(path, key, cursor), ...teacherItems(path, key, cursor)];
}

function trainingItems(path: YamlPath, key: string, cursor: Cursor): readonly CompletionItem[] {
  if (path.length === 1 && isZooKey(key)) return zooItems(key, cursor.world);
  return isSamePath(path, ['training', 'sweep']) && key === 'path'
    ? numberItems(cursor)
    : choiceItems(path, key, cursor);
}

/** Every number that a sweep could change. */
function numberItems({ text }: Cursor): readonly CompletionItem[] {
  return numbersOfText(text).map(({ path, value }) => ({ ...wordItem(path, ''), detail: `now ${value}` }));
}

/** Models that can teach, and a finished run. */
function teacherItems(path: YamlPath, key: string, { scan, world }: Cursor): readonly CompletionItem[] {
  const { definition } = expectationAt(path, scan, world);
  if (path.length !== 2 || definition?.names?.[key] !== 'model-or-run') return [];
  return [
    ...zooItems('model', world),
    wordItem(
      'run',
      'The finished run that the Runs table marks: the one trained last, unless you choose another there.',
    ),
  ];
}

function classItems([section = '']: YamlPath, { catalogue }: World): readonly CompletionItem[] {
  const kind = kindOfSection(section);
  return catalogue.filter((definition) => definition.kind === kind).map(classItem);
}

/** The words of a closed set: of the argument, or of each value of a map with free keys. */
function choiceItems(path: YamlPath, key: string, { scan, world }: Cursor): readonly CompletionItem[] {
  const { keys, entry } = expectationAt(path, scan, world);
  const argument = keys.find(({ name }) => name === key)?.argument;
  const description = argument?.description ?? '';
  return ((argument ?? entry)?.choices ?? []).map((word) => wordItem(word, description));
}

/** A list of parameters, begun for the reader. */
function nameListItems(path: YamlPath, key: string, cursor: Cursor): readonly CompletionItem[] {
  const { definition } = expectationAt(path, cursor.scan, cursor.world);
  const argument = describedArgument(definition, key);
  const takesList =
    path.length === 2 && definition?.names?.[key] === 'parameter' && argument?.words.includes('list') === true;
  if (!takesList || cursor.network === null) return [];
  const kernels = parametersByUse(cursor.network).filter(({ role }) => role === 'kernel');
  const every = `[${kernels.map(({ name }) => name).join(', ')}]`;
  const all: CompletionItem = { ...wordItem(every, 'All kernels of the model.'), detail: 'all kernels', kind: 'name' };
  const single = names('parameter', cursor).filter(({ label }) => label !== ALL_NAMES);
  return [all, ...single.map((item) => ({ ...item, insertText: `[${item.insertText}]` }))];
}

function describedArgument(definition: MethodDefinition | undefined, key: string): ArgumentDescription | undefined {
  return definition && describeArguments(definition.args).find(({ name }) => name === key);
}

function isZooKey(key: string): key is 'model' | 'dataset' {
  return key === 'model' || key === 'dataset';
}

function zooItems(key: 'model' | 'dataset', { zoo }: World): readonly CompletionItem[] {
  const options = key === 'model' ? zoo.models : zoo.datasets;
  return options.map(({ name, summary, inputShape }) => ({ ...wordItem(name, summary), detail: inputShape.join('×') }));
}

function instanceItems([, , kind]: YamlPath, scan: YamlScan, world: World): readonly CompletionItem[] {
  const section = `${kind ?? ''}s`;
  return keysAt(scan, [section]).map((name) => {
    const definition = definitionAt([section, name], scan, world);
    return { ...wordItem(name, definition?.summary ?? ''), kind: 'instance', detail: definition?.name ?? '' };
  });
}

function listItems(path: YamlPath, cursor: Cursor): readonly CompletionItem[] {
  const isBlock = typeof path.at(-1) === 'number';
  if (isBlock && path.length === 2) return keyItems(path, cursor);
  const list = isBlock ? path.slice(0, -1) : path;
  const { names: reference, entry } = expectationAt(list, cursor.scan, cursor.world);
  const written = cursor.scan.tokens.filter((token) => token.role === 'item' && isSamePath(token.path, list));
  return [
    ...(entry?.choices ?? []).map((word) => wordItem(word, '')),
    ...names(reference, cursor).filter(
      ({ label }) => label !== ALL_NAMES && !written.some(({ text }) => text === label),
    ),
  ];
}

function names(reference: NameReference | null, { network }: Cursor): readonly CompletionItem[] {
  if (reference === null || network === null) return [];
  if (reference === 'module-pattern' || reference === 'module') {
    return moduleNames(network).map((name) => ({ ...wordItem(name, ''), kind: 'name', detail: 'module' }));
  }
  const parameters = parametersByUse(network).map((parameter): CompletionItem => {
    return { ...wordItem(parameter.name, ''), kind: 'name', detail: parameterWords(parameter) };
  });
  return [...parameters, { ...wordItem(ALL_NAMES, 'Every parameter without an entry of its own.'), kind: 'name' }];
}

function wordItem(word: string, documentation: string): CompletionItem {
  return { label: word, kind: 'value', detail: '', documentation, insertText: word, continues: false };
}

function plain(text: string): string {
  return text.replaceAll('`', '');
}
