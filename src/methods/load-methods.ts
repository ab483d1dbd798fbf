import type { MethodDefinition, MethodKind } from './define-method.ts';

const files = import.meta.glob<MethodDefinition>(['./*/*.ts', '!./*/*.test.ts'], { import: 'default' });

/** Folder of each kind. */
const folders: Readonly<Record<MethodKind, string>> = {
  pruner: 'pruners',
  regularizer: 'regularizers',
  quantizer: 'quantizers',
  lr_scheduler: 'lr-schedulers',
  extension: 'extensions',
};

/** The methods of some kinds, for who does not want to load all of the catalogue. */
export async function loadMethods(kinds: Iterable<MethodKind>): Promise<readonly MethodDefinition[]> {
  const wanted = [...new Set(kinds)].map((kind) => `./${folders[kind]}/`);
  const loads = Object.entries(files).filter(([path]) => wanted.some((folder) => path.startsWith(folder)));
  return Promise.all(loads.map(([, load]) => load()));
}
