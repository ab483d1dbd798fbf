import { expect, it } from 'vitest';
import { type Effort, planRounds, turnOrder } from './measure-case.ts';

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

it('variants of one system follow each other', () => {
  const turns = [
    { system: 'ours-reference', variant: 'plain' },
    { system: 'ours', variant: 'plain' },
    { system: 'ours-reference', variant: 'mask' },
    { system: 'ours', variant: 'mask' },
  ] as const;
  expect(turnOrder(turns).map(({ system, variant }) => `${system} ${variant}`)).toEqual([
    'ours plain',
    'ours mask',
    'ours-reference plain',
    'ours-reference mask',
  ]);
});
