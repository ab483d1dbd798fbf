import { defineExtension } from '../define-method.ts';
import { checkRemoval, createRemoval, removalArguments, removalNotes } from '../structure-removal.ts';

export default defineExtension({
  kind: 'extension',
  name: 'FilterRemover',
  summary: 'Cuts filters that are entirely zero out of the network, with all that reads them.',
  notes: removalNotes,
  args: removalArguments,
  example: { thinning_func_str: 'remove_filters', arch: 'cnn_mnist', dataset: 'mnist' },
  check: (args) => checkRemoval(args, 'remove_filters'),
  create: createRemoval,
});
