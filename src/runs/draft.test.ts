import { describe, expect, it } from 'vitest';
import { readDraft, writeDraft } from './draft.ts';

function memory(initial: Record<string, string> = {}) {
  const items = new Map(Object.entries(initial));
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
}

const forbidden = {
  getItem: (): string | null => {
    throw new DOMException('denied', 'SecurityError');
  },
  setItem: (): void => {
    throw new DOMException('full', 'QuotaExceededError');
  },
};

const key = 'distiller-playground.draft';

describe('a draft', () => {
  it('comes back as it was written', () => {
    const storage = memory();
    expect(writeDraft('version: 1\n', storage)).toBe(true);
    expect(readDraft(storage)).toBe('version: 1\n');
    expect(writeDraft('', storage)).toBe(true);
    expect(readDraft(storage)).toBe('');
  });

  it.each([
    ['nothing', undefined],
    ['no JSON', '{text'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no version', '{"text":"x"}'],
    ['a text of the wrong kind', '{"version":1,"text":7}'],
    ['a later version', '{"version":9,"text":"x"}'],
    ['too much', JSON.stringify({ version: 1, text: 'x'.repeat(200_001) })],
  ])('is none where storage holds %s', (_, value) => {
    expect(readDraft(memory(value === undefined ? {} : { [key]: value }))).toBeNull();
  });

  it('reads the first released version', () => {
    expect(readDraft(memory({ [key]: '{"version":1,"text":"version: 1"}' }))).toBe('version: 1');
  });

  it('does without storage', () => {
    expect(readDraft(forbidden)).toBeNull();
    expect(writeDraft('x', forbidden)).toBe(false);
    expect(readDraft()).toBeNull();
    expect(writeDraft('x')).toBe(false);
  });
});
