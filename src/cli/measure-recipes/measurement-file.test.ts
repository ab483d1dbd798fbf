import { describe, expect, it } from 'vitest';
import { type MeasuredRun, type Measurements, textMark } from '../../zoo/measurements.ts';
import { measurementsJson, plannedRuns, withRun } from './measurement-file.ts';

const dense = { id: 'dense', text: 'epochs: 8' };
const sparse = { id: 'sparse', text: 'epochs: 9' };

function run(seed: number): MeasuredRun {
  const numbers = { top1: 0.97, sparsity: 0, meanBits: 32, sizeBytes: 81_696 };
  return { seed, ...numbers, date: '2026-01-02', build: '0.1.0', device: 'webgpu' };
}

const names = (known: Measurements, seeds: number) =>
  plannedRuns(known, [dense, sparse], seeds).map(({ recipe, seed }) => `${recipe.id} ${seed}`);

describe('plannedRuns', () => {
  it('gives every recipe a first seed before any has a second', () => {
    expect(names({}, 2)).toEqual(['dense 1', 'sparse 1', 'dense 2', 'sparse 2']);
  });

  it('leaves out what is measured, unless the text has changed since', () => {
    const known = withRun({}, dense, run(1));
    expect(names(known, 1)).toEqual(['sparse 1']);
    expect(plannedRuns(known, [{ ...dense, text: 'epochs: 7' }], 1)).toHaveLength(1);
  });
});

describe('withRun', () => {
  it('keeps runs by seed and replaces one that is measured again', () => {
    const again = { ...run(1), top1: 0.98 };
    const known = [run(2), run(1), again].reduce<Measurements>((all, one) => withRun(all, dense, one), {});
    expect(known['dense']).toEqual({ text: textMark(dense.text), runs: [again, run(2)] });
  });

  it('forgets the runs of an earlier text', () => {
    const known = withRun(withRun({}, { ...dense, text: 'epochs: 7' }, run(1)), dense, run(2));
    expect(known['dense']?.runs.map(({ seed }) => seed)).toEqual([2]);
  });
});

describe('measurementsJson', () => {
  it('writes a line for each run, in the order of the recipes, and drops recipes that are gone', () => {
    const known = [sparse, dense].reduce<Measurements>((all, recipe) => withRun(all, recipe, run(1)), {});
    const json = measurementsJson({ ...known, gone: known['dense']! }, ['dense', 'sparse']);
    expect(JSON.parse(json)).toEqual(known);
    expect(json.split('\n').filter((line) => line.includes('"seed"'))).toHaveLength(2);
    expect(json.indexOf('"dense"')).toBeLessThan(json.indexOf('"sparse"'));
    expect(measurementsJson({}, ['dense'])).toBe('{}\n');
  });
});
