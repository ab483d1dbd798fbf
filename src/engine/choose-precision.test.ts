import { expect, test } from 'vitest';
import { choosePrecision } from './choose-precision.ts';

const device = (...features: readonly string[]) => ({ features: new Set(features) }) as Pick<GPUDevice, 'features'>;

test('halves are for who asks for them and has them', () => {
  expect(choosePrecision('f16', device('shader-f16'))).toEqual({ precision: 'f16', problem: null });
  expect(choosePrecision('f32', device('shader-f16'))).toEqual({ precision: 'f32', problem: null });
});

test('where there are none it is f32, with the reason', () => {
  expect(choosePrecision('f16', device('timestamp-query'))).toEqual({ precision: 'f32', problem: 'no-halves' });
  expect(choosePrecision('f16', null)).toEqual({ precision: 'f32', problem: 'no-webgpu' });
  expect(choosePrecision('f32', null)).toEqual({ precision: 'f32', problem: null });
});
