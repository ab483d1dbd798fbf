import type { MethodDefinition } from './define-method.ts';

/** `class` and the arguments of the method's example, a line each. */
export function exampleYaml({ name, example }: Pick<MethodDefinition, 'name' | 'example'>, indent: number): string {
  const lines = [`class: ${name}`, ...Object.entries(example).map(([key, value]) => `${key}: ${flowYaml(value)}`)];
  return lines.map((line) => ' '.repeat(indent) + line).join('\n');
}

/** A value in one line, as PyYAML reads it back: floats have a point, doubtful words quotes. */
export function flowYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowYaml).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, entry]) => `${flowYaml(key)}: ${flowYaml(entry)}`)
      .join(', ')}}`;
  }
  if (typeof value === 'number') return numberYaml(value);
  if (typeof value === 'string')
    return /^[A-Za-z_][\w.]*$/.test(value) && !isYamlWord(value) ? value : `'${value.replaceAll("'", "''")}'`;
  return String(value);
}

function numberYaml(value: number): string {
  const text = String(value);
  return text.includes('e') && !text.includes('.') ? text.replace('e', '.0e') : text;
}

function isYamlWord(text: string): boolean {
  return /^(?:true|false|yes|no|on|off|null|y|n)$/i.test(text);
}
