import { describe, expect, it } from 'vitest';
import type { MeasuredRun, Measurements } from '../../zoo/measurements.ts';
import { measuredText } from './measured-text.ts';

const run = (seed: number, top1: number | null, sparsity = 0): MeasuredRun => ({
  ...{ seed, top1, sparsity, meanBits: 32, sizeBytes: 1000 },
  ...{ date: '2026-01-02', build: '0.1.0', device: 'webgpu' },
});

function text(...runs: readonly MeasuredRun[]): string | null {
  const known: Measurements = runs.length === 0 ? {} : { r: { text: '', runs } };
  return measuredText('r', known);
}

describe('measuredText', () => {
  it('gives the mean, the range, and by how many seeds', () => {
    expect(text(run(1, 0.968, 0.9), run(2, 0.972, 0.9))).toBe(
      '97.0 % accuracy (96.8 to 97.2, 2 seeds, measured here), 90.0 % sparsity.',
    );
    expect(text(run(1, 0.98))).toBe('98.0 % accuracy (1 seed, measured here).');
  });

  it('is silent about a recipe that nobody measured', () => {
    expect(text()).toBeNull();
  });

  it('says that a loss was no longer a number', () => {
    expect(text(run(1, null))).toContain('no longer a number');
    expect(text(run(1, null), run(2, 0.5))).toContain('1 seed');
  });
});
