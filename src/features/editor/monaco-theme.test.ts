import { describe, expect, it } from 'vitest';
import { themeData } from './monaco-theme.ts';

describe('themeData', () => {
  it('gives Monaco hexadecimal colours with their transparency', () => {
    const data = themeData('light', (name) => (name === '--warn' ? '#875a00' : '#abc'));
    expect(data.base).toBe('vs');
    expect(data.colors['editor.background']).toBe('#aabbcc');
    expect(data.colors['editor.findMatchBackground']).toBe('#875a004d');
    expect(data.rules.find(({ token }) => token === 'key')?.foreground).toBe('aabbcc');
  });
});
