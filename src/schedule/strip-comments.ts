import { readYaml } from './read-yaml.ts';
import { relaxYaml } from './relax-yaml.ts';
import type { YamlNode } from './yaml-node.ts';

/**
 * The text without its comments, and without the lines that held nothing else; every value stays as it is read.
 * Where taking a comment away would change a value (the empty lines that `|+` keeps end at a comment), its `#` stays and its
 * words go. A text that cannot be read comes back as it is: nobody knows what is a comment in it.
 */
export function stripComments(text: string): string {
  const { root } = readYaml(text);
  if (root === null) return text;
  const candidates = [withoutComments(text, ''), withoutComments(text, '#')];
  return candidates.find((candidate) => sameValues(root, readYaml(candidate).root)) ?? text;
}

function withoutComments(text: string, mark: '' | '#'): string {
  let out = '';
  let at = 0;
  for (const { start, end } of relaxYaml(text).comments) {
    const before = text.slice(at, start);
    out += mark === '' ? before.replace(/[ \t]*$/, '') : before + mark;
    at = mark === '' && isOwnLine(text, start) ? end + lineEndLength(text, end) : end;
  }
  return out + text.slice(at);
}

function isOwnLine(text: string, offset: number): boolean {
  const lineStart = 1 + Math.max(text.lastIndexOf('\n', offset), text.lastIndexOf('\r', offset));
  return text.slice(lineStart, offset).trim() === '';
}

function lineEndLength(text: string, at: number): number {
  return /^(?:\r\n|\n|\r)?/.exec(text.slice(at, at + 2))?.[0].length ?? 0;
}

/** Whether two trees say the same, whatever their places in the text. */
function sameValues(one: YamlNode, other: YamlNode | null): boolean {
  const written = (node: YamlNode | null): string =>
    JSON.stringify(node, (key, value: unknown) => (key === 'range' ? undefined : value));
  return written(one) === written(other);
}
