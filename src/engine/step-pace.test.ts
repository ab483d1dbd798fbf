import { expect, test } from 'vitest';
import { StepPace } from './step-pace.ts';

function paceOf(msPerStep: number): number {
  const pace = new StepPace();
  for (let group = 0; group < 20; group++) pace.note(pace.steps, pace.steps * msPerStep);
  return pace.steps;
}

test('the first step is by itself, as nobody knows how long it takes', () => {
  expect(new StepPace().steps).toBe(1);
});

test('steps that fit into an eighth of a second are submitted together', () => {
  expect(paceOf(24)).toBe(5);
  expect(paceOf(40)).toBe(3);
});

test('a step that takes longer is by itself', () => {
  expect(paceOf(450)).toBe(1);
});

test('however short steps are, a group of them is not longer than their places in memory', () => {
  expect(paceOf(0.2)).toBe(16);
});
