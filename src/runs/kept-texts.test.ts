import { describe, expect, it } from 'vitest';
import { forgetText, keepText, readKeptTexts } from './kept-texts.ts';

const key = 'distiller-playground.before-links';

function memory(stored?: string) {
  const items = new Map(stored === undefined ? [] : [[key, stored]]);
  return {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
  };
}

describe('texts that links took the place of', () => {
  it('come back, the newest first and each once', () => {
    const storage = memory();
    for (const text of ['one', 'two', 'one']) keepText(text, storage);
    expect(readKeptTexts(storage)).toEqual(['one', 'two']);
    expect(forgetText('one', storage)).toEqual(['two']);
    expect(readKeptTexts(storage)).toEqual(['two']);
  });

  it('are five at most', () => {
    const storage = memory();
    for (let number = 1; number <= 9; number += 1) keepText(`text ${number}`, storage);
    expect(readKeptTexts(storage)).toEqual(['text 9', 'text 8', 'text 7', 'text 6', 'text 5']);
  });

  it.each([
    ['nothing', undefined],
    ['no JSON', '{'],
    ['another version', '{"version":2,"texts":["a"]}'],
    ['no list', '{"version":1,"texts":"a"}'],
    ['no texts', '{"version":1,"texts":[1,null]}'],
    ['a text that is too long', JSON.stringify({ version: 1, texts: ['a'.repeat(200_001)] })],
  ])('are none where %s is stored', (_, stored) => {
    expect(readKeptTexts(memory(stored))).toEqual([]);
  });

  it('last as long as the page where nothing can be stored', () => {
    const refuse = (): never => {
      throw new DOMException('denied', 'SecurityError');
    };
    const storage = { getItem: refuse, setItem: refuse };
    expect(readKeptTexts(storage)).toEqual([]);
    expect(keepText('a', storage)).toEqual(['a']);
  });
});
