import type { ParameterSpec } from '../../../core/network.ts';
import type { Quantizer } from '../../../methods/quantizer.ts';
import type { Regularizer } from '../../../methods/regularizer.ts';
import { differentiate, type Expression } from './expression.ts';
import { ParameterAxes } from './parameter-axes.ts';
import { needsExtremesOnly, planStatistics, valueGradient } from './plan-statistics.ts';
import { createSymbolicMath, type SymbolicMath } from './symbolic-math.ts';
import { NotTraceable, type ValueGraph, type ValueNode } from './value-graph.ts';
import { type Emitted, widen } from './write-shader.ts';
import { type ParameterSite, StatisticsWriter } from './write-statistics.ts';

/**
 * What a method computes of one parameter, as WGSL. The parameter lies in rows of vectors of four: rows are the positions
 * along all axes but the last, and the last axis is filled up with zeros, which no statistic counts and which every
 * result keeps.
 */
export interface ParameterProgram {
  /** f32 slots in `stats`, filled by `statistics` and `gradientStatistics`. */
  readonly slotCount: number;
  /** Statements for one workgroup, entered by all of its invocations; null if there is nothing to know. */
  readonly statistics: ((at: ParameterSite) => string) | null;
  /**
   * The same for one invocation that knows the extremes of the weights (f32 expressions); null if it takes more than that.
   * Slots are read by nobody before.
   */
  readonly fromExtremes: ((at: ParameterSite, extreme: (kind: 'min' | 'max') => string) => string) | null;
  /** Slots that hold one number of the whole parameter. */
  readonly scalarSlots: readonly number[];
  /** Whether the gradient goes through as it is. */
  readonly isStraightThrough: boolean;
  /** Effective weights, vec4f; null for a penalty. */
  readonly value: ((at: ParameterSite, vector: WeightVector) => Emitted) | null;
  /** d loss / d weights, vec4f; of a penalty what it adds to the gradient (g is not read). */
  readonly gradient: (at: ParameterSite, vector: WeightVector & { readonly g: string }) => Emitted;
  /** Like `statistics`, of what `gradient` needs besides, once g is known; null if there is nothing. */
  readonly gradientStatistics: ((at: ParameterSite, gradient4: ParameterSite['weight4']) => string) | null;
  /** Slot of the value of a penalty; null for others. */
  readonly penaltySlot: number | null;
  /** Mask of a threshold (1 keeps), vec4f; null for others. */
  readonly mask: ParameterProgram['value'];
}

/** Expressions of one vector: vec4f its weights `w` and g = d loss / d value, u32 its row and its place in the row. */
export interface WeightVector {
  readonly w: string;
  readonly row: string;
  readonly c4: string;
}

/** The formulas behind a program. */
export interface ParameterFormulas {
  readonly graph: ValueGraph;
  readonly value: ValueNode | null;
  readonly gradient: ValueNode;
  readonly penalty: ValueNode | null;
  readonly mask: ValueNode | null;
}

type Refused = (reason: string) => void;

/** Fake quantization of a parameter; null where it has no fused form. */
export function traceParameterQuantizer(
  quantizer: Quantizer,
  spec: ParameterSpec,
  bits: number,
  refused?: Refused,
): ParameterProgram | null {
  return trace(spec, () => quantizerFormulas(quantizer, spec, bits), refused);
}

/** The penalty of a parameter and its gradient; null where it has no fused form. */
export function tracePenalty(
  regularizer: Regularizer,
  spec: ParameterSpec,
  refused?: Refused,
): ParameterProgram | null {
  return trace(spec, () => penaltyFormulas(regularizer, spec), refused);
}

/** The weights times the mask of a threshold; null where there is no threshold, or no fused form. */
export function traceThreshold(
  regularizer: Regularizer,
  spec: ParameterSpec,
  refused?: Refused,
): ParameterProgram | null {
  return trace(spec, () => thresholdFormulas(regularizer, spec), refused);
}

interface Traced {
  readonly math: SymbolicMath;
  readonly weights: Expression;
}

function begin(spec: ParameterSpec): Traced {
  const math = createSymbolicMath(spec.shape);
  return { math, weights: math.whole('w') };
}

