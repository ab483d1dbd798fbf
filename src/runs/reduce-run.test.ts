import { describe, expect, it } from 'vitest';
import type { TrainingEvent } from '../protocol/training-event.ts';
import { reduceRun } from './reduce-run.ts';
import type { Run } from './run.ts';
import {
  fixtureEpochEnd,
  fixtureFinished,
  fixtureFinishedRun,
  fixtureProgress,
  fixtureRun,
  fixtureStarted,
} from './run-fixture.ts';

const id = 'run-a';
const after = (...events: TrainingEvent[]): Run => events.reduce(reduceRun, fixtureRun(id));

describe('reduceRun', () => {
  it('starts in preparation and shows its stage', () => {
    expect(fixtureRun(id).status).toBe('preparing');
    const run = after({ type: 'preparing', runId: id, what: 'data', done: 3, total: 12 });
    expect(run).toMatchObject({ status: 'preparing', preparing: [{ what: 'data', done: 3, total: 12 }] });
  });

  it('learns model, data and size when training starts', () => {
    expect(after(fixtureStarted(id))).toMatchObject({
      status: 'training',
      preparing: null,
      model: 'cnn_mnist',
      dataset: 'mnist',
      epochCount: 2,
      stepsPerEpoch: 128,
      environment: { backend: 'webgpu' },
    });
  });

  it('goes back to preparing for shaders and on with the first step', () => {
    const shaders: TrainingEvent = { type: 'preparing', runId: id, what: 'shaders', done: 6, total: 9 };
    expect(after(fixtureStarted(id), shaders).status).toBe('preparing');
    expect(after(fixtureStarted(id), shaders, fixtureProgress(id, 0, 1))).toMatchObject({
      status: 'training',
      preparing: null,
      position: { epoch: 0, step: 1 },
    });
  });

  it('collects epochs and keeps the latest snapshot of each parameter', () => {
    const run = after(fixtureStarted(id), fixtureEpochEnd(id, 0), fixtureEpochEnd(id, 1));
    expect(run.epochs.map(({ epoch }) => epoch)).toEqual([0, 1]);
    expect(Object.keys(run.snapshots)).toEqual(['fc1.weight']);
  });

  it('pauses where the worker says and resumes', () => {
    const paused = after(fixtureStarted(id), fixtureProgress(id, 0, 4), {
      type: 'paused',
      runId: id,
      epoch: 0,
      step: 5,
    });
    expect(paused).toMatchObject({ status: 'paused', position: { epoch: 0, step: 5 } });
    const validated = after(fixtureStarted(id), { ...fixtureProgress(id, 0, 128), phase: 'validating' });
    const between = reduceRun(validated, { type: 'paused', runId: id, epoch: 1, step: 0 });
    expect(between.position).toEqual({ epoch: 1, step: 0, phase: 'training' });
    expect(reduceRun(paused, { type: 'resumed', runId: id }).status).toBe('training');
  });

  it('tests, then finishes with its result', () => {
    const testing = after(fixtureStarted(id), { ...fixtureProgress(id, 1, 128), phase: 'testing', samples: [] });
    expect(testing.status).toBe('testing');
    expect(reduceRun(testing, fixtureFinished(id))).toMatchObject({ status: 'finished', result: { top1: 0.974 } });
  });

  it('takes the shapes that thinning leaves', () => {
    const { parameters } = fixtureStarted(id);
    const thinned = parameters.map((spec) => ({ ...spec, shape: [1, 3], size: 3 }));
    const run = after(fixtureStarted(id), { type: 'network-changed', runId: id, parameters: thinned });
    expect(run).toMatchObject({ status: 'training', parameters: thinned });
  });

  it('keeps the failure', () => {
    const failure = { kind: 'diverged', message: 'The loss is not a number.', epoch: 1, step: 3 } as const;
    expect(after({ type: 'failed', runId: id, failure })).toMatchObject({ status: 'failed', failure });
  });

  it('changes nothing once it is over', () => {
    const finished = fixtureFinishedRun(id);
    const late: TrainingEvent[] = [
      fixtureProgress(id, 1, 3),
      fixtureEpochEnd(id, 1),
      { type: 'stopped', runId: id },
      { type: 'failed', runId: id, failure: { kind: 'internal', message: 'x' } },
    ];
    for (const event of late) expect(reduceRun(finished, event)).toBe(finished);
  });

  it('never changes the run it is given', () => {
    const before = Object.freeze(after(fixtureStarted(id), fixtureProgress(id, 0, 1)));
    const copy = structuredClone(before);
    reduceRun(before, fixtureProgress(id, 0, 2));
    reduceRun(before, fixtureEpochEnd(id, 0));
    expect(before).toEqual(copy);
  });

  it('thins samples evenly to at most 2000 over the whole run', () => {
    const steps = 1000;
    const epochs = 20;
    let run = after({ ...fixtureStarted(id), epochs, stepsPerEpoch: steps });
    for (let index = 0; index < epochs * steps; index += 4) {
      const epoch = Math.floor(index / steps);
      const samples = [0, 1, 2, 3].map((more) => ({ epoch, step: (index % steps) + more, loss: 1, top1: 0 }));
      run = reduceRun(run, { ...fixtureProgress(id, epoch, index % steps), samples });
    }
    expect(run.samples).toHaveLength(2000);
    const places = run.samples.map(({ epoch, step }) => epoch * steps + step);
    const gaps = places.slice(1).map((place, index) => place - (places[index] ?? 0));
    expect(new Set(gaps)).toEqual(new Set([10]));
    expect(places.at(-1)).toBe(epochs * steps - 1);
  });
});
