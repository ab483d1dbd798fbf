import { describe, expect, it } from 'vitest';
import { coloredNames } from './name-colors.ts';

function words(text: string): readonly string[] {
  const lines = text.split('\n');
  return coloredNames(text).map(
    ({ kind, line, startColumn, endColumn }) => `${kind} ${lines[line - 1]?.slice(startColumn - 1, endColumn - 1)}`,
  );
}

describe('coloredNames', () => {
  it('finds instances and classes of a block, but not their arguments', () => {
    const text =
      'pruners:\n  slow one:\n    class: SensitivityPruner\n    sensitivities:\n      fc1.weight: 0.5\n  fast:\n';
    expect(words(text)).toEqual(['pruner slow one', 'pruner SensitivityPruner', 'pruner fast']);
  });

  it('finds them in flow maps', () => {
    expect(words('lr_schedulers:\n  decay: {class: ExponentialLR, gamma: 0.9}\n')).toEqual([
      'lr_scheduler decay',
      'lr_scheduler ExponentialLR',
    ]);
  });

  it('colours the instances of policies by the kind of the policy', () => {
    const text =
      'policies:\n  - pruner: {instance_name: a}\n  - quantizer:\n      instance_name: "b" # c\n    epochs: [1]\n';
    expect(words(text)).toEqual(['pruner a', 'quantizer b']);
  });

  it('leaves the training block, comments and unknown sections alone', () => {
    expect(words('training:\n  optimizer: {class: SGD}\nother:\n  a: {class: B}\n# pruners:\n#   a:\n')).toEqual([]);
  });
});
