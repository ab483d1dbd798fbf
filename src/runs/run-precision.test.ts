import { expect, test } from 'vitest';
import type { Environment, EpochMetrics } from '../protocol/training-event.ts';
import { fixtureEnvironment, fixtureMetrics } from './run-fixture.ts';
import { precisionMark } from './run-precision.ts';

const halves: Environment = { ...fixtureEnvironment, precision: 'f16' };
const epochs = (...precisions: readonly ('f16' | 'f32')[]): readonly EpochMetrics[] =>
  precisions.map((precision, epoch) => ({ ...fixtureMetrics(epoch), precision }));

test('a run that did not ask for half precision has no mark', () => {
  expect(precisionMark({ environment: null, epochs: [] })).toBeNull();
  expect(precisionMark({ environment: fixtureEnvironment, epochs: [fixtureMetrics(0)] })).toBeNull();
});

test('a run in half precision says so from its start', () => {
  expect(precisionMark({ environment: halves, epochs: [] })?.name).toBe('f16');
  expect(precisionMark({ environment: halves, epochs: epochs('f16', 'f16') })?.name).toBe('f16');
});

test('a device without halves, or without WebGPU, is named with the way out', () => {
  const refused = (precisionProblem: 'no-halves' | 'no-webgpu'): Environment => ({
    ...fixtureEnvironment,
    precision: 'f32',
    precisionProblem,
  });
  const adapter = precisionMark({ environment: refused('no-halves'), epochs: epochs('f32') });
  expect(adapter?.name).toBe('f32, not f16');
  expect(adapter?.note).toMatch(/no 16-bit floats .* trains in f32\. Another adapter/);
  expect(precisionMark({ environment: refused('no-webgpu'), epochs: [] })?.note).toMatch(
    /needs WebGPU, .* A browser with/,
  );
});

test('epochs that had to train in f32 are counted', () => {
  const some = precisionMark({ environment: halves, epochs: epochs('f32', 'f16', 'f32') });
  expect(some).toMatchObject({
    name: 'f16 and f32',
    note: expect.stringMatching(/^2 of 3 epochs trained in f32/) as string,
  });
  expect(precisionMark({ environment: halves, epochs: epochs('f32') })?.name).toBe('f32, not f16');
});
