import { RE2JS } from 're2js';

/**
 * A pattern of a quantizer's overrides: a regular expression that must match the whole module name (reference 8.2).
 * Matched in linear time, because patterns come from files and links.
 *
 * @returns Null if it is not a valid expression (look-ahead and back references are none).
 */
export function compilePattern(pattern: string): ((module: string) => boolean) | null {
  if (pattern.length > 500) return null;
  try {
    const expression = RE2JS.compile(pattern);
    return (module) => expression.matches(module);
  } catch {
    return null;
  }
}

/**
 * Which pattern each module falls under: an exact name wins at any position, then the first pattern in file order that
 * matches. Invalid patterns match nothing.
 */
export function assignPatterns(patterns: readonly string[], modules: readonly string[]): ReadonlyMap<string, string> {
  const compiled = patterns.map((pattern) => ({ pattern, matches: compilePattern(pattern) }));
  const assigned = new Map<string, string>();
  for (const module of modules) {
    const exact = patterns.find((pattern) => pattern === module);
    const found = exact ?? compiled.find(({ matches }) => matches?.(module) === true)?.pattern;
    if (found !== undefined) assigned.set(module, found);
  }
  return assigned;
}

/** The regular expression that someone meant who wrote a glob: `fc*` becomes `fc.*`. */
export function globToPattern(pattern: string): string {
  return pattern.replaceAll(/(^|[^.)\]\\])\*/g, '$1.*').replaceAll(/(^|[^)\]\\\w])\?/g, '$1.');
}

/** Overrides by pattern as overrides by module name, for these modules: as a schedule hands them to a method. */
export function resolveOverrides<Entry>(
  overrides: Readonly<Record<string, Entry>>,
  modules: readonly string[],
): Readonly<Record<string, Entry>> {
  const entries = new Map(Object.entries(overrides));
  const assigned = assignPatterns([...entries.keys()], modules);
  return Object.fromEntries([...assigned].map(([module, pattern]) => [module, entries.get(pattern) as Entry]));
}
