import type { Kernel } from '../shader.ts';
import { rangeDeclarations } from '../tracked-ranges.ts';
import { Bindings } from './bindings.ts';

/**
 * Work of a workgroup that has all values of its channels: it may sum over the whole batch and go on with the sums, so that
 * a batch normalization needs no dispatch of its own.
 */
export interface ChannelStage {
  /** Vectors of channels. */
  readonly vectors: number;
  /** WGSL for one vector of channels. Uniform; knows `lane`, `step` and the functions of `channelDeclarations`. */
  readonly text: (bindings: Bindings, channel: string) => string;
}

/** Invocations of such a workgroup. */
export const channelLanes = 64;
const rows = 8;

/** `total` adds up one vector per lane, always in the same order; every lane gets it. */
export const channelDeclarations = `
${rangeDeclarations}
var<workgroup> parts: array<vec4f, ${String(channelLanes)}>;
var<workgroup> rowParts: array<vec4f, ${String(rows)}>;
fn total(lane: u32, value: vec4f) -> vec4f {
  parts[lane] = value;
  workgroupBarrier();
  if (lane < ${String(rows)}u) {
    var sum = vec4f();
    for (var at = 0u; at < ${String(channelLanes / rows)}u; at++) { sum += parts[lane * ${String(channelLanes / rows)}u + at]; }
    rowParts[lane] = sum;
  }
  workgroupBarrier();
  var sum = vec4f();
  for (var at = 0u; at < ${String(rows)}u; at++) { sum += rowParts[at]; }
  return sum;
}`;

/** Stages one after the other for the channels from `first` on, each seeing what the one before wrote. */
export function stagesText(stages: readonly ChannelStage[], bindings: Bindings, first: string, owned: number): string {
  // A loop, not a text for each: these are long, and compiled once for every pipeline.
  return stages
    .map(
      (stage) => `storageBarrier();
for (var channel = ${first}; channel < ${first} + ${String(owned)}u; channel++) { ${stage.text(bindings, 'channel')} }`,
    )
    .join('\n');
}

/** Stages alone, in a kernel of their own. */
export function channelKernel(label: string, stages: readonly ChannelStage[]): Kernel {
  const bindings = new Bindings();
  const body = stagesText(stages, bindings, 'group', 1);
  return {
    label,
    ...bindings.kernel,
    usesStep: true,
    workgroupSize: channelLanes,
    workgroups: stages[0]?.vectors ?? 0,
    declarations: channelDeclarations,
    body,
  };
}
