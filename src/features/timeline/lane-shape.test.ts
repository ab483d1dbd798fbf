import { describe, expect, it } from 'vitest';
import type { PolicyLane } from '../../schedule/preflight-types.ts';
import { laneName, laneShape, laneWords } from './lane-shape.ts';

const nowhere = { line: 1, column: 1, offset: 0 };

function lane(changes: Partial<PolicyLane> = {}): PolicyLane {
  return {
    policy: 0,
    kind: 'pruner',
    instanceName: 'gradual',
    className: 'AutomatedGradualPruner',
    epochs: [2, 4],
    startingEpoch: 2,
    endingEpoch: 6,
    timing: { form: 'range', startingEpoch: 2, endingEpoch: 6, frequency: 2 },
    touches: ['fc1.weight'],
    weightCount: 16384,
    fact: '5 → 90 %',
    curve: [0.1, 0.9],
    range: { start: nowhere, end: nowhere },
    ...changes,
  };
}

describe('laneShape', () => {
  it('holds each value until the next active epoch, the last one until the exclusive end', () => {
    expect(laneShape(lane(), 8)).toEqual({
      form: 'bar',
      from: 2,
      to: 6,
      steps: [
        { from: 2, to: 4, value: 0.1 },
        { from: 4, to: 6, value: 0.9 },
      ],
    });
  });

  it('ends with the run and keeps values inside of the lane', () => {
    const shape = laneShape(lane({ endingEpoch: 20, curve: [-1, 7] }), 5);
    expect(shape).toMatchObject({ form: 'bar', to: 5, steps: [{ value: 0 }, { to: 5, value: 1 }] });
  });

  it('draws a pruner that acts once as a moment, a quantizer of one epoch as a bar', () => {
    expect(laneShape(lane({ epochs: [2] }), 8)).toEqual({ form: 'moment', at: 2 });
    expect(laneShape(lane({ kind: 'quantizer', epochs: [2], endingEpoch: 3 }), 8).form).toBe('bar');
  });

  it('says that a policy touches nothing, unless it has nothing to touch', () => {
    expect(laneShape(lane({ touches: [], weightCount: 0 }), 8)).toMatchObject({ form: 'nothing', words: '0 weights' });
    expect(laneShape(lane({ kind: 'lr_scheduler', touches: [] }), 8).form).toBe('bar');
  });

  it('says that a policy begins after the run', () => {
    expect(laneShape(lane({ epochs: [], startingEpoch: 9, endingEpoch: 12 }), 8)).toMatchObject({
      form: 'nothing',
      words: 'never acts in these 8 epochs',
    });
  });
});

describe('laneWords', () => {
  it('names fact, epochs, rhythm and size', () => {
    expect(laneName(lane())).toBe('gradual, AutomatedGradualPruner');
    expect(laneWords(lane(), 8)).toBe('5 → 90 %, epochs 2 to 6, every 2 epochs, 16\u202f384 weights');
    expect(laneWords(lane({ epochs: [3], fact: '95 %' }), 8)).toBe('95 %, once, in epoch 3, 16\u202f384 weights');
  });
});
