import { describe, expect, it } from 'vitest';
import { zoo } from '../zoo/zoo.ts';
import type { Run } from './run.ts';
import { fixtureFinishedRun, fixtureRun } from './run-fixture.ts';
import { type Classroom, runToSend, teachingProblem, teachingRun } from './teaching.ts';

const first = fixtureFinishedRun('first', 1);
const second = fixtureFinishedRun('second', 2);
const points: Run = { ...fixtureFinishedRun('points', 3), model: 'mlp_2d', dataset: 'moons' };
const failed: Run = { ...fixtureFinishedRun('failed', 4), status: 'failed' };

function classroom(change: Partial<Classroom> = {}): Classroom {
  const runs = [first, second, points, failed];
  return { runs, hasWeights: () => true, chosenId: null, dataset: 'fashion_mnist', zoo, ...change };
}

describe('teachingRun', () => {
  it('is the run trained last that can teach', () => {
    expect(teachingRun(classroom())?.id).toBe('second');
    expect(teachingRun(classroom({ hasWeights: (id) => id === 'first' }))?.id).toBe('first');
    expect(teachingRun(classroom({ dataset: 'circles' }))?.id).toBe('points');
  });

  it('is the chosen one as long as it can teach', () => {
    expect(teachingRun(classroom({ chosenId: 'first' }))?.id).toBe('first');
    expect(teachingRun(classroom({ chosenId: 'points' }))?.id).toBe('second');
    expect(teachingRun(classroom({ chosenId: 'deleted' }))?.id).toBe('second');
  });

  it('is nobody where nobody can', () => {
    expect(teachingRun(classroom({ runs: [points, failed] }))).toBeNull();
  });
});

describe('runToSend', () => {
  it('is a run on other data if no other has weights, for the worker to refuse', () => {
    expect(runToSend(classroom({ runs: [points, failed] }))?.id).toBe('points');
    expect(runToSend(classroom({ runs: [failed] }))).toBeNull();
    expect(runToSend(classroom({ hasWeights: () => false }))).toBeNull();
  });
});

describe('teachingProblem', () => {
  it('gives the reason', () => {
    expect(teachingProblem(first, classroom())).toBeNull();
    expect(teachingProblem(fixtureRun(), classroom())).toContain('not over');
    expect(teachingProblem(failed, classroom())).toContain('failed');
    expect(teachingProblem({ ...first, status: 'stopped', epochs: [] }, classroom())).toContain('stopped');
    expect(teachingProblem(first, classroom({ hasWeights: () => false }))).toContain('train it again');
    expect(teachingProblem(points, classroom())).toContain('moons');
  });
});