/** @throws NotTraceable */
export function quantizerFormulas(quantizer: Quantizer, spec: ParameterSpec, bits: number): ParameterFormulas {
  const { math, weights } = begin(spec);
  const { graph } = math;
  const { values } = quantizer.quantizeParameter<Expression>(math, weights, spec, bits);
  const [gradient] = differentiate(graph, values, math.whole(valueGradient).value, [weights]);
  return { graph, value: values.value, gradient: gradient ?? graph.constant(0), penalty: null, mask: null };
}

/** @throws NotTraceable */
export function penaltyFormulas(regularizer: Regularizer, spec: ParameterSpec): ParameterFormulas {
  const { math, weights } = begin(spec);
  const { graph } = math;
  const penalty = regularizer.penalty<Expression>(math, weights, spec);
  if (penalty.value.axes.length > 0) throw new NotTraceable('The penalty is no number');
  const [gradient] = differentiate(graph, penalty, graph.constant(1), [weights]);
  return { graph, value: null, gradient: gradient ?? graph.constant(0), penalty: penalty.value, mask: null };
}

/** Null without a threshold. @throws NotTraceable */
export function thresholdFormulas(regularizer: Regularizer, spec: ParameterSpec): ParameterFormulas | null {
  const { math, weights } = begin(spec);
  const { graph } = math;
  const mask = regularizer.thresholdMask<Expression>(math, weights, spec);
  if (mask === null) return null;
  const value = graph.element('mul', weights.value, mask.value);
  const gradient = graph.element('mul', math.whole(valueGradient).value, mask.value);
  return { graph, value, gradient, penalty: null, mask: mask.value };
}

function trace(
  spec: ParameterSpec,
  formulasOf: () => ParameterFormulas | null,
  refused: Refused | undefined,
): ParameterProgram | null {
  try {
    const formulas = formulasOf();
    return formulas && parameterProgram(new ParameterAxes(spec.shape), formulas);
  } catch (problem) {
    if (!(problem instanceof NotTraceable)) throw problem;
    refused?.(problem.message);
    return null;
  }
}

function parameterProgram(axes: ParameterAxes, formulas: ParameterFormulas): ParameterProgram {
  const { value, gradient, penalty, mask } = formulas;
  const early = [value, penalty, mask].filter((node) => node !== null);
  const plan = planStatistics(axes, early, [gradient]);
  const { slots, slotCount, before, after } = plan;
  const ready = new Set(slots.keys());
  const writerAt = (at: ParameterSite): StatisticsWriter => new StatisticsWriter(axes, slots, at);
  const elementOf = (root: ValueNode, at: ParameterSite, vector: WeightVector & { readonly g?: string }): Emitted => {
    const names = { row: `${at.prefix}row`, c4: `${at.prefix}c4` };
    const given = (name: string): string => (name === valueGradient ? (vector.g ?? 'g') : vector.w);
    const { statements, values } = writerAt(at).values([root], { axes: axes.all, ...names, given }, ready);
    const whole = widen(values[0]!, axes.typeOf(root), 'vec4f');
    const value = axes.isPadded ? `select(vec4f(0f), ${whole}, ${axes.isInside(names.c4)})` : whole;
    // Divisions are dear where a processor plays the card, so nobody is to find a place that is not asked for.
    const place = (['row', 'c4'] as const).filter((name) => `${statements}${value}`.includes(names[name]));
    return {
      statements: [...place.map((name) => `let ${names[name]} = ${vector[name]};`), statements].join('\n'),
      value,
    };
  };
  const ofWeights = (root: ValueNode | null): ParameterProgram['value'] =>
    root && ((at, vector) => elementOf(root, at, vector));
  if (penalty !== null && !slots.has(penalty)) throw new NotTraceable('The penalty does not depend on the weights');
  return {
    slotCount,
    statistics: before.length === 0 ? null : (at) => `{\n${writerAt(at).steps(before, null)}\n}`,
    fromExtremes: needsExtremesOnly(plan)
      ? (at, extreme) => writerAt(at).given(before, ({ operation }) => extreme(operation as 'min' | 'max'))
      : null,
    scalarSlots: [...slots].filter(([node]) => node.axes.length === 0).map(([, slot]) => slot),
    isStraightThrough: gradient.kind === 'source' && gradient.name === valueGradient,
    value: ofWeights(value),
    gradient: (at, vector) => elementOf(gradient, at, vector),
    gradientStatistics: after.length === 0 ? null : (at, gradient4) => `{\n${writerAt(at).steps(after, gradient4)}\n}`,
    penaltySlot: penalty && slots.get(penalty)!,
    mask: ofWeights(mask),
  };
}
