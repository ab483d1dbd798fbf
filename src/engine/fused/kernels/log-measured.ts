import type { Bound, Kernel } from '../shader.ts';

/** Adds up what a batch measured and writes it to its line of a log of vectors. */
export function logMeasured(measured: Bound, log: Bound, batch: number): Kernel {
  return {
    label: 'log',
    reads: { measured },
    writes: { log },
    usesStep: true,
    workgroupSize: 1,
    workgroups: 1,
    body: `
var sum = vec4f();
for (var b = 0u; b < ${String(batch)}u; b++) { sum += measured[b]; }
log[step.slot] = sum;`,
  };
}
