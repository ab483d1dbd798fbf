import { type Bound, divisorUpTo, each, type Kernel, loadText, storeText } from '../shader.ts';
import { rangeDeclarations } from '../tracked-ranges.ts';
import { Bindings } from './bindings.ts';
import type { GatherTarget } from './gather.ts';
import { programOf, quantizedScope, quantizedSetup, type QuantizedActivation } from './quantized-activation.ts';

/** Vectors that one invocation takes, at most: each computes the scale for itself. */
const mostVectors = 8;

/**
 * Fake quantization of the inputs of a batch, in place. Borders and filling stay zero.
 *
 * @param workgroupSize Kernels that are merged have the same.
 */
export function quantizeInput(
  target: { readonly bound: Bound } & GatherTarget,
  quantizer: QuantizedActivation,
  workgroupSize = 64,
): Kernel {
  const bound = inVectors(target);
  const isImage = bound.type === 'f32';
  const bindings = new Bindings({ writes: { x: bound } });
  const setup = quantizedSetup(quantizer, bindings);
  const run = divisorUpTo(bound.length, mostVectors);
  const count = bound.length / run;
  const { statements, value } = programOf(quantizer).output(isImage ? 'vec4f(given)' : 'given', quantizedScope, 'o');
  const write = target.kind === 'image' ? imageText(target, value, isImage) : vectorText(target, value);
  return {
    label: 'quantized input',
    ...bindings.kernel,
    workgroupSize,
    workgroups: Math.ceil(count / workgroupSize),
    declarations: rangeDeclarations,
    body: `
if (index >= ${String(count)}u) { return; }
${setup}
for (var at = index * ${String(run)}u; at < (index + 1u) * ${String(run)}u; at++) {
  let given = ${loadText(bound, 'x[at]')};
  ${statements}
  ${write}
}`,
  };
}

/** Images without a border are one run of values, which may be taken four at a time. */
function inVectors(target: { readonly bound: Bound } & GatherTarget): Bound {
  const { bound } = target;
  if (target.kind === 'vectors' || target.border > 0 || bound.length % 4 !== 0) return bound;
  return { buffer: bound.buffer, type: 'vec4f', length: bound.length / 4 };
}

function imageText(
  { height, width, channels, border, rows, columns }: Extract<GatherTarget, { kind: 'image' }>,
  value: string,
  isSingle: boolean,
): string {
  if (border === 0) return `x[at] = ${value}${isSingle ? '.x' : ''};`;
  return `
let column = at / ${String(channels)}u % ${String(columns)}u;
let row = at / ${String(channels * columns)}u % ${String(rows)}u;
let isInside = column - ${String(border)}u < ${String(width)}u && row - ${String(border)}u < ${String(height)}u;
x[at] = select(0.0, ${value}.x, isInside);`;
}

function vectorText(
  { place, bound }: { readonly bound: Bound } & Extract<GatherTarget, { kind: 'vectors' }>,
  value: string,
): string {
  const { channels, vectors } = place;
  if (channels % 4 === 0) return storeText(bound, 'x[at]', value);
  const last = channels % 4;
  const kept = each(4, (lane) => `${String(lane < last)},`);
  const isOwn = `vec4<bool>(${kept}) | vec4<bool>(at % ${String(vectors)}u + 1u < ${String(vectors)}u)`;
  return storeText(bound, 'x[at]', `select(vec4f(), ${value}, ${isOwn})`);
}
