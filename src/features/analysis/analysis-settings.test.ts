import { describe, expect, it } from 'vitest';
import {
  buildPostTraining,
  buildSensitivity,
  leftOutText,
  postTrainingDefaults,
  postTrainingVariants,
  readCount,
  readLevels,
  sensitivityDefaults,
} from './analysis-settings.ts';

describe('the request of a sensitivity analysis', () => {
  it('asks for 10 to 90 percent of single weights on 1000 samples unless told otherwise', () => {
    expect(buildSensitivity(sensitivityDefaults)).toEqual({
      ok: true,
      request: {
        kind: 'sensitivity',
        group: 'element',
        levels: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
        samples: 1000,
      },
    });
  });

  it('names the field that is wrong', () => {
    const built = buildSensitivity({ group: 'element', levels: '20 10', samples: '0' });
    expect(built.ok ? [] : Object.keys(built.problems)).toEqual(['levels', 'samples']);
  });

  it('reads levels with spaces, commas or both', () => {
    expect(readLevels('0, 12.5;30  100')).toEqual([0, 0.125, 0.3, 1]);
  });

  it.each(['', 'ten', '10 10', '-5', '101', '10 x'])('refuses %j as levels', (text) => {
    expect(readLevels(text)).toBeNull();
  });

  it.each(['', '0', '1.5', '-3', 'all'])('refuses %j as a count', (text) => {
    expect(readCount(text)).toBeNull();
  });
});

describe('the request of a quantization after training', () => {
  it('measures the four clip modes on static ranges unless told otherwise', () => {
    const built = buildPostTraining(postTrainingDefaults(null), null);
    if (!built.ok) throw new Error('the defaults are wrong');
    expect(built.request).toMatchObject({ calibrationSamples: 500, samples: 1000 });
    expect(built.request.variants.map(({ label }) => label)).toEqual(['NONE', 'AVG', 'GAUSS', 'LAPLACE']);
    expect(built.request.variants[1]?.args).toEqual({
      bits_activations: 8,
      bits_parameters: 8,
      mode: 'SYMMETRIC',
      per_channel_wts: false,
      model_activation_stats: 'acts_quantization_stats.yaml',
      clip_acts: 'AVG',
    });
  });

  const declared = {
    bits_activations: null,
    bits_parameters: 4,
    mode: { activations: 'ASYMMETRIC_UNSIGNED', weights: 'SYMMETRIC' },
    per_channel_wts: true,
    model_activation_stats: null,
    clip_acts: 'N_STD',
    clip_n_stds: 2,
    overrides: { fc1: { bits_weights: 8 } },
  };

  it('begins with the arguments that the schedule declares', () => {
    expect(postTrainingDefaults(declared)).toMatchObject({
      activationBits: 'float',
      weightBits: '4',
      mode: 'schedule',
      perChannel: true,
      ranges: 'dynamic',
    });
  });

  it('keeps what the page does not set, and measures the declared number of deviations too', () => {
    const variants = postTrainingVariants(postTrainingDefaults(declared), declared);
    expect(variants.at(-1)).toEqual({ label: 'N_STD, 2', args: declared });
    expect(variants).toHaveLength(5);
  });

  it('lets a setting win over the schedule', () => {
    const settings = { ...postTrainingDefaults(declared), mode: 'SYMMETRIC', ranges: 'static' as const };
    expect(postTrainingVariants(settings, declared)[0]?.args).toMatchObject({
      mode: 'SYMMETRIC',
      model_activation_stats: 'acts_quantization_stats.yaml',
    });
  });

  it('keeps statistics that the schedule holds', () => {
    const own = { ...declared, model_activation_stats: { fc1: {} } };
    expect(postTrainingDefaults(own).ranges).toBe('given');
    expect(postTrainingVariants(postTrainingDefaults(own), own)[0]?.args['model_activation_stats']).toEqual({
      fc1: {},
    });
  });

  it('leaves out the tabulated distributions above 8 bits, and says so', () => {
    const settings = { ...postTrainingDefaults(null), activationBits: '16' };
    expect(postTrainingVariants(settings, {}).map(({ label }) => label)).toEqual(['NONE', 'AVG']);
    expect(leftOutText(settings)).toContain('GAUSS');
    expect(leftOutText(postTrainingDefaults(null))).toBeUndefined();
  });
});
