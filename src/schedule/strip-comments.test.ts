import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zoo } from '../zoo/zoo.ts';
import { parseSchedule } from './parse-schedule.ts';
import { readYaml } from './read-yaml.ts';
import { stripComments } from './strip-comments.ts';

const recipes = Object.entries(
  import.meta.glob<string>('../zoo/recipes/*.yaml', { query: '?raw', import: 'default', eager: true }),
);

/** What a text says, without where it says it. */
function said(text: string): unknown {
  return JSON.parse(
    JSON.stringify(readYaml(text).root, (key, value: unknown) => (key === 'range' ? undefined : value)),
  );
}

function schedule(text: string): unknown {
  const parsed = parseSchedule(text, zoo);
  if (!parsed.ok) return parsed.diagnostics.map(({ code }) => code);
  return JSON.parse(JSON.stringify(parsed.value, (key, value: unknown) => (/range/i.test(key) ? undefined : value)));
}

describe('a schedule without comments', () => {
  it.each([
    ['a line of its own', '# why\na: 1\n', 'a: 1\n'],
    ['an indented line', 'a:\n  # why\n  b: 1\n', 'a:\n  b: 1\n'],
    ['the end of a line', 'a: 1   # why\nb: 2\n', 'a: 1\nb: 2\n'],
    ['the end of the text', 'a: 1 # why', 'a: 1'],
    ['the last line, without its end', 'a: 1\n# why', 'a: 1\n'],
    ['between brackets', 'a: [1, # why\n  2]\n', 'a: [1,\n  2]\n'],
    ['glued to a bracket', 'a: [1]# why\nb: 2\n', 'a: [1]\nb: 2\n'],
    ['two in a row', '# one\n# two\na: 1\n', 'a: 1\n'],
    ['a text with carriage returns', '# one\r\na: 1 # two\r\nb: 2\r\n', 'a: 1\r\nb: 2\r\n'],
  ])('loses what stands on %s', (_, text, expected) => {
    expect(stripComments(text)).toBe(expected);
  });

  it.each([
    ['in quotes', `a: "one # two"\nb: 'three # four'\n`],
    ['inside of a word', 'a: fc1#weight\n'],
    ['in a block', 'a: |\n  # a line of the value\n  b\nc: 1\n'],
  ])('keeps what only looks like one %s', (_, text) => {
    expect(stripComments(text)).toBe(text);
  });

  it('keeps the mark of a comment that ends the empty lines of a block', () => {
    const text = 'a: |+\n  b\n\n# why\n\nc: 1\n';
    expect(stripComments(text)).toBe('a: |+\n  b\n\n#\n\nc: 1\n');
    expect(said(stripComments(text))).toEqual(said(text));
  });

  it('is the same text where it cannot be read', () => {
    const text = 'a: [1 # why\nb: {\n';
    expect(stripComments(text)).toBe(text);
  });

  it.each(recipes)('means what %s means', (_, text) => {
    const stripped = stripComments(text);
    expect(schedule(stripped)).toEqual(schedule(text));
    expect(stripped.split('\n').some((line) => line.trim().startsWith('#'))).toBe(false);
  });

  it('means the same wherever comments are put', () => {
    const comment = fc.constantFrom('# why', '#', '#: - {', '# "', '#\t|', "# it's");
    fc.assert(
      fc.property(
        fc.constantFrom(...recipes.map(([, text]) => text)),
        fc.array(fc.tuple(fc.nat(), comment, fc.boolean()), { maxLength: 12 }),
        (recipe, added) => {
          const lines = recipe.split('\n');
          for (const [place, words, isOwnLine] of added) {
            const at = place % lines.length;
            const line = lines[at] ?? '';
            lines[at] = isOwnLine ? `${/^ */.exec(line)?.[0] ?? ''}${words}\n${line}` : `${line} ${words}`;
          }
          const text = lines.join('\n');
          expect(schedule(stripComments(text))).toEqual(schedule(text));
          expect(schedule(stripComments(text))).toEqual(schedule(recipe));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('says the same for anything that can be read', () => {
    const piece = fc.constantFrom(
      'a: ',
      'b: ',
      '- ',
      '\n',
      '\n  ',
      '# x',
      ' #',
      '1',
      '"#',
      '"',
      "'",
      '|',
      '|+',
      '[',
      ']',
      ',',
      'x',
      ' ',
      '\r',
      '#',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join('');
        expect(said(stripComments(text))).toEqual(said(text));
      }),
      { numRuns: 400 },
    );
  });

  it('is not shorter a second time', () => {
    for (const [, text] of recipes) expect(stripComments(stripComments(text))).toBe(stripComments(text));
  });
});
