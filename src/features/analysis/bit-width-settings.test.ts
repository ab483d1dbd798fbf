import { expect, test } from 'vitest';
import { bitWidthDefaults, buildBitWidths, readBits } from './bit-width-settings.ts';

test('widths are read in any order, each once, the most bits first', () => {
  expect(readBits('2, 8 4;8')).toEqual([8, 4, 2]);
  for (const text of ['', '0', '17', '3.5', 'x']) expect(readBits(text)).toBeNull();
});

test('ranges of activations need samples, weights do not', () => {
  const wrong = { ...bitWidthDefaults, calibrationSamples: '0' };
  expect(buildBitWidths(wrong)).toMatchObject({ ok: true });
  expect(buildBitWidths({ ...wrong, targets: 'both' })).toMatchObject({
    ok: false,
    problems: { calibrationSamples: expect.any(String) as string },
  });
});

test('a request holds what the reader chose', () => {
  expect(buildBitWidths({ ...bitWidthDefaults, bits: '4 2', perChannel: true })).toEqual({
    ok: true,
    request: {
      ...{ kind: 'bit-widths', targets: 'weights', bits: [4, 2], perChannel: true },
      ...{ calibrationSamples: 1, samples: 1000 },
    },
  });
});
