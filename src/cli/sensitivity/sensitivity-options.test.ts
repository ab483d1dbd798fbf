import { describe, expect, it } from 'vitest';
import { readSensitivityOptions } from './sensitivity-options.ts';

describe('the arguments of sensitivity', () => {
  it('have defaults: elements in steps of 5 %, 2000 samples', () => {
    const options = readSensitivityOptions(['a.yaml']);
    expect(options).toMatchObject({ file: 'a.yaml', group: 'element', samples: 2000 });
    expect(options).toHaveProperty('levels.length', 19);
    expect(options).toHaveProperty('levels.3', 0.15000000000000002);
  });

  it('choose group, levels, samples and files', () => {
    const args = ['a.yaml', '--group', 'filter', '--levels', '0.5:1:0.25', '--samples', '100', '--csv', 's.csv'];
    expect(readSensitivityOptions(args)).toEqual({
      file: 'a.yaml',
      group: 'filter',
      levels: [0.5, 0.75],
      samples: 100,
      csv: 's.csv',
      json: undefined,
      schedule: undefined,
      budget: 1,
      form: 'gradual',
      bits: undefined,
    });
  });

  it('may ask for bits instead of levels', () => {
    expect(readSensitivityOptions(['a.yaml', '--bits', '2,8, 4,8'])).toMatchObject({ bits: [8, 4, 2] });
  });

  it('may ask for a schedule within a budget', () => {
    const args = ['a.yaml', '--make-schedule', 'out.yaml', '--budget', '0.5', '--form', 'one-shot'];
    expect(readSensitivityOptions(args)).toMatchObject({ schedule: 'out.yaml', budget: 0.5, form: 'one-shot' });
  });

  it('may ask for help', () => {
    expect(readSensitivityOptions(['-h'])).toBeNull();
  });

  it.each([
    ['no schedule', []],
    ['two schedules', ['a.yaml', 'b.yaml']],
    ['an unknown option', ['a.yaml', '--fast']],
    ['an unknown group', ['a.yaml', '--group', 'rows']],
    ['levels that are no range', ['a.yaml', '--levels', '0.5']],
    ['levels that go down', ['a.yaml', '--levels', '0.5:0.1:0.1']],
    ['levels above 1', ['a.yaml', '--levels', '0:2:0.1']],
    ['a budget that is none', ['a.yaml', '--budget', 'x']],
    ['bits that are none', ['a.yaml', '--bits', '8,0']],
    ['an unknown form', ['a.yaml', '--form', 'slow']],
    ['no samples', ['a.yaml', '--samples', '0']],
  ])('are refused with a sentence for %s', (_, args) => {
    expect(readSensitivityOptions(args)).toMatch(/\w/);
  });
});
