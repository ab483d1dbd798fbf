import { describe, expect, it } from 'vitest';
import { loadDraft, openText, replaceDraft, saveDraft } from './draft.ts';
import { encodeLink } from './share-link.ts';

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
  it('comes back as it was saved', () => {
    const storage = memory();
    const draft = { text: 'version: 1', replaced: 'seed: 1' };
    expect(saveDraft(storage, draft)).toBe(true);
    expect(loadDraft(storage)).toEqual(draft);
  });

  it('of the first released version is read', () => {
    const stored = '{"version":1,"text":"version: 1","replaced":null}';
    expect(loadDraft(memory({ [key]: stored }))).toEqual({ text: 'version: 1', replaced: null });
  });

  it.each([
    ['nothing', undefined],
    ['no JSON', '{text'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no version', '{"text":"x","replaced":null}'],
    ['a text of the wrong kind', '{"version":1,"text":7,"replaced":null}'],
    ['a later version', '{"version":9,"text":"x","replaced":null}'],
    ['too much', JSON.stringify({ version: 1, text: 'x'.repeat(200_001), replaced: null })],
  ])('is none where storage holds %s', (_, value) => {
    expect(loadDraft(memory(value === undefined ? {} : { [key]: value }))).toBeNull();
  });

  it('does without storage', () => {
    expect(loadDraft(forbidden)).toBeNull();
    expect(saveDraft(forbidden, { text: '', replaced: null })).toBe(false);
  });

  it('keeps the text that another one replaces', () => {
    expect(replaceDraft({ text: 'mine', replaced: null }, 'recipe')).toEqual({ text: 'recipe', replaced: 'mine' });
    expect(replaceDraft(null, 'recipe')).toEqual({ text: 'recipe', replaced: null });
  });

  it('keeps what Undo brings back when the same text comes again', () => {
    const draft = { text: 'recipe', replaced: 'mine' };
    expect(replaceDraft(draft, 'recipe')).toEqual(draft);
  });
});

describe('the text at the start', () => {
  const hash = encodeLink({ version: 1, text: 'from: link' });
  const stored = { text: 'mine', replaced: null };
  const recipe = 'the recipe';

  it('is that of the link, with the draft for Undo', () => {
    expect(openText({ hash, stored, recipe })).toEqual({
      draft: { text: 'from: link', replaced: 'mine' },
      source: 'link',
      problem: null,
    });
  });

  it('is the draft without a link, and a recipe on the first visit', () => {
    expect(openText({ hash: '', stored, recipe })).toEqual({ draft: stored, source: 'draft', problem: null });
    expect(openText({ hash: '#', stored: null, recipe })).toMatchObject({ draft: { text: recipe }, source: 'recipe' });
  });

  it('is the draft beside a broken link, whose problem is told', () => {
    const broken = hash.slice(0, -3);
    expect(openText({ hash: broken, stored, recipe })).toMatchObject({
      draft: stored,
      source: 'draft',
      problem: { code: 'damaged' },
    });
    expect(openText({ hash: '#9x', stored: null, recipe })).toMatchObject({
      source: 'recipe',
      problem: { code: 'unknown-version' },
    });
  });
});
