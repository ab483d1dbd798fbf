import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EmbedLine, readHostMessage } from './embed-messages.ts';

const parent = {};
const school = 'https://school.example';
const hello = { playground: 1, type: 'hello' };
const train = { playground: 1, type: 'train' };

const from = (origin: string, data: unknown, source: unknown = parent) => ({ source, origin, data });

describe('what a host says', () => {
  it.each([
    hello,
    train,
    { playground: 1, type: 'load', link: '#2abc' },
    { playground: 1, type: 'load' },
    { playground: 1, type: 'pause' },
    { playground: 1, type: 'resume' },
    { playground: 1, type: 'stop' },
    { playground: 1, type: 'setTheme', theme: 'light' },
  ])('is read: %j', (message) => {
    expect(readHostMessage(message)).toEqual(message);
  });

  it.each([
    null,
    'train',
    { type: 'train' },
    { playground: 2, type: 'train' },
    { playground: 1, type: 'erase' },
    { playground: 1, type: 'setTheme', theme: 'pink' },
    { playground: 1, type: 'load', link: 7 },
    { playground: 1, type: 'load', link: 'x'.repeat(900_001) },
  ])('is ignored otherwise: %j', (message) => {
    expect(readHostMessage(message)).toBeNull();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (data) => {
        expect(readHostMessage(data)).toBeNull();
      }),
    );
  });
});

describe('the line to a host', () => {
  it('opens with hello, and holds to its origin', () => {
    const line = new EmbedLine(parent, null);
    expect(line.receive(from(school, train))).toBeNull();
    expect(line.receive(from(school, hello))).toEqual(hello);
    expect(line.receive(from(school, train))).toEqual(train);
    expect(line.receive(from('https://other.example', train))).toBeNull();
    expect(line.receive(from('https://other.example', hello))).toBeNull();
    expect(line.origin).toBe(school);
  });

  it('opens only for the origin that its address names', () => {
    const line = new EmbedLine(parent, school);
    expect(line.receive(from('https://other.example', hello))).toBeNull();
    expect(line.origin).toBeNull();
    expect(line.receive(from(school, hello))).toEqual(hello);
  });

  it('is deaf to other windows and to pages without an origin', () => {
    const line = new EmbedLine(parent, null);
    expect(line.receive(from(school, hello, {}))).toBeNull();
    expect(line.receive(from('null', hello))).toBeNull();
    expect(line.origin).toBeNull();
  });

  it('is not opened by nonsense', () => {
    const line = new EmbedLine(parent, null);
    expect(line.receive(from(school, { playground: 1, type: 'hi' }))).toBeNull();
    expect(line.origin).toBeNull();
  });
});
