import { type Bound, each, type Kernel } from '../shader.ts';
import { rangeDeclarations } from '../tracked-ranges.ts';
import { Bindings } from './bindings.ts';
import type { GatherTarget } from './gather.ts';
import { programOf, quantizedScope, quantizedSetup, type QuantizedActivation } from './quantized-activation.ts';

const workgroupSize = 64;

/** Fake quantization of the inputs of a batch, in place. Borders and filling stay zero. */
export function quantizeInput(
  target: { readonly bound: Bound } & GatherTarget,
  quantizer: QuantizedActivation,
): Kernel {
  const { bound } = target;
  const bindings = new Bindings({ writes: { x: bound } });
  const setup = quantizedSetup(quantizer, bindings);
  const isImage = target.kind === 'image';
  const { statements, value } = programOf(quantizer).output(isImage ? 'vec4f(given)' : 'given', quantizedScope, 'o');
  return {
    label: 'quantized input',
    ...bindings.kernel,
    workgroupSize,
    workgroups: Math.ceil(bound.length / workgroupSize),
    declarations: rangeDeclarations,
    body: `
if (index >= ${String(bound.length)}u) { return; }
${setup}
let given = x[index];
${statements}
${isImage ? imageText(target, value) : vectorText(target, value)}`,
  };
}

function imageText(
  { height, width, channels, border, rows, columns }: Extract<GatherTarget, { kind: 'image' }>,
  value: string,
): string {
  if (border === 0) return `x[index] = ${value}.x;`;
  return `
let column = index / ${String(channels)}u % ${String(columns)}u;
let row = index / ${String(channels * columns)}u % ${String(rows)}u;
let isInside = column - ${String(border)}u < ${String(width)}u && row - ${String(border)}u < ${String(height)}u;
x[index] = select(0.0, ${value}.x, isInside);`;
}

function vectorText({ place }: Extract<GatherTarget, { kind: 'vectors' }>, value: string): string {
  const { channels, vectors } = place;
  if (channels % 4 === 0) return `x[index] = ${value};`;
  const last = channels % 4;
  const kept = each(4, (lane) => `${String(lane < last)},`);
  return `x[index] = select(vec4f(), ${value}, vec4<bool>(${kept}) | vec4<bool>(index % ${String(vectors)}u + 1u < ${String(vectors)}u));`;
}
