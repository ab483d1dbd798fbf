import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TrainingEvent } from '../protocol/training-event.ts';
import { ProgressMeter } from './progress-meter.ts';
import type { MeasuredStep } from './train-step.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A step whose measurement comes back from the device after so long. */
function step(milliseconds: number): MeasuredStep {
  return {
    read: async () => {
      await vi.advanceTimersByTimeAsync(milliseconds);
      return { lossSum: 2, rightCount: 1, count: 2, parts: [] };
    },
    dispose: () => undefined,
  };
}

function paces(events: readonly TrainingEvent[]): number[] {
  return events.flatMap((event) => (event.type === 'progress' ? [event.msPerStep] : []));
}

test('the time of a step is what passes until it was measured, without pauses', async () => {
  const events: TrainingEvent[] = [];
  const meter = new ProgressMeter('run', (event) => events.push(event));
  meter.beginEpoch(0);
  meter.add(step(900));
  await meter.say();
  meter.startClock();
  for (let count = 0; count < 4; count++) meter.add(step(10));
  await meter.say();
  meter.stopClock();
  vi.advanceTimersByTime(60_000);
  meter.startClock();
  for (let count = 0; count < 4; count++) meter.add(step(20));
  await meter.endEpoch();
  vi.advanceTimersByTime(5000);
  meter.sayPhase(0, 'validating');
  expect(paces(events)).toEqual([0, 10, 15, 15]);
});
