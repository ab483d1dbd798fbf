import { sectionOf } from '../../schedule/grammar.ts';
import type { MethodKind } from '../../methods/define-method.ts';
import { kindOfSection } from './expectations.ts';
import { scanYaml, type YamlScan, type YamlToken } from './scan-yaml.ts';

/** Lines, counted from 1; the last one belongs to it. */
export interface LineSpan {
  readonly first: number;
  readonly last: number;
}

/** The lines of a policy, then those of the instance that it runs. Empty without such a policy; never fails. */
export function linesOfPolicy(text: string, policy: number): readonly LineSpan[] {
  const scan = scanYaml(text);
  const own = spanOf(text, scan, ['policies', policy]);
  const named = namedBy(scan).find(({ index }) => index === policy);
  const instance = named && spanOf(text, scan, [sectionOf(named.kind), named.name]);
  return [own, instance].filter((span) => span !== undefined && span !== null);
}

/** The policy that a place in the text belongs to; in an instance, the first policy that runs it. Null elsewhere. */
export function policyAt(text: string, offset: number): number | null {
  const scan = scanYaml(text);
  const line = lineOf(text, offset);
  const token = scan.tokens.findLast(({ start }) => lineOf(text, start) <= line);
  // Below a blank line, or a comment between two parts, nothing is meant.
  if (!token || lineOf(text, token.end) < line) return null;
  const [top, second] = pathOf(token);
  if (top === 'policies') return typeof second === 'number' ? second : null;
  const kind = top === undefined ? null : kindOfSection(top);
  return namedBy(scan).find((named) => named.kind === kind && named.name === second)?.index ?? null;
}

interface NamedInstance {
  readonly index: number;
  readonly kind: MethodKind;
  readonly name: string;
}

/** Which instance each policy names. */
function namedBy(scan: YamlScan): readonly NamedInstance[] {
  return scan.tokens.flatMap(({ role, path, key, text }) => {
    const [top, index, kind] = path;
    const isName = role === 'value' && key === 'instance_name' && top === 'policies' && path.length === 3;
    return isName && typeof index === 'number' ? [{ index, kind: kind as MethodKind, name: text }] : [];
  });
}

function spanOf(text: string, scan: YamlScan, place: readonly (string | number)[]): LineSpan | null {
  const inside = scan.tokens.filter((token) => {
    const path = pathOf(token);
    return place.every((step, index) => path[index] === step);
  });
  const [first] = inside;
  if (!first) return null;
  return { first: lineOf(text, first.start), last: lineOf(text, Math.max(...inside.map(({ end }) => end))) };
}

/** A key counts as part of what stands behind it. */
function pathOf({ role, path, key }: YamlToken): readonly (string | number)[] {
  return role === 'item' ? path : [...path, key];
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
