import { describe, expect, it } from 'vitest';
import { type Analysis, startAnalysis } from '../../runs/analyses.ts';
import { createRun } from '../../runs/reduce-run.ts';
import type { Run } from '../../runs/run.ts';
import { analysisBlock, change, momentText, points, progressText, short } from './analysis-text.ts';

function runWith(changed: Partial<Run>): Run {
  const run = createRun({ id: 'a', number: 3, config: { version: 1, text: '' }, startedAt: 0 });
  return { ...run, status: 'finished', samples: [{ epoch: 0, step: 0, loss: 1, top1: 0 }], ...changed };
}

describe('why no analysis can start', () => {
  const conditions = { run: runWith({}), inMemoryRunId: 'a', analyses: {} };

  it('is nothing once a run in memory is finished, stopped or paused', () => {
    expect(analysisBlock(conditions)).toBeUndefined();
    for (const status of ['stopped', 'paused'] as const)
      expect(analysisBlock({ ...conditions, run: runWith({ status }) })).toBeUndefined();
  });

  it.each([
    ['no run', { run: null }, 'Train the model first'],
    ['training', { run: runWith({ status: 'training' }) }, 'Pause it'],
    ['preparing', { run: runWith({ status: 'preparing' }) }, 'Pause it'],
    ['a failed run', { run: runWith({ status: 'failed' }) }, 'Train again'],
    ['a run of an earlier visit', { inMemoryRunId: 'b' }, 'run 3 again'],
    ['a run without a step', { run: runWith({ samples: [] }) }, 'Nothing has been trained'],
    ['another analysis', { analyses: { thinning: startAnalysis('x', runWith({}), { kind: 'summary' }) } }, 'under way'],
  ])('is said for %s', (_, changed, words) => {
    expect(analysisBlock({ ...conditions, ...changed })).toContain(words);
  });
});

describe('the words of an analysis', () => {
  const analysis: Analysis = { ...startAnalysis('x', runWith({}), { kind: 'summary' }), afterEpochs: 4 };

  it('say when it was measured, and that the run went on', () => {
    const run = runWith({ epochs: [] });
    expect(momentText(analysis, run)).toBe('After epoch 4 of run 3.');
    expect(momentText({ ...analysis, afterEpochs: -1 }, run)).toContain('trained on since');
  });

  it('say how far it is', () => {
    expect(progressText(analysis)).toBe('Preparing');
    expect(progressText({ ...analysis, done: 2, total: 37 })).toBe('2 of 37');
    expect(progressText({ ...analysis, isCancelling: true })).toBe('Cancelling');
  });

  it('have signs only where a number is not zero', () => {
    expect([points(0.5, 0.512), points(0.5, 0.5), points(0.5, 0.50001)]).toEqual([
      '−1.2 points',
      '0.0 points',
      '0.0 points',
    ]);
    expect([change(10, 5), change(0, 5)]).toEqual(['−50.0 %', '–']);
    expect([short(-0.00123456), short(123456), short(Number.NaN)]).toEqual(['−0.00123', '123\u202f456', '–']);
  });
});
