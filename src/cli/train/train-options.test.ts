import { describe, expect, it } from 'vitest';
import { readTrainOptions } from './train-options.ts';

describe('the arguments of train', () => {
  it('name a schedule and what to write', () => {
    expect(readTrainOptions(['a.yaml', '--json', 'run.json', '--weights', 'w.safetensors', '--quiet'])).toEqual({
      file: 'a.yaml',
      json: 'run.json',
      weights: 'w.safetensors',
      isQuiet: true,
    });
    expect(readTrainOptions(['a.yaml'])).toEqual({
      file: 'a.yaml',
      json: undefined,
      weights: undefined,
      isQuiet: false,
    });
  });

  it('may ask for help', () => {
    expect(readTrainOptions(['--help'])).toBeNull();
  });

  it.each([
    ['no schedule', []],
    ['two schedules', ['a.yaml', 'b.yaml']],
    ['an unknown option', ['a.yaml', '--fast']],
    ['an option without its file', ['a.yaml', '--json']],
  ])('are refused with a sentence for %s', (_, args) => {
    expect(readTrainOptions(args)).toMatch(/\w/);
  });
});
