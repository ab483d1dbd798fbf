import { expect, it } from 'vitest';
import { type Effort, planRounds } from './measure-case.ts';

const effort: Effort = { rounds: 9, roundMs: 400, roundSteps: 4, systemMs: 40_000, checkedSteps: 10 };

it('fast systems fill their rounds', () => {
  expect(planRounds(4, effort)).toEqual({ stepsPerRound: 100, rounds: 9 });
});

it('slower ones take some steps in a row, and fewer rounds', () => {
  expect(planRounds(1000, effort)).toEqual({ stepsPerRound: 4, rounds: 9 });
  expect(planRounds(2000, effort)).toEqual({ stepsPerRound: 4, rounds: 5 });
});

it('the slowest take two rounds of a single step', () => {
  expect(planRounds(60_000, effort)).toEqual({ stepsPerRound: 1, rounds: 2 });
});
