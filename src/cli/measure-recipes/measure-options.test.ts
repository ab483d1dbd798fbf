import { describe, expect, it } from 'vitest';
import { readMeasureOptions } from './measure-options.ts';

describe('readMeasureOptions', () => {
  it('measures two seeds of every recipe unless told otherwise', () => {
    expect(readMeasureOptions([])).toEqual({ seeds: 2, only: undefined });
    expect(readMeasureOptions(['--seeds', '3', '--only', 'dense,sparse'])).toEqual({
      seeds: 3,
      only: ['dense', 'sparse'],
    });
  });

  it('says what it does not understand', () => {
    expect(readMeasureOptions(['--seeds', 'many'])).toContain('--seeds is many');
    expect(readMeasureOptions(['--seeds', '0'])).toContain('--seeds is 0');
    expect(readMeasureOptions(['--fast'])).toContain('--fast');
  });

  it('asks for help with null', () => {
    expect(readMeasureOptions(['--help'])).toBeNull();
  });
});
