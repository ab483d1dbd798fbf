import { parameterAlignment } from '../parameter-layout.ts';
import { type ParameterWork, siteOf } from '../parameter-work.ts';
import type { Bound, Kernel } from '../shader.ts';
import { eachVector, forParameter, rowText } from './parameter-rows.ts';

export interface PrepareWeights {
  readonly parameters: readonly ParameterWork[];
  readonly weights: Bound;
  readonly stats: Bound;
  /** What forward and backward pass use instead of the weights. */
  readonly effective: Bound;
  /** Invocations that share a block of parameters. */
  readonly lanes: number;
}

/** Fake quantization of all parameters; what nobody quantizes is copied. Null if nobody quantizes anything. */
export function prepareWeights({ parameters, weights, stats, effective, lanes }: PrepareWeights): Kernel | null {
  if (parameters.every(({ quantizer }) => quantizer === null)) return null;
  const quantized = parameters.filter(({ quantizer }) => quantizer?.program.value != null);
  const usesStats = parameters.some(({ quantizer }) => (quantizer?.program.slotCount ?? 0) > 0);
  return {
    label: 'effective weights',
    reads: { weights, ...(usesStats && { stats }) },
    writes: { effective },
    workgroupSize: lanes,
    workgroups: weights.length / parameterAlignment,
    body: `
var isCopied = true;
${quantized.map((own) => quantizeText(own, lanes)).join('\n')}
for (var turn = select(0u, 1u, isCopied); turn > 0u; turn--) {
  ${eachVector(lanes, 'effective[index] = weights[index];')}
}`,
  };
}

function quantizeText({ place, quantizer }: ParameterWork, lanes: number): string {
  const { program, base } = quantizer!;
  const loaded = new Map(program.scalarSlots.map((slot) => [slot, `known${String(slot)}`]));
  const site = { ...siteOf(place, `${String(base)}u`, 'n', lanes), loaded };
  const { statements, value } = program.value!(site, { w: 'w', row: 'row', c4: 'c4' });
  const text = `${statements}\neffective[index] = ${value};`;
  const loads = [...loaded].filter(([, name]) => text.includes(name));
  return forParameter(
    place,
    `isCopied = false;
  ${loads.map(([slot, name]) => `let ${name} = stats[${String(base + slot)}u];`).join('\n')}
  ${eachVector(lanes, `let w = weights[index];\n${rowText(place, text)}\n${text}`)}`,
  );
}
