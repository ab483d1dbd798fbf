import { z } from 'zod';
import type { RemovalFunction } from '../core/thinning/thinning-recipe.ts';
import type { ArgumentProblem } from './define-method.ts';
import type { ThinningExtension } from './extension.ts';

/** What Distiller's three names for one class share (reference 10.6). */

const removals = {
  remove_filters: ['remove_filters'],
  remove_channels: ['remove_channels'],
  contract_model: ['remove_filters', 'remove_channels'],
} as const satisfies Readonly<Record<string, readonly RemovalFunction[]>>;

type RemovalName = keyof typeof removals;

export const removalArguments = z.strictObject({
  thinning_func_str: z
    .enum(['remove_filters', 'remove_channels', 'contract_model'])
    .describe('What is removed: zero filters, zero input channels, or first the ones and then the others.'),
  arch: z
    .string()
    .optional()
    .describe('Name of the model. Distiller wants it and does not use it; nor is it used here.'),
  dataset: z
    .string()
    .optional()
    .describe('Name of the dataset, from which Distiller knows the shape of the inputs. Not used here.'),
});

export type RemovalArguments = z.output<typeof removalArguments>;

export const removalNotes = [
  'The three names FilterRemover, ChannelRemover and StructureRemover are one class: `thinning_func_str` alone decides what goes.',
  'What counts are zero weights, not masks: all layers are looked at, also those that no pruner named. Batch normalizations, biases, the layers that read the channels, masks and the state of the optimizer shrink along.',
  'Layers whose outputs are added must lose the same filters. If they do not, nothing is removed and the run says which differ. Prune them as one group, with `group_dependency: Leader`.',
  'Acts once in each active epoch, before its first step, after the policies above it in the file. List it below the pruners, or one epoch later.',
  'Channels that are the input or output of the network stay. In Distiller an element-wise pruned dense layer with a dead input could break the model; here it loses channels only if all their pixels are ignored.',
];

/** Problems of a class that is called after what it removes; null: a name that fits all. */
export function checkRemoval(args: RemovalArguments, expected: RemovalName | null): readonly ArgumentProblem[] {
  return [...checkName(args, expected), ...checkDistillerNeeds(args)];
}

function checkName({ thinning_func_str }: RemovalArguments, expected: RemovalName | null): ArgumentProblem[] {
  if (expected === null || thinning_func_str === expected) return [];
  const message = `The function decides what is removed, not the class: this removes ${removalWords(removals[thinning_func_str])}. Write \`${expected}\`, or take the class \`StructureRemover\`.`;
  return [
    {
      argument: 'thinning_func_str',
      code: 'class-function-mismatch',
      severity: 'warning',
      message,
      suggestion: expected,
    },
  ];
}

function checkDistillerNeeds(args: RemovalArguments): ArgumentProblem[] {
  const missing = (['arch', 'dataset'] as const).filter((key) => args[key] === undefined);
  if (missing.length === 0) return [];
  const message = `Distiller refuses this without ${missing.map((key) => `\`${key}\``).join(' and ')}. Here it runs.`;
  return [{ argument: 'arch', code: 'distiller-needs-argument', severity: 'hint', message }];
}

/** "zero filters and channels" */
export function removalWords(functions: readonly RemovalFunction[]): string {
  const words = functions.map((name) => (name === 'remove_filters' ? 'filters' : 'channels'));
  return `zero ${words.join(' and ')}`;
}

export function createRemoval({ thinning_func_str }: RemovalArguments): ThinningExtension {
  return { type: 'thinning', removals: removals[thinning_func_str] };
}
