import { describe, expect, it } from 'vitest';
import { embedAddress, embedSnippet, readOrigin } from './embed-snippet.ts';
import { chatLength, lengthWords, qrLength } from './link-length.ts';
import { qrCode, qrPath, qrSvg } from './qr-code.ts';

describe('the length of a link', () => {
  it.each([
    [chatLength, false, /short enough/],
    [chatLength + 1, true, /chat programs may cut/],
    [qrLength, true, /chat programs may cut/],
    [qrLength + 1, true, /too long for a QR code/],
  ])('of %d characters is too long somewhere: %s', (length, isLong, words) => {
    expect(lengthWords(length)).toEqual({ isLong, words: expect.stringMatching(words) as string });
  });
});

describe('the QR code of a link', () => {
  it('has its three finders and nothing outside', () => {
    const code = qrCode('https://example.org/#2abc');
    if (code === null) throw new Error('A short address has a code.');
    expect(code.size % 4).toBe(1);
    for (const [row, column] of [
      [0, 0],
      [0, code.size - 7],
      [code.size - 7, 0],
    ] as const) {
      const ring = Array.from({ length: 7 }, (_, at) => code.isDark(row, column + at));
      expect(ring).toEqual(Array(7).fill(true));
      expect(code.isDark(row + 1, column + 1)).toBe(false);
    }
    expect(code.isDark(-1, 0)).toBe(false);
  });

  it('draws each dark module once', () => {
    const code = qrCode('https://example.org/');
    if (code === null) throw new Error('A short address has a code.');
    let dark = 0;
    for (let row = 0; row < code.size; row += 1)
      for (let column = 0; column < code.size; column += 1) dark += Number(code.isDark(row, column));
    const drawn = [...qrPath(code).matchAll(/h(\d+)v1/g)].reduce((sum, [, width]) => sum + Number(width), 0);
    expect(drawn).toBe(dark);
    expect(qrSvg(code)).toMatch(/^<svg [^>]*viewBox="0 0 33 33"/);
  });

  it('holds the longest address, and no longer one', () => {
    expect(qrCode('a'.repeat(qrLength))?.size).toBe(177);
    expect(qrCode('a'.repeat(qrLength + 1))).toBeNull();
    expect(qrCode('ü'.repeat(qrLength / 2 + 1))).toBeNull();
  });
});

describe('the embed snippet', () => {
  const plain = { theme: 'auto', hide: [], origin: '' } as const;

  it('points at the page beside the playground, in any folder', () => {
    expect(embedAddress('https://example.org/a/b/#2abc', plain)).toBe('https://example.org/a/b/embed.html#2abc');
    expect(embedAddress('https://example.org/a/index.html#2abc', plain)).toBe('https://example.org/a/embed.html#2abc');
  });

  it('names theme, hidden parts and origin, and nothing of the page’s own query', () => {
    const options = { theme: 'light', hide: ['schedule'], origin: 'https://school.example' } as const;
    expect(embedAddress('https://example.org/?x=1#2abc', options)).toBe(
      'https://example.org/embed.html?theme=light&hide=schedule&origin=https%3A%2F%2Fschool.example#2abc',
    );
    expect(embedSnippet('https://example.org/#2abc', options)).toContain('?theme=light&amp;hide=schedule&amp;');
  });

  it.each([
    ['https://school.example', 'https://school.example'],
    [' https://school.example/ ', 'https://school.example'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['https://school.example/page', null],
    ['school.example', null],
    ['javascript:alert(1)', null],
    ['null', null],
    ['', null],
  ])('reads the origin %j as %j', (written, origin) => {
    expect(readOrigin(written)).toBe(origin);
  });
});
