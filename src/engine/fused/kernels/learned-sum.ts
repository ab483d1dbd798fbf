import { type Bound, hoisted, type Kernel } from '../shader.ts';

export interface LearnedSum {
  readonly partials: Bound;
  /** First addend, and how many there are. */
  readonly from: number;
  readonly count: number;
  /** Position of the sum. */
  readonly to: number;
  /** WGSL of what it is multiplied by, see `meanGradient`. */
  readonly factor: string | null;
}

const workgroupSize = 64;

/** Adds up the gradient of a learned scalar, always in the same order. */
export function learnedSum({ partials, from, count, to, factor }: LearnedSum, gradients: Bound): Kernel {
  return {
    label: 'learned scalar',
    reads: { partials },
    writes: { gradients },
    usesStep: factor !== null,
    workgroupSize,
    workgroups: 1,
    declarations: `var<workgroup> parts: array<f32, ${String(workgroupSize)}>;`,
    body: `
var sum = 0.0;
for (var at = lane; at < ${String(count)}u; at += ${String(workgroupSize)}u) { sum += partials[${hoisted('from', from)} + at]; }
parts[lane] = sum;
workgroupBarrier();
if (lane == 0u) {
  var all = 0.0;
  for (var at = 0u; at < ${String(workgroupSize)}u; at++) { all += parts[at]; }
  gradients[${hoisted('to', to)}] = ${factor === null ? 'all' : `all * ${factor}`};
}`,
  };
}
