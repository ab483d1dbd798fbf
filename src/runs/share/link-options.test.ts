import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOptions, writeOptions } from './link-options.ts';

const claim = { a: 0.9, s: 0.5, n: 1, b: 'webgpu', t: 0.01 };

describe('options of a link', () => {
  it('are nothing where nothing is asked for', () => {
    expect(writeOptions({})).toBe('');
    expect(writeOptions({ view: {}, teaching: { hide: [], predict: [] } })).toBe('');
    expect(readOptions('')).toEqual({ options: {}, notes: [] });
  });

  it.each([
    ['no JSON', '{"v":'],
    ['a list', '[1,2]'],
    ['a number', '7'],
    ['null', 'null'],
    ['too much', `{"v":"${'x'.repeat(9000)}"}`],
  ])('that are %s are left out, and said', (_, line) => {
    const { options, notes } = readOptions(line);
    expect(options).toEqual({});
    expect(notes).toHaveLength(1);
  });

  it.each([
    ['a view of another shape', { v: { t: 3 } }],
    ['a name with markup', { v: { t: '<b>' } }],
    ['a result without its seed', { r: { ...claim, n: undefined } }],
    ['a result that is no number', { r: { ...claim, a: 'high' } }],
    ['a lock that is a word', { t: { l: 'some' } }],
    ['a lock on a hundred values', { t: { l: Array.from({ length: 100 }, () => 'training.seed') } }],
  ])('leave out %s, and keep the rest', (_, part) => {
    const { options, notes } = readOptions(JSON.stringify({ v: { d: 'cost' }, ...part }));
    expect(notes).toHaveLength(1);
    expect(options).toEqual('v' in part ? {} : { view: { detail: 'cost' } });
  });

  it('bring numbers into their range, and say so', () => {
    const { options, notes } = readOptions(JSON.stringify({ v: { e: -3 }, r: { ...claim, a: 1.7, t: 9 } }));
    expect(options.view?.epoch).toBe(0);
    expect(options.claim).toMatchObject({ accuracy: 1, tolerance: 0.2, sparsity: 0.5 });
    expect(notes).toHaveLength(3);
  });

  it('name what a later version asks for', () => {
    const { options, notes } = readOptions(JSON.stringify({ t: { h: ['promise', 'answers'] }, x: 1 }));
    expect(options.teaching?.hide).toEqual(['promise']);
    expect(notes).toHaveLength(2);
  });

  it('take nothing from a prototype', () => {
    expect(readOptions('{"__proto__":{"v":{"t":"write"}}}').options).toEqual({});
  });

  it('never throw, whatever stands there', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        expect(readOptions(line).notes.every((note) => note !== '')).toBe(true);
      }),
    );
  });
});
