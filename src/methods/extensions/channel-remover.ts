import { defineExtension } from '../define-method.ts';
import { checkRemoval, createRemoval, removalArguments, removalNotes } from '../structure-removal.ts';

export default defineExtension({
  kind: 'extension',
  name: 'ChannelRemover',
  summary: 'Cuts input channels that are entirely zero out of the network, with the filters that make them.',
  notes: removalNotes,
  args: removalArguments,
  example: { thinning_func_str: 'remove_channels', arch: 'cnn_mnist', dataset: 'mnist' },
  check: (args) => checkRemoval(args, 'remove_channels'),
  create: createRemoval,
});
