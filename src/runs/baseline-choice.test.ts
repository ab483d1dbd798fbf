import { expect, test } from 'vitest';
import { baselineRun, readBaselineChoice, writeBaselineChoice } from './baseline-choice.ts';
import { fixtureFinishedRun, fixtureRun } from './run-fixture.ts';

test('the chosen run is the baseline, else the first that was trained', () => {
  const runs = [fixtureFinishedRun('c', 3), fixtureFinishedRun('b', 2), fixtureRun('a', 1)];
  expect(baselineRun(runs, null)?.id).toBe('b');
  expect(baselineRun(runs, 'c')?.id).toBe('c');
  expect(baselineRun(runs, 'gone')?.id).toBe('b');
  expect(baselineRun([fixtureRun()], null)).toBeNull();
});

test('a choice is read back, and anything else is none', () => {
  let value: string | null = null;
  const shelf = { getItem: () => value, setItem: (_: string, next: string) => void (value = next) };
  expect(readBaselineChoice(shelf)).toBeNull();
  writeBaselineChoice('run-7', shelf);
  expect(readBaselineChoice(shelf)).toBe('run-7');
  value = '{"version":1,"runId":7}';
  expect(readBaselineChoice(shelf)).toBeNull();
});
