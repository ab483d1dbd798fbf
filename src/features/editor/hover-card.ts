import type { MethodDefinition, NameReference } from '../../methods/define-method.ts';
import type { ArgumentDescription } from '../../methods/describe-arguments.ts';
import { assignPatterns } from '../../methods/match-modules.ts';
import {
  countWords,
  definitionAt,
  expectationAt,
  kindOfSection,
  moduleNames,
  networkOf,
  parametersByUse,
  parameterWords,
  type World,
} from './expectations.ts';
import { keysAt, scanYaml, type YamlScan, type YamlToken } from './scan-yaml.ts';
import { flowYaml } from '../../methods/example-yaml.ts';

/** What the editor says about a word. */
export interface HoverCard {
  /** Offsets of the word. */
  readonly start: number;
  readonly end: number;
  readonly title: string;
  /** "pruner", "number from 0 to 1, required". */
  readonly fact: string;
  /** True: Distiller does not have it. */
  readonly isExtension: boolean;
  readonly sentences: readonly string[];
  readonly formula?: string;
  /** The class that the card is about. */
  readonly className?: string;
  readonly link?: { readonly title: string; readonly url: string };
}

type Words = Omit<HoverCard, 'start' | 'end' | 'isExtension'> & { readonly isExtension?: boolean };

/** The card for the word at a place; null where there is nothing to say. */
export function hoverAt(text: string, offset: number, world: World): HoverCard | null {
  const scan = scanYaml(text);
  const token = scan.tokens.find(({ start, end }) => start <= offset && offset < end);
  if (token === undefined) return null;
  const words = token.role === 'key' ? aboutKey(token, scan, world) : aboutValue(token, scan, world);
  return words && { isExtension: false, ...words, start: token.start, end: token.end };
}

function aboutKey(token: YamlToken, scan: YamlScan, world: World): Words | null {
  const expected = expectationAt(token.path, scan, world);
  if (expected.instancesOf !== undefined) return aboutInstance(token.path[0] ?? '', token.text, scan, world);
  const key = expected.keys.find(({ name }) => name === token.text);
  if (key?.argument !== undefined) return aboutArgument(key.argument);
  if (key !== undefined) return { title: key.name, fact: '', sentences: [key.description] };
  if (expected.names === 'parameter') return aboutParameter(token.text, scan, world);
  if (expected.names === 'module-pattern') return aboutPattern(token, scan, world);
  return null;
}

function aboutArgument(argument: ArgumentDescription): Words {
  const { name, words, isRequired, defaultValue, description } = argument;
  const otherwise = defaultValue === undefined ? '' : `, default ${flowYaml(defaultValue)}`;
  return {
    title: name,
    fact: `${words.replaceAll('`', '')}${isRequired ? ', required' : otherwise}`,
    sentences: description === '' ? [] : [description],
  };
}

function aboutValue(token: YamlToken, scan: YamlScan, world: World): Words | null {
  const [section = '', , kind = ''] = token.path;
  if (section === 'training') return aboutTrainingValue(token, world);
  if (section !== 'policies') return aboutArgumentValue(token, scan, world);
  return token.key === 'instance_name' ? aboutInstance(`${kind}s`, token.text, scan, world) : null;
}

function aboutArgumentValue(token: YamlToken, scan: YamlScan, world: World): Words | null {
  const [section = '', , argument = token.key] = token.path;
  if (kindOfSection(section) === null || token.path.length > 3) return null;
  if (token.key === 'class') return aboutClass(token.text, world);
  const reference = definitionAt(token.path, scan, world)?.names?.[String(argument)];
  return aboutReference(reference, token.text, { scan, world });
}

function aboutReference(
  reference: NameReference | undefined,
  text: string,
  { scan, world }: { readonly scan: YamlScan; readonly world: World },
): Words | null {
  if (reference === 'model-or-run') return aboutZooItem('model', text, world);
  const isWord = /^[A-Za-z_*]/.test(text);
  return isWord && reference === 'parameter' ? aboutParameter(text, scan, world) : null;
}

function aboutClass(name: string, { catalogue }: World): Words | null {
  const definition = catalogue.find((method) => method.name === name);
  return definition ? aboutMethod(definition) : null;
}

function aboutTrainingValue({ key, text }: YamlToken, world: World): Words | null {
  return key === 'model' || key === 'dataset' ? aboutZooItem(key, text, world) : null;
}

function aboutZooItem(key: 'model' | 'dataset', text: string, { zoo }: World): Words | null {
  const options: readonly {
    readonly name: string;
    readonly summary: string;
    readonly inputShape: readonly number[];
  }[] = key === 'model' ? zoo.models : zoo.datasets;
  const found = options.find(({ name }) => name === text);
  return found
    ? { title: text, fact: `${key}, inputs ${found.inputShape.join('×')}`, sentences: [found.summary] }
    : null;
}

function aboutInstance(section: string | number, name: string, scan: YamlScan, world: World): Words | null {
  const definition = definitionAt([section, name], scan, world);
  return definition ? { ...aboutMethod(definition), title: name, fact: definition.name } : null;
}

/** A method as the card of its class. */
function aboutMethod(definition: MethodDefinition): Words {
  const { name, kind, summary, formula, reference, extension = false } = definition;
  return {
    title: name,
    fact: kind === 'lr_scheduler' ? 'learning-rate scheduler' : kind,
    isExtension: extension,
    className: name,
    sentences: [summary],
    ...(formula === undefined ? {} : { formula }),
    ...(reference === undefined ? {} : { link: reference }),
  };
}

function aboutParameter(name: string, scan: YamlScan, world: World): Words | null {
  const network = networkOf(scan, world);
  if (network === null) return null;
  if (name === '*')
    return { title: '*', fact: 'default entry', sentences: ['Every parameter without an entry of its own.'] };
  const parameter = parametersByUse(network).find((spec) => spec.name === name.replace(/(^|\.)module\./, '$1'));
  if (parameter === undefined)
    return { title: name, fact: '', sentences: [`\`${network.name}\` has no such parameter.`] };
  return { title: name, fact: parameterWords(parameter), sentences: [`A parameter of \`${network.name}\`.`] };
}

function aboutPattern(token: YamlToken, scan: YamlScan, world: World): Words | null {
  const network = networkOf(scan, world);
  if (network === null) return null;
  const assigned = assignPatterns(keysAt(scan, token.path), moduleNames(network));
  const matched = [...assigned].filter(([, pattern]) => pattern === token.text).map(([module]) => `\`${module}\``);
  return {
    title: token.text,
    fact: countWords(matched.length, 'module'),
    sentences: [
      matched.length === 0 ? `No module of \`${network.name}\` falls under it.` : `${matched.join(', ')}.`,
      'A regular expression that must match the whole module name. An exact name wins, then the first pattern.',
    ],
  };
}
