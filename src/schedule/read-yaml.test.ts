import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readYaml } from './read-yaml.ts';
import { plainValue } from './yaml-node.ts';

const texts = import.meta.glob<string>('./golden/real-schedules/*.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const values = import.meta.glob<string>('./golden/real-schedules/*.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});

function valueOf(text: string): unknown {
  const { root, diagnostics } = readYaml(text);
  expect(diagnostics.filter((diagnostic) => diagnostic.severity === 'error')).toEqual([]);
  return root === null ? null : plainValue(root);
}

function codesOf(text: string): string[] {
  return readYaml(text).diagnostics.map((diagnostic) => diagnostic.code);
}

describe('readYaml', () => {
  it('reads every real schedule as PyYAML does', () => {
    expect(Object.keys(texts).length).toBeGreaterThanOrEqual(42);
    for (const [path, text] of Object.entries(texts)) {
      expect(valueOf(text), path).toEqual(JSON.parse(values[path.replace('.yaml', '.json')]!));
    }
  });

  it.each([
    ['yes', true],
    ['Off', false],
    ['y', 'y'],
    ['010', 8],
    ['08', '08'],
    ['1_000', 1000],
    ['0x1f', 31],
    ['0b101', 5],
    ['1:30', 90],
    ['1:30.5', 90.5],
    ['1e-4', '1e-4'],
    ['1.0e-4', 0.0001],
    ['1.0e4', '1.0e4'],
    ['1.e+2', 100],
    ['.5', 0.5],
    ['-.5', '-.5'],
    ['-.inf', -Infinity],
    ['+12', 12],
    ['~', null],
    ['', null],
    ['Null', null],
    ['2001-12-14', '2001-12-14'],
    ['"5"', '5'],
    ['!!str 5', '5'],
    ['!!float 1', 1],
    ['!', null],
    ['! 5', '5'],
    ["{'b':1}", { b: 1 }],
    ['a#b', 'a#b'],
    ['a # b', 'a'],
    ['[a]#b', ['a']],
    ['"a"#b', 'a'],
    ['{a: 1, b: [c,d]}', { a: 1, b: ['c', 'd'] }],
    ['[a # b\n , c # d\n]', ['a', 'c']],
    ['[\na,#x\n  b c\n d]', ['a', 'b c d']],
  ])('reads `%s`', (text, value) => {
    expect(valueOf(`key: ${text}\n`)).toEqual({ key: value });
  });

  it('folds the lines of words in quotes, whatever their indentation', () => {
    expect(valueOf('a: "x  \n\n y \nz"\nb: \'1\r\n2\'\nc: p\n  q\n\n  r\n')).toEqual({
      a: 'x\ny z',
      b: '1 2',
      c: 'p q\nr',
    });
  });

  it('merges maps, own keys over merged ones', () => {
    expect(valueOf('a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n')).toEqual({ a: { x: 1, y: 2 }, b: { x: 1, y: 3 } });
  });

  it('takes the last of two equal keys and warns', () => {
    const { root, diagnostics } = readYaml('a: 1\nb: 2\na: 3\n');
    expect(root && plainValue(root)).toEqual({ a: 3, b: 2 });
    expect(diagnostics).toMatchObject([
      { code: 'duplicate-key', severity: 'warning', range: { start: { line: 3, column: 1 } } },
    ]);
  });

  it('places nodes by line and column', () => {
    const { root } = readYaml('a:\n  - {b: [1,\n2]}\r\nc: "x"\n');
    expect(root).toMatchObject({
      entries: [
        { value: { items: [{ entries: [{ value: { items: [{}, { range: { start: { line: 3, column: 1 } } }] } }] }] } },
        { value: { range: { start: { line: 4, column: 4 }, end: { line: 4, column: 7 } } } },
      ],
    });
  });

  it.each([
    ['a: [1, 2', 'yaml-syntax'],
    ['a: b: c', 'yaml-syntax'],
    ['a:\t1', 'yaml-syntax'],
    ['a: "x', 'yaml-syntax'],
    ['a: 1\n---\nb: 2', 'yaml-syntax'],
    ['a: *nowhere', 'yaml-syntax'],
    ['a: !!python/name:os.system x', 'yaml-syntax'],
    ['{[a]: 1}', 'yaml-syntax'],
    ['{fc.?: 1}', 'yaml-syntax'],
    ['[?a]', 'yaml-syntax'],
    ['[:a]', 'yaml-syntax'],
    ['a: =', 'yaml-syntax'],
    ['a: [<<]', 'yaml-syntax'],
    ['[a # b\n c]', 'yaml-syntax'],
    [': 1', 'yaml-syntax'],
    ['{a\n: 1}', 'yaml-syntax'],
    [`a: ${'['.repeat(60)}${']'.repeat(60)}`, 'too-deep'],
    [`a: ${'['.repeat(9000)}`, 'too-deep'],
    ['- '.repeat(9000), 'too-deep'],
    ['a'.repeat(200_001), 'text-too-long'],
    [
      'a: &a [1,1,1,1,1,1,1,1]\n' +
        'bcdefg'
          .split('')
          .map((name, i) => `${name}: &${name} [${`*${'abcdef'[i]!},`.repeat(8)}]\n`)
          .join(''),
      'too-many-aliases',
    ],
    ['a: &a [*a]', 'too-deep'],
  ])('refuses %j', (text, code) => {
    expect(readYaml(text).root).toBeNull();
    expect(codesOf(text)[0]).toBe(code);
  });

  it('never throws', () => {
    const word = fc.constantFrom(
      ...'a:- \n#[]{},"\'|>&*!%@`?\t~<=\r'.split(''),
      'key: ',
      '  ',
      '- ',
      '[a, ',
      '\n  b: ',
      '1e-4',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => void readYaml(words.join(''))),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.string(), (text) => void readYaml(text)),
      { numRuns: 200 },
    );
  });
});
