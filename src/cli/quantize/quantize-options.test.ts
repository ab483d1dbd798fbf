import { describe, expect, it } from 'vitest';
import { readQuantizeOptions } from './quantize-options.ts';

describe('the arguments of quantize', () => {
  it('leave to the schedule what they do not say', () => {
    expect(readQuantizeOptions(['a.yaml'])).toEqual({
      file: 'a.yaml',
      stats: undefined,
      saveStats: undefined,
      bitsActivations: undefined,
      bitsWeights: undefined,
      isPerChannel: false,
      clips: undefined,
      ranges: undefined,
      calibrationSamples: 500,
      samples: 2000,
      json: undefined,
    });
  });

  it('choose bits, clipping, statistics and counts', () => {
    const args = ['a.yaml', '--bits-acts', '4', '--bits-wts', 'float', '--clip-acts', 'AVG,GAUSS', '--stats', 's.yaml'];
    expect(readQuantizeOptions([...args, '--per-channel', '--samples', '9'])).toMatchObject({
      bitsActivations: 4,
      bitsWeights: null,
      clips: ['AVG', 'GAUSS'],
      stats: 's.yaml',
      isPerChannel: true,
      samples: 9,
    });
  });

  it('may ask for help', () => {
    expect(readQuantizeOptions(['-h'])).toBeNull();
  });

  it.each([
    ['no schedule', []],
    ['two schedules', ['a.yaml', 'b.yaml']],
    ['an unknown option', ['a.yaml', '--fast']],
    ['bits that are none', ['a.yaml', '--bits-acts', '1']],
    ['an unknown way of clipping', ['a.yaml', '--clip-acts', 'AVG,MAX']],
    ['unknown ranges', ['a.yaml', '--ranges', 'both']],
    ['statistics for dynamic ranges', ['a.yaml', '--ranges', 'dynamic', '--stats', 's.yaml']],
    ['statistics of dynamic ranges', ['a.yaml', '--ranges', 'dynamic', '--save-stats', 's.yaml']],
    ['no samples', ['a.yaml', '--samples', '0']],
  ])('are refused with a sentence for %s', (_, args) => {
    expect(readQuantizeOptions(args)).toMatch(/\w \w/);
  });
});
