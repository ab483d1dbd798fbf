import type { AnalysisRequest, BitTargets } from '../../protocol/analysis.ts';
import { type Built, countProblem, readCount } from './analysis-settings.ts';

export interface BitWidthSettings {
  readonly targets: BitTargets;
  /** As the reader writes them: "8 6 4". */
  readonly bits: string;
  readonly perChannel: boolean;
  readonly calibrationSamples: string;
  readonly samples: string;
}

export const bitWidthDefaults: BitWidthSettings = {
  targets: 'weights',
  bits: '8 6 5 4 3 2',
  perChannel: false,
  calibrationSamples: '500',
  samples: '1000',
};

export function buildBitWidths(
  settings: BitWidthSettings,
): Built<Extract<AnalysisRequest, { kind: 'bit-widths' }>['kind'], 'bits' | 'samples' | 'calibrationSamples'> {
  const bits = readBits(settings.bits);
  const samples = readCount(settings.samples);
  const needsRanges = settings.targets !== 'weights';
  const calibrationSamples = needsRanges ? readCount(settings.calibrationSamples) : 1;
  if (bits !== null && samples !== null && calibrationSamples !== null) {
    const { targets, perChannel } = settings;
    return { ok: true, request: { kind: 'bit-widths', targets, bits, perChannel, calibrationSamples, samples } };
  }
  return {
    ok: false,
    problems: {
      ...(bits === null && { bits: 'Whole numbers from 1 to 16, with spaces between.' }),
      ...(samples === null && { samples: countProblem }),
      ...(calibrationSamples === null && { calibrationSamples: countProblem }),
    },
  };
}

/** Different widths, the most bits first; null if the text is none. */
export function readBits(text: string): readonly number[] | null {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  const bits = [...new Set(words.map(Number))];
  const areWidths = bits.every((value) => Number.isInteger(value) && value >= 1 && value <= 16);
  return bits.length > 0 && areWidths ? bits.toSorted((a, b) => b - a) : null;
}
