import { describe, expect, it } from 'vitest';
import type { Run } from '../run.ts';
import { createRun } from '../reduce-run.ts';
import { fixtureEnvironment } from '../run-fixture.ts';
import { claimOf, compareWithClaim } from './author-claim.ts';
import { comparisonText, reasonText } from './claim-text.ts';
import { predictionGaps } from './prediction.ts';
import type { AuthorClaim } from './shared-experiment.ts';

const text = 'version: 1\ntraining: {epochs: 2, seed: 1}\n';
const claim: AuthorClaim = { accuracy: 0.97, sparsity: 0.9, seed: 1, backend: 'webgpu', tolerance: 0.001 };

function finished(top1: number, change: Partial<Run> = {}): Run {
  const result = { top1, sparsity: 0.9, loss: 0.1, testSize: 10_000, prunedSparsity: null, durationMs: 1000 };
  const run = createRun({ id: 'a', number: 1, config: { version: 1, text }, startedAt: 0 });
  return { ...run, status: 'finished', seed: 1, environment: fixtureEnvironment, result, ...change };
}

const reasons = (run: Run) => compareWithClaim(claim, text, run)?.reasons.map(({ kind }) => kind);

describe('the result that an author claims', () => {
  it('is that of the finished run', () => {
    expect(claimOf(finished(0.97), 0.001)).toEqual(claim);
    expect(claimOf({ ...finished(0.97), result: null }, 0.001)).toBeNull();
  });

  it('is compared once the run is over', () => {
    expect(compareWithClaim(claim, text, { ...finished(0.97), result: null })).toBeNull();
  });

  it.each([
    [0.97, true],
    [0.971, true],
    [0.969, true],
    [0.9711, false],
    [0.9, false],
  ])('lies within 0.1 points of %d: %s', (top1, isSame) => {
    expect(compareWithClaim(claim, text, finished(top1))?.isSame).toBe(isSame);
  });

  it('says how much, and on whose word', () => {
    const same = compareWithClaim(claim, text, finished(0.9705));
    expect(same && comparisonText(same, claim)).toBe('Same as the author’s: yes, within 0.1 points.');
    const other = compareWithClaim(claim, text, finished(0.964));
    expect(other && comparisonText(other, claim)).toBe(
      'Not the author’s result. Author: 97.0 % accuracy, here: 96.4 %; differs by 0.6 points.',
    );
  });

  it('differs by sampling where nothing else is different', () => {
    expect(reasons(finished(0.96))).toEqual(['sampling']);
  });

  it('differs by what was edited, but not by comments', () => {
    const edited = text.replace('epochs: 2', 'epochs: 3');
    expect(reasons(finished(0.96, { config: { version: 1, text: edited } }))).toEqual(['edited']);
    expect(reasons(finished(0.96, { config: { version: 1, text: `# words\n${text}` } }))).toEqual(['sampling']);
  });

  it('differs by seed and by backend', () => {
    const seeded = { config: { version: 1, text: text.replace('seed: 1', 'seed: 5') }, seed: 5 } as const;
    expect(reasons(finished(0.96, seeded))).toEqual(['other-seed']);
    expect(reasons(finished(0.96, { environment: { ...fixtureEnvironment, backend: 'cpu' } }))).toEqual([
      'other-backend',
    ]);
  });

  it('has a sentence for each reason', () => {
    const all = [
      { kind: 'edited', changes: ['epochs 3 instead of 2'] },
      { kind: 'other-seed', here: 5 },
      { kind: 'other-backend', here: 'cpu' },
      { kind: 'sampling' },
    ] as const;
    expect(all.map((reason) => reasonText(reason, claim))).toEqual([
      'The schedule was edited: epochs 3 instead of 2.',
      'The seed is 5, the author’s was 1: other first weights, another order of the samples.',
      'Computed on the processor, the author’s on WebGPU: they add numbers in another order.',
      expect.stringContaining('rounds sums differently'),
    ]);
  });

  it('does not put a large gap down to rounding', () => {
    expect(reasonText({ kind: 'sampling' }, claim, -11.9)).toContain('the claim may be of another text');
    expect(reasonText({ kind: 'sampling' }, claim, 0.6)).toContain('about as much as another seed does');
  });
});

describe('a prediction', () => {
  it('is laid beside the result of the test set', () => {
    const gaps = predictionGaps({ accuracy: 0.95, sparsity: 0.9 }, finished(0.971));
    expect(gaps).toEqual([
      { what: 'accuracy', predicted: 0.95, measured: 0.971 },
      { what: 'sparsity', predicted: 0.9, measured: 0.9 },
    ]);
  });

  it('has no gap before the end', () => {
    expect(predictionGaps({ accuracy: 0.95 }, { ...finished(0.9), result: null })).toEqual([]);
  });
});
