import { isPostTraining, type MethodDefinition, type MethodKind } from '../../methods/define-method.ts';
import type { ArgumentDescription } from '../../methods/describe-arguments.ts';
import { exampleYaml, flowYaml } from '../../methods/example-yaml.ts';
import { sectionOf } from '../../schedule/grammar.ts';

export interface MethodGroup {
  readonly kind: MethodKind;
  readonly title: string;
  readonly methods: readonly MethodDefinition[];
}

const TITLES: Readonly<Record<MethodKind, string>> = {
  pruner: 'Pruners',
  regularizer: 'Regularizers',
  quantizer: 'Quantizers',
  lr_scheduler: 'Learning-rate schedulers',
  extension: 'Extensions',
};

/** The methods by kind, in the order of a schedule's sections; with a search, those that mention all of its words. */
export function methodGroups(catalogue: readonly MethodDefinition[], search: string): readonly MethodGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return (Object.keys(TITLES) as MethodKind[])
    .map((kind) => ({
      kind,
      title: TITLES[kind],
      methods: catalogue.filter((method) => method.kind === kind && mentions(method, words)),
    }))
    .filter(({ methods }) => methods.length > 0);
}

function mentions({ name, summary, kind, args, reference }: MethodDefinition, words: readonly string[]): boolean {
  const text = [name, summary, TITLES[kind], reference?.title ?? '', ...Object.keys(args.shape)]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

/** "number from 0 to 1, required"; "whole number, default 8". Names between backticks. */
export function argumentFact({ words, isRequired, defaultValue }: ArgumentDescription): string {
  if (isRequired) return `${words}, required`;
  return defaultValue === undefined ? words : `${words}, default \`${flowYaml(defaultValue)}\``;
}

/** The example of a method as it stands in a file: an instance, and a policy that uses it if one may. */
export function exampleSchedule(method: MethodDefinition, endingEpoch = 8): string {
  const { kind } = method;
  const name = `my_${kind}`;
  const policies = isPostTraining(method)
    ? ['policies: []']
    : [
        'policies:',
        `  - ${kind}: {instance_name: ${name}}`,
        '    starting_epoch: 0',
        `    ending_epoch: ${endingEpoch}`,
        '    frequency: 1',
      ];
  return [`${sectionOf(kind)}:`, `  ${name}:`, exampleYaml(method, 4), ...policies].join('\n');
}
