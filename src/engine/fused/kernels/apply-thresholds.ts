import { parameterAlignment } from '../parameter-layout.ts';
import { type ParameterWork, siteOf } from '../parameter-work.ts';
import type { Bound, Kernel } from '../shader.ts';
import { forParameter, rowText } from './parameter-rows.ts';

/** Zeroes weights by the thresholds of regularizers, in place. Null if there are none. */
export function applyThresholds(
  parameters: readonly ParameterWork[],
  { weights, stats }: { readonly weights: Bound; readonly stats: Bound },
): Kernel | null {
  const own = parameters.filter(({ thresholds }) => thresholds.length > 0);
  if (own.length === 0) return null;
  const usesStats = own.some(({ thresholds }) => thresholds.some(({ program }) => program.slotCount > 0));
  return {
    label: 'thresholds',
    reads: usesStats ? { stats } : {},
    writes: { weights },
    workgroupSize: parameterAlignment,
    workgroups: weights.length / parameterAlignment,
    body: `
var w = weights[index];
${own.map(thresholdText).join('\n')}
weights[index] = w;`,
  };
}

function thresholdText({ place, thresholds }: ParameterWork): string {
  const texts = thresholds.flatMap(({ program, base }, at) => {
    if (program.value === null) return [];
    const site = siteOf(place, `${String(base)}u`, `t${String(at)}n`, parameterAlignment);
    const { statements, value } = program.value(site, { w: 'w', row: 'row', c4: 'c4' });
    return [`{ ${statements}\n  w = ${value}; }`];
  });
  const text = texts.join('\n  ');
  return forParameter(place, `${rowText(place, text)}\n  ${text}`);
}
