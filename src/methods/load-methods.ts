import type { MethodDefinition, MethodKind } from './define-method.ts';

/**
 * One import for all methods of a kind: were each file one of its own, they would share chunks in circles, and which of
 * them ran first would hang on which came first over the line.
 */
const loaders: Readonly<Record<MethodKind, () => Promise<readonly MethodDefinition[]>>> = {
  pruner: async () => (await import('./pruners.ts')).pruners,
  regularizer: async () => (await import('./regularizers.ts')).regularizers,
  quantizer: async () => (await import('./quantizers.ts')).quantizers,
  lr_scheduler: async () => (await import('./lr-schedulers.ts')).lrSchedulers,
  extension: async () => (await import('./extensions.ts')).extensions,
};

/** The methods of some kinds, for who does not want to load all of the catalogue. */
export async function loadMethods(kinds: Iterable<MethodKind>): Promise<readonly MethodDefinition[]> {
  return (await Promise.all([...new Set(kinds)].map((kind) => loaders[kind]()))).flat();
}
