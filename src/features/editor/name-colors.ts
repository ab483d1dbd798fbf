import type { MethodKind } from '../../methods/define-method.ts';

/** A class or instance name in the text; lines and columns from 1, the end exclusive. */
export interface ColoredName {
  readonly kind: MethodKind;
  readonly line: number;
  readonly startColumn: number;
  readonly endColumn: number;
}

const SECTION_KINDS: Readonly<Record<string, MethodKind>> = {
  pruners: 'pruner',
  regularizers: 'regularizer',
  quantizers: 'quantizer',
  lr_schedulers: 'lr_scheduler',
  extensions: 'extension',
};

/**
 * Where a schedule names its methods: instances and classes in the component sections, instances in the policies. Reads
 * line by line, so that half-written text keeps its colours.
 */
export function coloredNames(text: string): readonly ColoredName[] {
  const names: ColoredName[] = [];
  let section = '';
  let instanceIndent: number | null = null;
  let policyKind: MethodKind | null = null;
  text.split('\n').forEach((full, index) => {
    const line = withoutComment(full);
    const top = /^([A-Za-z_]\w*)\s*:/.exec(line);
    if (top) {
      section = top[1] ?? '';
      instanceIndent = null;
    }
    const kind = SECTION_KINDS[section];
    if (kind !== undefined) {
      instanceIndent ??= indentBelowTop(line);
      names.push(...componentNames(line, index + 1, kind, instanceIndent));
    } else if (section === 'policies') {
      policyKind = kindOfPolicy(line) ?? policyKind;
      if (policyKind !== null) names.push(...valuesOf('instance_name', line, index + 1, policyKind));
    }
  });
  return names;
}

function withoutComment(line: string): string {
  return line.replace(/(^|\s)#.*$/, '$1');
}

function indentBelowTop(line: string): number | null {
  const indent = line.search(/\S/);
  return indent > 0 ? indent : null;
}

function componentNames(line: string, number: number, kind: MethodKind, indent: number | null): ColoredName[] {
  const classes = valuesOf('class', line, number, kind);
  const key = /^(\s+)([^\s:#{}[\],][^:#]*?)\s*:(?:\s|$)/.exec(line);
  const [, space = '', name = ''] = key ?? [];
  if (name === '' || space.length !== indent) return classes;
  return [{ kind, line: number, startColumn: indent + 1, endColumn: indent + 1 + name.length }, ...classes];
}

function kindOfPolicy(line: string): MethodKind | undefined {
  const key = /(?:^|[\s{,-])(pruner|regularizer|quantizer|lr_scheduler|extension)\s*:/.exec(line)?.[1];
  return Object.values(SECTION_KINDS).find((kind) => kind === key);
}

function valuesOf(key: string, line: string, number: number, kind: MethodKind): ColoredName[] {
  const found = new RegExp(`(?:^|[\\s{,-])${key}\\s*:\\s+(["']?)([^\\s,{}\\[\\]"']+)`).exec(line);
  const value = found?.[2] ?? '';
  if (found === null || value === '') return [];
  const start = found.index + found[0].length - value.length + 1;
  return [{ kind, line: number, startColumn: start, endColumn: start + value.length }];
}
