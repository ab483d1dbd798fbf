import { describe, expect, it } from 'vitest';
import { linesOfPolicy, policyAt } from './policy-places.ts';

const text = `version: 1
pruners:
  slow:
    class: AutomatedGradualPruner
    weights: [fc1.weight]
  fast: {class: SparsityLevelParameterPruner}
policies:
  - pruner: {instance_name: slow}
    starting_epoch: 0
  # the second
  - pruner:
      instance_name: fast
    epochs:
      - 1
      - 2
  - {pruner: {instance_name: slow}, epochs: [7]}
`;
const at = (words: string, from = 0): number => text.indexOf(words, from);

describe('places of policies', () => {
  it('gives the lines of a policy and of its instance', () => {
    expect(linesOfPolicy(text, 0)).toEqual([
      { first: 8, last: 9 },
      { first: 3, last: 5 },
    ]);
    expect(linesOfPolicy(text, 1)).toEqual([
      { first: 11, last: 15 },
      { first: 6, last: 6 },
    ]);
    expect(linesOfPolicy(text, 2)).toEqual([
      { first: 16, last: 16 },
      { first: 3, last: 5 },
    ]);
    expect(linesOfPolicy(text, 3)).toEqual([]);
  });

  it('finds the policy under the caret, and the first one that runs an instance', () => {
    expect(policyAt(text, at('starting_epoch'))).toBe(0);
    expect(policyAt(text, at('- 2'))).toBe(1);
    expect(policyAt(text, at('epochs: [7]') + 5)).toBe(2);
    expect(policyAt(text, at('weights:'))).toBe(0);
    expect(policyAt(text, at('fast'))).toBe(1);
  });

  it('finds none between the parts, in a heading or in broken text', () => {
    expect(policyAt(text, at('version'))).toBeNull();
    expect(policyAt(text, at('pruners'))).toBeNull();
    expect(policyAt(text, at('# the second'))).toBeNull();
    expect(policyAt('policies: [', 4)).toBeNull();
    expect(policyAt('', 0)).toBeNull();
  });
});
