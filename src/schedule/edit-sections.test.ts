import { describe, expect, it } from 'vitest';
import { applyTextEdits } from './edit-policy-timing.ts';
import { editSections, type SectionChange } from './edit-sections.ts';

function edited(text: string, ...changes: readonly SectionChange[]): string | null {
  const edits = editSections(text, changes);
  return edits && applyTextEdits(text, edits);
}

const nothing = { isRemoved: () => false, added: [], at: 'end' } as const;
const remove = (section: string, ...names: readonly string[]): SectionChange => ({
  ...{ ...nothing, section },
  isRemoved: ({ name }) => names.includes(name),
});
const add = (section: string, ...lines: readonly string[]): SectionChange => ({ ...nothing, section, added: [lines] });

const block = `pruners:
  # of the first
  a:  # beside
    class: A

  # of the second
  b: {class: B} # behind

# what runs
policies:
  - pruner: {instance_name: a}
    epochs: [1]
  # second
  - pruner: {instance_name: b}
    epochs: [2]
`;

describe('editSections', () => {
  it('takes an entry away with the comments above it', () => {
    expect(edited(block, remove('pruners', 'a'))).toBe(
      block.replace('  # of the first\n  a:  # beside\n    class: A\n', ''),
    );
    expect(edited(block, remove('pruners', 'b'))).toBe(
      block.replace('  # of the second\n  b: {class: B} # behind\n', ''),
    );
  });

  it('takes a section away that loses everything', () => {
    expect(edited(block, remove('pruners', 'a', 'b'))?.startsWith('\n# what runs\npolicies:')).toBe(true);
  });

  it('adds behind the last entry, or before the first', () => {
    expect(edited(block, add('pruners', 'c:', '  class: C'))).toBe(
      block.replace('# behind\n', '# behind\n  c:\n    class: C\n'),
    );
    const first: SectionChange = { ...add('policies', '- pruner: {instance_name: c}', '  epochs: [0]'), at: 'start' };
    expect(edited(block, first)).toBe(
      block.replace('policies:\n', 'policies:\n  - pruner: {instance_name: c}\n    epochs: [0]\n'),
    );
  });

  it('takes policies away by their place', () => {
    const second: SectionChange = { ...nothing, section: 'policies', isRemoved: (_, index) => index === 1 };
    expect(edited(block, second)).toBe(block.slice(0, block.indexOf('  # second')));
  });

  it('puts a missing section where it usually is, above the comments of the next', () => {
    expect(edited(block, add('quantizers', 'q:'))).toBe(block.replace('# what runs', 'quantizers:\n  q:\n# what runs'));
    expect(edited('version: 1', add('policies', '- x'))).toBe('version: 1\npolicies:\n  - x\n');
  });

  it('keeps what stays in braces as it is written', () => {
    const flow = 'pruners: {a: {class: A}, b: {class: "B"}} # mine\npolicies: []\n';
    expect(edited(flow, remove('pruners', 'a'), add('policies', '- x'))).toBe(
      'pruners:\n  b: {class: "B"} # mine\npolicies:\n  - x\n',
    );
  });

  it('changes nothing without a change, and nothing in what cannot be read', () => {
    expect(edited(block, remove('pruners'), remove('regularizers', 'x'))).toBe(block);
    expect(edited('a: [', add('pruners', 'c:'))).toBeNull();
    expect(edited('{policies: []}', add('pruners', 'c:'))).toBeNull();
  });
});
