import { describe, expect, it } from 'vitest';
import type { TrainingEvent, TrainingFailure } from '../protocol/training-event.ts';
import { reduceRun } from './reduce-run.ts';
import type { Run } from './run.ts';
import { fixtureEpochEnd, fixtureFinishedRun, fixtureProgress, fixtureRun, fixtureStarted } from './run-fixture.ts';
import { failureText, statusText, timeLeftMs } from './run-text.ts';

const id = 'run-a';
const after = (...events: TrainingEvent[]): Run => events.reduce(reduceRun, fixtureRun(id));
const started = { ...fixtureStarted(id), epochs: 12 };

describe('statusText', () => {
  it('counts epochs from one', () => {
    expect(statusText(after(started, fixtureProgress(id, 2, 40)))).toBe('Epoch 3 of 12, step 40 of 128');
  });

  it('says what is being prepared', () => {
    const preparing = (what: 'device' | 'data' | 'shaders', done: number, total: number): TrainingEvent => ({
      type: 'preparing',
      runId: id,
      what,
      done,
      total,
    });
    expect(statusText(after())).toBe('Preparing');
    expect(statusText(after(preparing('device', 0, 1)))).toBe('Opening the GPU');
    expect(statusText(after(preparing('data', 1_234_567, 3_100_000)))).toBe('Loading the data: 1.2 of 3.1 MB');
    expect(statusText(after(started, preparing('shaders', 0, 1)))).toBe('Compiling for the GPU');
    expect(statusText(after(started, preparing('shaders', 6, 9)))).toBe('Compiling for the GPU: 6 of 9 programs');
  });

  it('says all that is prepared at once, as long as it is not complete', () => {
    const data = (done: number): TrainingEvent => ({ type: 'preparing', runId: id, what: 'data', done, total: 3e6 });
    const shaders = (done: number): TrainingEvent => ({
      type: 'preparing',
      runId: id,
      what: 'shaders',
      done,
      total: 9,
    });
    const both = after(data(1e6), shaders(2), data(2e6));
    const opening: TrainingEvent = { type: 'preparing', runId: id, what: 'device', done: 0, total: 1 };
    expect(statusText(after(opening, data(0)))).toBe('Opening the GPU, loading data: 0.0 of 3.0 MB');
    expect(statusText(both)).toBe('Loading data: 2.0 of 3.0 MB, compiling: 2 of 9');
    expect(statusText([data(3e6), shaders(3)].reduce(reduceRun, both))).toBe('Compiling for the GPU: 3 of 9 programs');
    expect(statusText(reduceRun(both, shaders(9)))).toBe('Loading the data: 2.0 of 3.0 MB');
    expect(statusText([shaders(9), data(3e6)].reduce(reduceRun, both))).toBe('Loading the data: 3.0 of 3.0 MB');
  });

  it('says when it is paused, validating, testing or stopped', () => {
    const paused = after(started, { type: 'paused', runId: id, epoch: 2, step: 40 });
    expect(statusText(paused)).toBe('Paused: epoch 3 of 12, step 40 of 128');
    const validating = after(started, { ...fixtureProgress(id, 2, 128), phase: 'validating' });
    expect(statusText(validating)).toBe('Epoch 3 of 12, validating');
    const testing = after(started, { ...fixtureProgress(id, 11, 128), phase: 'testing' });
    expect(statusText(testing)).toBe('Measuring on the whole test set');
    const stopped = after(started, fixtureProgress(id, 2, 40), { type: 'stopped', runId: id });
    expect(statusText(stopped)).toBe('Stopped: epoch 3 of 12, step 40 of 128');
    expect(statusText(after({ type: 'stopped', runId: id }))).toBe('Stopped before the first step');
  });

  it('gives accuracy and sparsity at the end', () => {
    expect(statusText(fixtureFinishedRun())).toBe('Finished: 97.4 % accuracy, 90.0 % sparsity');
  });

  it('gives the failure and the way out', () => {
    const failure = { kind: 'diverged', message: 'NaN', epoch: 1, step: 3 } as const;
    const text = statusText(after(started, { type: 'failed', runId: id, failure }));
    expect(text).toBe(
      'The loss is no longer a number at epoch 2, step 4. Lower `lr` in the `training` block and press Train.',
    );
    const inHalves = { ...started, environment: { ...started.environment, precision: 'f16' as const } };
    expect(statusText(after(inHalves, { type: 'failed', runId: id, failure }))).toMatch(
      /step 4\. Lower `lr` in the `training` block, or write `precision: f32`, as f16 ends at 65504, and press Train\.$/,
    );
    expect(failureText({ kind: 'device-lost', message: 'reason: unknown', epoch: 6 })).toMatch(
      /^The GPU device was lost at epoch 7\. .*press Train/,
    );
  });

  it('ends the worker’s message as a sentence and knows a way out', () => {
    const message = 'It broke';
    const failures: readonly TrainingFailure[] = [
      { kind: 'invalid-schedule', message },
      { kind: 'data-unavailable', message, dataset: 'mnist' },
      { kind: 'out-of-memory', message },
      { kind: 'internal', message },
    ];
    for (const failure of failures) expect(failureText(failure)).toMatch(/^It broke\. .*press Train\b.*\.$/i);
  });
});

describe('timeLeftMs', () => {
  it('is unknown before the first steps and after the end', () => {
    expect(timeLeftMs(after(started))).toBeNull();
    expect(timeLeftMs(fixtureFinishedRun())).toBeNull();
  });

  it('goes by the pace of the steps in the first epoch', () => {
    const run = after({ ...started, epochs: 2 }, fixtureProgress(id, 0, 28));
    expect(timeLeftMs(run)).toBe(100 * 10 + 128 * 10);
  });

  it('goes by whole epochs, validation included, afterwards', () => {
    const run = after(
      { ...started, epochs: 4 },
      fixtureProgress(id, 0, 128),
      fixtureEpochEnd(id, 0),
      fixtureProgress(id, 1, 100),
    );
    expect(timeLeftMs(run)).toBe(28 * 10 + 2 * 1000);
  });
});
