import { describe, expect, it } from 'vitest';
import {
  changeFrequency,
  moveEnd,
  moveStart,
  moveTiming,
  type PolicyTiming,
  timingOf,
  timingWords,
  toggleEpoch,
} from './policy-timing.ts';

const range: PolicyTiming = { form: 'range', startingEpoch: 2, endingEpoch: 6, frequency: 2 };
const list: PolicyTiming = { form: 'list', epochs: [1, 4, 5] };

describe('policy timing', () => {
  it('is told in the words of the file, where the end is exclusive', () => {
    expect(timingWords(range)).toBe('epochs 2 to 6, every 2');
    expect(timingWords(list)).toBe('epochs 1, 4, 5');
    expect(timingOf({ window: { startingEpoch: 1, endingEpoch: 6, frequency: null }, epochs: [1, 4, 5] })).toEqual(
      list,
    );
  });

  it('moves as a whole and stops at both ends of the run', () => {
    expect(timingWords(moveTiming(range, 1, 8))).toBe('epochs 3 to 7, every 2');
    expect(timingWords(moveTiming(range, 9, 8))).toBe('epochs 4 to 8, every 2');
    expect(timingWords(moveTiming(list, -9, 8))).toBe('epochs 0, 3, 4');
  });

  it('may stay beyond the run where it was written so', () => {
    expect(timingWords(moveTiming(range, 1, 4))).toBe('epochs 2 to 6, every 2');
    expect(timingWords(moveTiming(range, -1, 4))).toBe('epochs 1 to 5, every 2');
  });

  it('never becomes shorter than an epoch, and its rhythm never longer than itself', () => {
    expect(timingWords(moveEnd(range, -3, 8))).toBe('epochs 2 to 3');
    expect(timingWords(moveStart(range, 9))).toBe('epochs 5 to 6');
    expect(timingWords(changeFrequency(range, 9))).toBe('epochs 2 to 6, every 4');
    expect(timingWords(changeFrequency(range, -9))).toBe('epochs 2 to 6');
  });

  it('does not let the ends of a list pass their neighbours', () => {
    expect(timingWords(moveStart(list, 9))).toBe('epochs 3, 4, 5');
    expect(timingWords(moveEnd(list, 9, 8))).toBe('epochs 1, 4, 7');
    expect(timingWords(moveEnd(list, -9, 8))).toBe('epochs 1, 4, 5');
  });

  it('lists an epoch in its place, and takes it out again, but never the last one', () => {
    expect(timingWords(toggleEpoch(list, 2))).toBe('epochs 1, 2, 4, 5');
    expect(timingWords(toggleEpoch(list, 7))).toBe('epochs 1, 4, 5, 7');
    expect(timingWords(toggleEpoch(list, 4))).toBe('epochs 1, 5');
    expect(toggleEpoch({ form: 'list', epochs: [3] }, 3)).toEqual({ form: 'list', epochs: [3] });
  });
});
