import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeArguments } from './describe-arguments.ts';

describe('describeArguments', () => {
  it('tells type, range, default and description of each key in order', () => {
    const schema = z.strictObject({
      level: z.number().min(0).max(1).describe('Share.'),
      steps: z.int().min(1).default(3).describe('Count.'),
      rate: z.number().positive().lt(2).optional(),
    });
    expect(describeArguments(schema)).toMatchObject([
      { name: 'level', words: 'number from 0 to 1', description: 'Share.', isRequired: true },
      { name: 'steps', words: 'whole number from 1', defaultValue: 3, isRequired: false },
      { name: 'rate', words: 'number above 0 below 2', isRequired: false },
    ]);
  });

  it('lists what may be written, also inside of lists and maps', () => {
    const schema = z.strictObject({
      group: z.enum(['Filters', 'Channels']),
      flag: z.boolean(),
      names: z.union([z.string(), z.array(z.string())]),
      bits: z.record(z.string(), z.strictObject({ weights: z.int().nullable() })),
    });
    const [group, flag, names, bits] = describeArguments(schema);
    expect(group).toMatchObject({ words: '`Filters` or `Channels`', choices: ['Filters', 'Channels'] });
    expect(flag?.choices).toEqual(['true', 'false']);
    expect(names).toMatchObject({ words: 'word or list of words', entry: { words: 'word' } });
    expect(bits?.entry?.keys).toMatchObject([{ name: 'weights', words: 'whole number or empty' }]);
  });

  it('answers the same object for the same schema', () => {
    const schema = z.strictObject({ a: z.string() });
    expect(describeArguments(schema)).toBe(describeArguments(schema));
  });
});
