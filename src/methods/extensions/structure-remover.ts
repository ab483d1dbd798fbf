import { defineExtension } from '../define-method.ts';
import { checkRemoval, createRemoval, removalArguments, removalNotes } from '../structure-removal.ts';

export default defineExtension({
  kind: 'extension',
  name: 'StructureRemover',
  summary: 'Cuts zero filters, zero channels or both out of the network.',
  notes: removalNotes,
  args: removalArguments,
  example: { thinning_func_str: 'contract_model', arch: 'cnn_mnist', dataset: 'mnist' },
  check: (args) => checkRemoval(args, null),
  create: createRemoval,
});
