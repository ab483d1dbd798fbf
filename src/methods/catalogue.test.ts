import { expect, test } from 'vitest';
import type { z } from 'zod';
import { catalogue, findMethod, methodsOfKind } from './catalogue.ts';

const files = Object.keys(import.meta.glob(['./*/*.ts', '!./*/*.test.ts']));
const tests = new Set(Object.keys(import.meta.glob('./*/*.test.ts')));

test('every file of the method folders defines one method', () => {
  expect(catalogue).toHaveLength(files.length);
  for (const definition of catalogue) expect(definition, JSON.stringify(definition)).toHaveProperty('create');
});

test('names are unique, across kinds too', () => {
  const names = catalogue.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('every method has a test beside it', () => {
  const missing = files.filter((file) => !tests.has(file.replace(/\.ts$/, '.test.ts')));
  expect(missing).toEqual([]);
});

test.each(catalogue.map((definition) => [definition.name, definition] as const))('%s describes itself', (_, method) => {
  expect(method.summary).toMatch(/^[A-Z].*\.$/);
  for (const note of method.notes ?? []) expect(note).toMatch(/^["A-Z0-9`∂].*[.]$/);
  const shape = method.args.shape as Readonly<Record<string, z.ZodType>>;
  for (const [key, schema] of Object.entries(shape)) {
    expect(schema.description, `${method.name}.${key}`).toMatch(/^["A-Z`[0-9a-z].*\.$/);
  }
  for (const key of Object.keys(method.names ?? {})) expect(shape).toHaveProperty(key);
});

test.each(catalogue.map((definition) => [definition.name, definition] as const))(
  'the example of %s works',
  (_, method) => {
    const parsed = method.args.safeParse(method.example);
    expect(parsed.error).toBeUndefined();
    const args = parsed.data ?? {};
    expect((method.check?.(args) ?? []).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(method.create(args)).toBeTypeOf('object');
  },
);

test.each(catalogue.map((definition) => [definition.name, definition] as const))(
  '%s refuses unknown keys',
  (_, method) => {
    expect(method.args.safeParse({ ...method.example, no_such_key: 1 }).success).toBe(false);
  },
);

test('methods are found by their exact name and by kind', () => {
  expect(findMethod('AutomatedGradualPruner')?.kind).toBe('pruner');
  expect(findMethod('automatedgradualpruner')).toBeUndefined();
  expect(methodsOfKind('quantizer').map(({ name }) => name)).toContain('PACTQuantizer');
});
