import { filledRowText, type ParameterPlace } from '../parameter-layout.ts';
import { type ParameterWork, type PlacedProgram, siteOf } from '../parameter-work.ts';
import type { Bound, Kernel } from '../shader.ts';
import { rangeDeclarations, type RangeMemory } from '../tracked-ranges.ts';

export interface StatisticsBuffers {
  /** Invocations of a workgroup. */
  readonly lanes: number;
  readonly weights: Bound;
  readonly stats: Bound;
}

/** What quantizers and penalties have to know of all weights of a parameter before they act on one. */
export function parameterStatistics(parameters: readonly ParameterWork[], buffers: StatisticsBuffers): Kernel | null {
  const programs = parameters.flatMap(({ place, quantizer, penalties, tracked }) =>
    [...(quantizer === null || tracked !== null ? [] : [quantizer]), ...penalties].map((placed) => ({
      ...placed,
      place,
    })),
  );
  return statisticsKernel('statistics of parameters', programs, buffers);
}

/**
 * What quantizers have to know where the extremes of the weights are enough: the last step has left them. They are taken away,
 * so that the next step may leave its own; without any, what is known still holds. Null if there is no such parameter.
 */
export function rangesOfWeights(
  parameters: readonly ParameterWork[],
  { stats, lanes }: Pick<StatisticsBuffers, 'stats' | 'lanes'>,
  { extremes, weightExtremes }: RangeMemory,
): Kernel | null {
  const texts = parameters.flatMap(({ place, quantizer, tracked }): string[] => {
    if (quantizer === null || tracked === null) return [];
    const at = weightExtremes + 2 * tracked;
    const site = siteOf(place, `${String(quantizer.base)}u`, 'n', 1);
    return [
      `{
  let most = atomicExchange(&extremes[${String(at + 1)}u], 0u);
  let least = atomicExchange(&extremes[${String(at)}u], 0xffffffffu);
  if (most != 0u) { ${quantizer.program.fromExtremes!(site, (kind) => `valueOf(${kind === 'min' ? 'least' : 'most'})`)} }
}`,
    ];
  });
  if (texts.length === 0) return null;
  return {
    label: 'ranges of weights',
    writes: { stats, extremes },
    workgroupSize: lanes,
    workgroups: 1,
    declarations: rangeDeclarations,
    body: `for (var turn = select(0u, 1u, lane == 0u); turn > 0u; turn--) {
${texts.join('\n')}
}`,
  };
}

/** The same for thresholds, of the weights that a step has left. */
export function thresholdStatistics(parameters: readonly ParameterWork[], buffers: StatisticsBuffers): Kernel | null {
  const programs = parameters.flatMap(({ place, thresholds }) => thresholds.map((placed) => ({ ...placed, place })));
  return statisticsKernel('statistics of thresholds', programs, buffers);
}

interface LocatedProgram extends PlacedProgram {
  readonly place: ParameterPlace;
}

/** A workgroup per parameter and method. */
function statisticsKernel(
  label: string,
  programs: readonly LocatedProgram[],
  { weights, stats, lanes }: StatisticsBuffers,
): Kernel | null {
  const tasks = programs.flatMap(({ program, base, place }) => {
    const site = siteOf(place, `${String(base)}u`, 'n', lanes);
    // The gradient of a penalty does not wait for gradients that come back.
    const ofGradient = program.penaltySlot === null ? null : program.gradientStatistics?.(site, site.weight4);
    const texts = [program.statistics?.(site), ofGradient].filter((text) => text != null);
    return texts.length === 0 ? [] : [`{\n${texts.join('\n')}\n}`];
  });
  if (tasks.length === 0) return null;
  return {
    label,
    reads: { weights },
    writes: { stats },
    workgroupSize: lanes,
    workgroups: tasks.length,
    declarations: scratchOf(lanes),
    body: byWorkgroup(tasks),
  };
}

export interface GradientOfParameter {
  readonly work: ParameterWork;
  readonly sums: { readonly first: number; readonly pieces: number; readonly length: number };
}

/**
 * The same of what methods have to know of all gradients of a parameter.
 *
 * @param buffers `factor`: WGSL of what gradients are multiplied by, see `meanGradient`.
 */
export function gradientStatistics(
  parameters: readonly GradientOfParameter[],
  buffers: StatisticsBuffers & { readonly sums: Bound; readonly factor: string | null },
): Kernel | null {
  const { lanes, factor } = buffers;
  const functions: string[] = [];
  const tasks = parameters.flatMap(({ work, sums }, at) => {
    const { quantizer, place } = work;
    if (quantizer?.program.gradientStatistics == null) return [];
    const name = `gradient${String(at)}`;
    const inside = `${filledRowText(place, 'row')} * ${String(place.vectors)}u + c4`;
    functions.push(`fn ${name}(row: u32, c4: u32) -> vec4f {
  var sum = vec4f();
  for (var piece = 0u; piece < ${String(sums.pieces)}u; piece++) { sum += sums[${String(sums.first)}u + piece * ${String(sums.length)}u + ${inside}]; }
  return ${factor === null ? 'sum' : `sum * ${factor}`};
}`);
    const site = siteOf(place, `${String(quantizer.base)}u`, 'n', lanes);
    return [quantizer.program.gradientStatistics(site, (row, c4) => `${name}(${row}, ${c4})`)];
  });
  if (tasks.length === 0) return null;
  return {
    label: 'statistics of gradients',
    reads: { weights: buffers.weights, sums: buffers.sums },
    writes: { stats: buffers.stats },
    usesStep: factor !== null,
    workgroupSize: lanes,
    workgroups: tasks.length,
    declarations: `${scratchOf(lanes)}\n${functions.join('\n')}`,
    body: byWorkgroup(tasks),
  };
}

const scratchOf = (lanes: number): string => `var<workgroup> scratch: array<vec4f, ${String(lanes)}>;`;

/** A loop without a turn is skipped also by devices that run through all branches. */
function byWorkgroup(tasks: readonly string[]): string {
  return tasks
    .map((text, at) => `for (var turn = select(0u, 1u, group == ${String(at)}u); turn > 0u; turn--) ${text}`)
    .join('\n');
}
