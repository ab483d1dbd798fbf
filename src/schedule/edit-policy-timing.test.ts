import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyTextEdits, editPolicyTiming, findPolicy } from './edit-policy-timing.ts';
import { moveEnd, moveStart, moveTiming, type PolicyTiming, toggleEpoch } from './policy-timing.ts';

/** The text after a change of the policy; null if there is no safe way. */
function edited(text: string, change: (timing: PolicyTiming) => PolicyTiming, index = 0): string | null {
  const policy = findPolicy(text, index);
  const edits = policy && editPolicyTiming(policy, change(policy.timing));
  return edits && applyTextEdits(text, edits);
}

const later = (timing: PolicyTiming): PolicyTiming => moveTiming(timing, 1, 100);
const block = `# mine
policies:
  # the pruner
  - pruner: {instance_name: a}   # who
    starting_epoch:   2  # from
    ending_epoch: 0x6    # to, exclusive
    frequency: 1


  - lr_scheduler: {instance_name: a}
    starting_epoch: 2
    ending_epoch: 6
    frequency: 1
`;

describe('editPolicyTiming', () => {
  it('replaces the numbers and nothing else', () => {
    expect(edited(block, later)).toBe(block.replace('  2  # from', '  3  # from').replace('0x6', '7'));
  });

  it('touches only what changes', () => {
    const policy = findPolicy(block, 0)!;
    expect(editPolicyTiming(policy, moveEnd(policy.timing, 1, 100))).toHaveLength(1);
    expect(editPolicyTiming(policy, policy.timing)).toEqual([]);
  });

  it('finds a policy by its place, also among equal ones', () => {
    const twins = `${block}  - lr_scheduler: {instance_name: a}\n    starting_epoch: 2\n    ending_epoch: 6\n    frequency: 1\n`;
    expect(edited(twins, later, 2)).toBe(
      `${block}  - lr_scheduler: {instance_name: a}\n    starting_epoch: 3\n    ending_epoch: 7\n    frequency: 1\n`,
    );
  });

  it('changes the one of two equal keys that counts', () => {
    const text = 'policies:\n  - {starting_epoch: 1, starting_epoch: 2, ending_epoch: 4, frequency: 1}\n';
    expect(edited(text, (timing) => moveStart(timing, 1))).toBe(text.replace('epoch: 2', 'epoch: 3'));
  });

  it('keeps Windows line ends', () => {
    const text = block.replaceAll('\n', '\r\n');
    expect(edited(text, later)).toBe(text.replace('  2  # from', '  3  # from').replace('0x6', '7'));
  });

  it('writes out a number that is an alias, and leaves its anchor alone', () => {
    const text =
      'policies:\n  - {starting_epoch: 0, ending_epoch: &end 6, frequency: 1}\n  - {starting_epoch: 2, ending_epoch: *end , frequency: 1}\n';
    expect(edited(text, later, 1)).toBe(text.replace('epoch: 2', 'epoch: 3').replace('*end ', '7 '));
    expect(edited(text, later, 0)).toBe(text.replace('epoch: 0', 'epoch: 1').replace('&end 6', '&end 7'));
  });

  it('gives a policy its own keys where a merge or an alias brings them', () => {
    const base = 'base: &b {starting_epoch: 2, ending_epoch: 6, frequency: 1}\npolicies:\n';
    expect(edited(`${base}  - <<: *b\n    pruner: {instance_name: a}  # who\n`, later)).toBe(
      `${base}  - <<: *b\n    pruner: {instance_name: a}  # who\n    starting_epoch: 3\n    ending_epoch: 7\n`,
    );
    expect(edited(`${base}  - {<<: *b, pruner: {instance_name: a}}\n`, later)).toBe(
      `${base}  - {<<: *b, pruner: {instance_name: a}, starting_epoch: 3, ending_epoch: 7}\n`,
    );
    expect(edited(`${base}  - *b\n`, later)).toBe(`${base}  - {<<: *b, starting_epoch: 3, ending_epoch: 7}\n`);
  });

  it('puts epochs into a list in brackets and takes them out, with its comments kept', () => {
    const text = 'policies:\n  - epochs: [ 1,  4, # middle\n      9 ]  # all\n';
    expect(edited(text, (timing) => toggleEpoch(timing, 6))).toBe(text.replace('9 ]', '6, 9 ]'));
    expect(edited(text, (timing) => toggleEpoch(timing, 12))).toBe(text.replace('9 ]', '9, 12 ]'));
    expect(edited(text, (timing) => toggleEpoch(timing, 1))).toBe(text.replace('1,  4', '4'));
    expect(edited(text, (timing) => toggleEpoch(timing, 4))).toBe(text.replace('4, # middle', '# middle'));
    expect(edited(text, later)).toBe('policies:\n  - epochs: [ 2,  5, # middle\n      10 ]  # all\n');
    expect(edited('policies: [{epochs: [1, 4]}]', (timing) => toggleEpoch(timing, 4))).toBe(
      'policies: [{epochs: [1]}]',
    );
  });

  it('does the same for a list of lines', () => {
    const text = 'policies:\n  - epochs:\n      - 1  # first\n      - 4\n    pruner: {instance_name: a}\n';
    expect(edited(text, (timing) => toggleEpoch(timing, 2))).toBe(text.replace('- 4', '- 2\n      - 4'));
    expect(edited(text, (timing) => toggleEpoch(timing, 0))).toBe(text.replace('- 1', '- 0\n      - 1'));
    expect(edited(text, (timing) => toggleEpoch(timing, 8))).toBe(text.replace('- 4', '- 4\n      - 8'));
    expect(edited(text, (timing) => toggleEpoch(timing, 4))).toBe(text.replace('      - 4\n', ''));
    expect(edited(text, (timing) => toggleEpoch(timing, 1))).toBe(text.replace('- 1  # first', '# first'));
  });

  it('writes an own list where an alias stands for it', () => {
    const text = 'when: &w [1, 4]\npolicies:\n  - {epochs: *w }\n';
    expect(edited(text, later)).toBe(text.replace('*w', '[2, 5]'));
  });

  it('gives nothing for a text that cannot be read, or a policy without whole epochs', () => {
    expect(findPolicy('policies: [', 0)).toBeNull();
    expect(findPolicy(block, 7)).toBeNull();
    expect(findPolicy('policies:\n  - {starting_epoch: soon, ending_epoch: 4, frequency: 1}\n', 0)).toBeNull();
    expect(findPolicy('policies:\n  - {epochs: []}\n', 0)).toBeNull();
  });

  it('reads back what it wrote, whatever the list and its layout', () => {
    const epochs = fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 8 }).map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(epochs, fc.boolean(), fc.nat(30), (list, isFlow, epoch) => {
        const written = isFlow ? ` [${list.join(', ')}]` : list.map((item) => `\n      - ${item}  # e${item}`).join('');
        const text = `policies:\n  - epochs:${written}\n    pruner: {instance_name: a}\n`;
        const before = findPolicy(text, 0)!.timing;
        const wanted = toggleEpoch(before, epoch);
        const after = edited(text, () => wanted)!;
        expect(findPolicy(after, 0)?.timing).toEqual(wanted);
        expect(after.match(/#/g)?.length ?? 0).toBeGreaterThanOrEqual(isFlow ? 0 : list.length);
      }),
    );
  });
});
