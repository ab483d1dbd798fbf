import { parameterAlignment } from '../parameter-layout.ts';
import { type ParameterWork, siteOf } from '../parameter-work.ts';
import type { Bound, Kernel } from '../shader.ts';
import { rowText } from './parameter-rows.ts';

export interface PrepareWeights {
  readonly parameters: readonly ParameterWork[];
  readonly weights: Bound;
  readonly stats: Bound;
  /** What forward and backward pass use instead of the weights. */
  readonly effective: Bound;
}

/** Fake quantization of all parameters; what nobody quantizes is copied. Null if nobody quantizes anything. */
export function prepareWeights({ parameters, weights, stats, effective }: PrepareWeights): Kernel | null {
  if (parameters.every(({ quantizer }) => quantizer === null)) return null;
  const usesStats = parameters.some(({ quantizer }) => (quantizer?.program.slotCount ?? 0) > 0);
  return {
    label: 'effective weights',
    reads: { weights, ...(usesStats && { stats }) },
    writes: { effective },
    workgroupSize: parameterAlignment,
    workgroups: weights.length / parameterAlignment,
    body: `
let w = weights[index];
var value = w;
${parameters.map(quantizeText).join('\n')}
effective[index] = value;`,
  };
}

function quantizeText({ place, quantizer }: ParameterWork): string {
  if (quantizer?.program.value == null) return '';
  const groups = Math.ceil((place.rows * place.vectors) / parameterAlignment);
  const before = place.offset / parameterAlignment;
  const site = siteOf(place, `${String(quantizer.base)}u`, 'n', parameterAlignment);
  const { statements, value } = quantizer.program.value(site, { w: 'w', row: 'row', c4: 'c4' });
  return `for (var turn = select(0u, 1u, group >= ${String(before)}u && group < ${String(before + groups)}u); turn > 0u; turn--) {
  ${rowText(place)}
  ${statements}
  value = ${value};
}`;
}
