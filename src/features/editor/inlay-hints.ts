import type { NameReference } from '../../methods/define-method.ts';
import { assignPatterns } from '../../methods/match-modules.ts';
import type { PolicyLane } from '../../schedule/preflight-types.ts';
import {
  countWords,
  definitionAt,
  expectationAt,
  moduleNames,
  networkOf,
  parametersByUse,
  type World,
} from './expectations.ts';
import { isSamePath, keysAt, scanYaml, type YamlScan, type YamlToken } from './scan-yaml.ts';

/** Words after the end of a line that say what its names come to. */
export interface InlayHint {
  readonly line: number;
  readonly words: string;
  /** The names match nothing. */
  readonly isWarning: boolean;
}

/** A text that has been scanned, and the network that it trains. */
interface Scene {
  readonly scan: YamlScan;
  readonly world: World;
  /** Weights of each parameter, and of the kernels of each module. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly moduleSizes: ReadonlyMap<string, number>;
  readonly modules: readonly string[];
}

/**
 * What lists of names and patterns resolve to in the chosen model, and what a quantizer reaches without any; a hint a line
 * at most.
 *
 * @param lanes What the policies touch, if the text can be read.
 */
export function inlayHints(text: string, world: World, lanes: readonly PolicyLane[] = []): readonly InlayHint[] {
  const scan = scanYaml(text);
  const network = networkOf(scan, world);
  if (network === null) return [];
  const parameters = parametersByUse(network);
  const kernels = parameters.filter(({ role }) => role === 'kernel');
  const scene: Scene = {
    scan,
    world,
    sizes: new Map(parameters.map(({ name, size }) => [name, size])),
    moduleSizes: new Map(kernels.map(({ layer, size }) => [layer, size])),
    modules: moduleNames(network),
  };
  const hints = scan.tokens.flatMap((token) => {
    if (token.role === 'value') return policyHint(text, token, lanes);
    const words = token.role === 'key' ? (listWords(token, scene) ?? patternWords(token, scene)) : null;
    if (words === null) return [];
    const isMap = keysAt(scan, [...token.path, token.text]).length > 0;
    return [hintAt(lineOf(text, isMap ? token.end : lastOf(token, scan)), words)];
  });
  return hints.filter((hint, index) => hints.findIndex(({ line }) => line === hint.line) === index);
}

function hintAt(line: number, words: string): InlayHint {
  return { line, words: `→ ${words}`, isWarning: words.startsWith('0 ') };
}

/** A quantizer needs no list: what it touches stands beside the policy that runs it. */
function policyHint(text: string, { path, key, end }: YamlToken, lanes: readonly PolicyLane[]): readonly InlayHint[] {
  if (path[0] !== 'policies' || path[2] !== 'quantizer' || key !== 'instance_name') return [];
  const lane = lanes.find(({ policy }) => policy === path[1]);
  if (!lane) return [];
  return [hintAt(lineOf(text, end), reachWords(lane.touches.length, 'module', lane.weightCount))];
}

function reachWords(count: number, noun: string, weights: number): string {
  return weights === 0 ? countWords(count, noun) : `${countWords(count, noun)} · ${countWords(weights, 'weight')}`;
}

function listWords(token: YamlToken, scene: Scene): string | null {
  const kind = namesBehind(token, scene);
  if (kind !== 'parameter' && kind !== 'module') return null;
  const names = namesIn(token, scene.scan);
  if (names.length === 0) return null;
  if (kind === 'module') return countWords(names.filter((name) => scene.modules.includes(name)).length, 'module');
  const { sizes } = scene;
  const found = names.includes('*') ? [...sizes.keys()] : names.filter((name) => sizes.has(name));
  const weights = found.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  if (names.includes('*')) return `every parameter · ${countWords(weights, 'weight')}`;
  return found.length > 1 ? reachWords(found.length, 'layer', weights) : countWords(weights, 'weight');
}

/** What the words behind a key of an instance, or `levels` of a policy, name. */
function namesBehind({ path, text }: YamlToken, { scan, world }: Scene): NameReference | null {
  if (path.length === 2) return definitionAt(path, scan, world)?.names?.[text] ?? null;
  const isLevels = path[0] === 'policies' && path.length === 4 && path[3] === 'args' && text === 'levels';
  return isLevels ? 'parameter' : null;
}

/** Each name once, without the prefix that parallel training gives it. */
function namesIn({ path, text }: YamlToken, { tokens }: YamlScan): readonly string[] {
  const inside = [...path, text];
  const names = tokens.filter(
    (token) =>
      (token.role !== 'value' && isSamePath(token.path, inside)) ||
      (token.role === 'value' && token.key === text && isSamePath(token.path, path)),
  );
  return [...new Set(names.map((token) => token.text.replace(/(^|\.)module\./, '$1')))];
}

function patternWords(token: YamlToken, { scan, world, modules, moduleSizes }: Scene): string | null {
  if (token.path.length !== 3 || expectationAt(token.path, scan, world).names !== 'module-pattern') return null;
  const assigned = assignPatterns(keysAt(scan, token.path), modules);
  const matched = [...assigned].filter(([, pattern]) => pattern === token.text).map(([module]) => module);
  const weights = matched.reduce((sum, module) => sum + (moduleSizes.get(module) ?? 0), 0);
  return reachWords(matched.length, 'module', weights);
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
