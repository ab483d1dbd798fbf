import { expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import type { MethodKind } from './define-method.ts';
import { loadMethods } from './load-methods.ts';

const kinds: readonly MethodKind[] = ['pruner', 'regularizer', 'quantizer', 'lr_scheduler', 'extension'];

it.each(kinds)('loads every %s of the catalogue', async (kind) => {
  const loaded = await loadMethods([kind, kind]);
  const names = catalogue.filter((definition) => definition.kind === kind).map(({ name }) => name);
  expect(loaded.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
});

it('loads nothing for nothing', async () => {
  expect(await loadMethods([])).toEqual([]);
});
