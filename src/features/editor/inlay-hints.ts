import { assignPatterns } from '../../methods/match-modules.ts';
import {
  countWords,
  definitionAt,
  expectationAt,
  moduleNames,
  networkOf,
  parametersByUse,
  type World,
} from './expectations.ts';
import { keysAt, scanYaml, type YamlScan, type YamlToken } from './scan-yaml.ts';

/** Words after the end of a line that say what its names come to. */
export interface InlayHint {
  readonly line: number;
  readonly words: string;
  /** The names match nothing. */
  readonly isWarning: boolean;
}

/** What lists of parameters and patterns of modules resolve to in the chosen model; a hint a line at most. */
export function inlayHints(text: string, world: World): readonly InlayHint[] {
  const scan = scanYaml(text);
  const network = networkOf(scan, world);
  if (network === null) return [];
  const sizes = new Map(parametersByUse(network).map(({ name, size }) => [name, size]));
  const modules = moduleNames(network);
  const hints = scan.tokens.flatMap((token) => {
    if (token.role !== 'key') return [];
    const words = listWords(token, scan, world, sizes) ?? patternWords(token, scan, world, modules);
    if (words === null) return [];
    const isMap = keysAt(scan, [...token.path, token.text]).length > 0;
    return [
      {
        line: lineOf(text, isMap ? token.end : lastOf(token, scan)),
        words: `→ ${words}`,
        isWarning: words.startsWith('0 '),
      },
    ];
  });
  return hints.filter((hint, index) => hints.findIndex(({ line }) => line === hint.line) === index);
}

function listWords(token: YamlToken, scan: YamlScan, world: World, sizes: ReadonlyMap<string, number>): string | null {
  if (token.path.length !== 2) return null;
  if (definitionAt(token.path, scan, world)?.names?.[token.text] !== 'parameter') return null;
  const inside = [...token.path, token.text];
  const names = scan.tokens.filter(
    ({ path, role, key }) =>
      ((role === 'item' || role === 'key') && path.join('\n') === inside.join('\n')) ||
      (role === 'value' && key === token.text && path.join('\n') === token.path.join('\n')),
  );
  if (names.length === 0 || names.some(({ text }) => text === '*')) return null;
  const found = names.flatMap(({ text }) => sizes.get(text.replace(/(^|\.)module\./, '$1')) ?? []);
  const weights = countWords(
    found.reduce((sum, size) => sum + size, 0),
    'weight',
  );
  return found.length > 1 ? `${countWords(found.length, 'layer')} · ${weights}` : weights;
}

function patternWords(token: YamlToken, scan: YamlScan, world: World, modules: readonly string[]): string | null {
  if (token.path.length !== 3 || expectationAt(token.path, scan, world).names !== 'module-pattern') return null;
  const assigned = assignPatterns(keysAt(scan, token.path), modules);
  const matched = [...assigned.values()].filter((pattern) => pattern === token.text).length;
  return countWords(matched, 'module');
}

/** Where the last word behind a key ends. */
function lastOf(key: YamlToken, scan: YamlScan): number {
  const inside = [...key.path, key.text].join('\n');
  const own = key.path.join('\n');
  return scan.tokens.reduce((end, { path, role, key: name, end: stop }) => {
    const at = path.join('\n');
    const belongs =
      at === inside || at.startsWith(`${inside}\n`) || (role === 'value' && name === key.text && at === own);
    return belongs ? Math.max(end, stop) : end;
  }, key.end);
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
