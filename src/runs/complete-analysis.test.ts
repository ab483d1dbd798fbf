import { expect, it } from 'vitest';
import { completeAnalysis } from './complete-analysis.ts';

const request = (args: Readonly<Record<string, unknown>>) =>
  ({
    kind: 'post-training',
    variants: [{ label: 'odd one', args }],
    calibrationSamples: 4,
    samples: 4,
  }) as const;

it('fills in defaults, and calibrates unless a variant says otherwise', () => {
  const complete = completeAnalysis(request({ bits_activations: 6 }));
  expect(complete).toMatchObject({
    samples: 4,
    variants: [{ args: { bits_activations: 6, bits_parameters: 8, model_activation_stats: 'calibrate' } }],
  });
  const dynamic = completeAnalysis(request({ model_activation_stats: null }));
  expect(dynamic).toMatchObject({ variants: [{ args: { model_activation_stats: null } }] });
});

it('refuses arguments that cannot be with the label of their variant', () => {
  expect(() => completeAnalysis(request({ clip_acts: 'N_STD' }))).toThrow(/odd one.*clip_n_stds/);
});

it('leaves other requests as they are', () => {
  expect(completeAnalysis({ kind: 'summary' })).toEqual({ kind: 'summary' });
});
