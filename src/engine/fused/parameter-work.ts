import type { ParameterSpec } from '../../core/network.ts';
import type { Regularizer } from '../../methods/regularizer.ts';
import type { ActiveQuantization } from '../active-quantization.ts';
import type { LossTerm } from '../policy.ts';
import { filledRowText, type ParameterPlace } from './parameter-layout.ts';
import type { Plan } from './plan.ts';
import type { ParameterProgram } from './symbolic/parameter-program.ts';
import { programs } from './symbolic-programs.ts';
import type { ParameterSite } from './symbolic/write-statistics.ts';

/** A program of a method, with the slots in `stats` that are its own. */
export interface PlacedProgram {
  readonly program: ParameterProgram;
  readonly base: number;
}

/** A penalty as part of the loss. */
export interface PlacedPenalty extends PlacedProgram {
  /** What its gradient is multiplied by. */
  readonly factor: number;
  /** Position among the parts of the loss. */
  readonly part: number;
}

/** Everything that methods do to one parameter in a step. */
export interface ParameterWork {
  readonly place: ParameterPlace;
  readonly quantizer: PlacedProgram | null;
  readonly penalties: readonly PlacedPenalty[];
  /** What zeroes weights after each step, in calling order. */
  readonly thresholds: readonly PlacedProgram[];
  readonly masksGradient: boolean;
  /**
   * Number of the parameter among those whose extremes a step leaves for the next, which need not look at all weights then;
   * null if that would not do.
   */
  readonly tracked: number | null;
}

/** What methods do to the parameters of a network. */
export interface MethodWork {
  readonly parameters: readonly ParameterWork[];
  /** f32 in `stats`. */
  readonly slotCount: number;
  /** Parameters whose extremes are tracked. */
  readonly trackedCount: number;
}

export interface MethodsAtWork {
  readonly quantization: ActiveQuantization | null;
  readonly terms: readonly LossTerm[];
  readonly thresholds: readonly Regularizer[];
  readonly masksGradient: (parameter: string) => boolean;
}

/** So many bits are as good as float. */
const bitsOfFloat = 32;

/** Null if a method has no fused form. To be called after `loadPrograms` if there are methods. */
export function planMethodWork(plan: Plan, methods: MethodsAtWork): MethodWork | null {
  let slotCount = 0;
  let trackedCount = 0;
  let problems = 0;
  const put = (program: ParameterProgram | null): PlacedProgram | null => {
    if (program === null) {
      problems++;
      return null;
    }
    const placed = { program, base: slotCount };
    slotCount += program.slotCount;
    return placed;
  };
  const parameters = plan.layout.places.map((place): ParameterWork => {
    const { spec } = place;
    const quantizer = quantizes(methods.quantization, spec)
      ? put(
          programs().traceParameterQuantizer(
            methods.quantization!.quantizer,
            spec,
            methods.quantization!.bitsOf(spec.name),
          ),
        )
      : null;
    const penalties = penaltiesOf(methods.terms, spec).flatMap(({ regularizer, ...rest }): PlacedPenalty[] => {
      const placed = put(programs().tracePenalty(regularizer, spec));
      return placed ? [{ ...placed, ...rest }] : [];
    });
    const thresholds = methods.thresholds
      .filter((regularizer) => regularizer.touches(spec))
      .flatMap((regularizer) => put(programs().traceThreshold(regularizer, spec)) ?? []);
    // A second one would have to know what the first has left.
    if (thresholds.length > 1) problems++;
    // What a threshold zeroes comes after the step has seen its weights.
    const isTracked = quantizer !== null && quantizer.program.fromExtremes !== null && thresholds.length === 0;
    const tracked = isTracked ? trackedCount++ : null;
    return { place, quantizer, penalties, thresholds, masksGradient: methods.masksGradient(spec.name), tracked };
  });
  return problems === 0 ? { parameters, slotCount, trackedCount } : null;
}

function quantizes(quantization: ActiveQuantization | null, { name }: ParameterSpec): boolean {
  return quantization !== null && quantization.quantizes(name) && quantization.bitsOf(name) < bitsOfFloat;
}

function penaltiesOf(
  terms: readonly LossTerm[],
  spec: ParameterSpec,
): readonly { readonly regularizer: Regularizer; readonly factor: number; readonly part: number }[] {
  return terms.flatMap((term, part) => {
    if (term.kind !== 'penalty' || !term.regularizer.touches(spec)) return [];
    // Distillation weighs everything that is in the loss before it.
    const factor = terms
      .slice(part + 1)
      .reduce((product, later) => (later.kind === 'distillation' ? product * later.studentWeight : product), 1);
    return [{ regularizer: term.regularizer, factor, part }];
  });
}

/** Where a program finds its parameter in a shader that has `weights`, `stats` and `lane`. */
export function siteOf(place: ParameterPlace, base: string, prefix: string, lanes: number): ParameterSite {
  const { offset, vectors } = place;
  return {
    base,
    prefix,
    weight4: (row, c4) => `weights[${String(offset)}u + ${filledRowText(place, row)} * ${String(vectors)}u + ${c4}]`,
    lane: 'lane',
    lanes,
  };
}
