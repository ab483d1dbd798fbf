import { describe, expect, it } from 'vitest';
import { lossDifference, missingResult, spreadOf } from './bench-record.ts';

describe('the spread of times', () => {
  it('has the middle one of an odd number', () => {
    expect(spreadOf([5, 1, 30])).toEqual({ median: 5, min: 1, max: 30 });
  });

  it('has the mean of the middle two of an even number', () => {
    expect(spreadOf([4, 1, 2, 30])).toEqual({ median: 3, min: 1, max: 30 });
  });

  it('does not exist without times', () => {
    expect(() => spreadOf([])).toThrow(RangeError);
  });
});

describe('losses', () => {
  it('are compared step by step, relative to the reference, as far as both go', () => {
    expect(lossDifference([2, 1.1], [2, 1, 0.5])).toBeCloseTo(0.1, 12);
    expect(lossDifference([2, 1, 9], [2, 1])).toBe(0);
  });

  it('that are not finite are no losses', () => {
    expect(() => lossDifference([2, NaN], [2, 1])).toThrow('The loss of step 2 is NaN');
    expect(() => lossDifference([], [2])).toThrow('no losses');
  });
});

it('a row without figures has every key of a row, and a reason', () => {
  const row = missingResult({ model: 'mlp', system: 'tfjs-fit', variant: 'kd' }, 'cannot');
  expect(row).toMatchObject({ model: 'mlp', system: 'tfjs-fit', variant: 'kd', msPerStep: null, reason: 'cannot' });
  const keys = ['msPerStep', 'dispatches', 'pipelines', 'submits', 'readBacks', 'jsMsPerStep', 'firstStepMs'];
  expect(Object.keys(row)).toEqual(expect.arrayContaining(keys));
});
