import type { ParameterAxes } from './parameter-axes.ts';
import { argumentsOf, reachable, type ReductionNode, type ValueNode } from './value-graph.ts';

/** Statistics that can be computed at the same time, before a barrier. */
export interface StatisticsStep {
  /** Reductions of the same values over the same axes share one pass. */
  readonly passes: readonly (readonly ReductionNode[])[];
  /** Formulas of numbers per group, by the axes of the groups. */
  readonly formulas: readonly (readonly ValueNode[])[];
  /** What was computed before this step, and may be read. */
  readonly ready: ReadonlySet<ValueNode>;
}

export interface StatisticsPlan {
  /** Where each stored number per group, or of all, stands. */
  readonly slots: ReadonlyMap<ValueNode, number>;
  readonly slotCount: number;
  /** From the weights alone. */
  readonly before: readonly StatisticsStep[];
  /** What only the gradient needs, from the weights and the gradient of the values; empty if the weights alone would do. */
  readonly after: readonly StatisticsStep[];
}

/** The name of the gradient of the values among sources. */
export const valueGradient = 'g';

/**
 * @param values Needed before the gradient of the values is known.
 * @param gradients Needed afterwards.
 */
export function planStatistics(
  axes: ParameterAxes,
  values: readonly ValueNode[],
  gradients: readonly ValueNode[],
): StatisticsPlan {
  const stored = storedNodes(axes, [...values, ...gradients]);
  const slots = new Map<ValueNode, number>();
  let slotCount = 0;
  for (const node of stored) {
    slots.set(node, slotCount);
    slotCount += axes.units(node.axes) * (axes.isVector(node.axes) ? 4 : 1);
  }
  const needsGradient = stored.some((node) =>
    reachable([node]).some((part) => part.kind === 'source' && part.name === valueGradient),
  );
  const early = needsGradient ? new Set(reachable(values)) : new Set(stored);
  const before = stepsOf(new Set(stored.filter((node) => early.has(node))), new Set());
  const done = new Set(stored.filter((node) => early.has(node)));
  const after = stepsOf(new Set(stored.filter((node) => !early.has(node))), done);
  return { slots, slotCount, before, after };
}

/** Whether the weights' own extremes are all that has to be known of them. */
export function needsExtremesOnly({ before, after }: StatisticsPlan): boolean {
  const isExtreme = ({ operation, value, axes }: ReductionNode): boolean =>
    operation !== 'sum' && value.kind === 'source' && value.name !== valueGradient && axes.length === 0;
  const isEarly = before.every(
    ({ passes, formulas }) => passes.flat().every(isExtreme) && formulas.flat().every(({ axes }) => axes.length === 0),
  );
  return isEarly && before.length > 0 && after.length === 0;
}

/** All reductions, and formulas per group where something of other axes, or a reduction, reads them; arguments first. */
function storedNodes(axes: ParameterAxes, roots: readonly ValueNode[]): readonly ValueNode[] {
  const all = reachable(roots);
  const stored = new Set<ValueNode>(all.filter(({ kind }) => kind === 'reduction'));
  const isPerGroup = (node: ValueNode): boolean => node.kind === 'element' && node.axes.length < axes.lengths.length;
  for (const node of all) {
    for (const part of argumentsOf(node)) {
      if (isPerGroup(part) && (node.kind === 'reduction' || node.axes.length !== part.axes.length)) stored.add(part);
    }
  }
  for (const root of roots) if (isPerGroup(root)) stored.add(root);
  return all.filter((node) => stored.has(node));
}

/** Puts each node into the first step that comes after all it needs. */
function stepsOf(stored: ReadonlySet<ValueNode>, done: ReadonlySet<ValueNode>): readonly StatisticsStep[] {
  const steps = new Map<ValueNode, number>();
  /** Steps that must be over before a value can be computed along `axes`. */
  const required = (node: ValueNode, axes: readonly number[]): number => {
    if (done.has(node)) return 0;
    const isElsewhere = node.kind === 'reduction' || node.axes.length !== axes.length;
    if (stored.has(node) && isElsewhere) return steps.get(node)!;
    return Math.max(0, ...argumentsOf(node).map((part) => required(part, node.axes)));
  };
  for (const node of stored) {
    // A reduction reads formulas per group from their slots.
    const own =
      node.kind === 'reduction' && stored.has(node.value)
        ? (steps.get(node.value) ?? 0)
        : Math.max(
            0,
            ...argumentsOf(node).map((part) => required(part, node.kind === 'reduction' ? part.axes : node.axes)),
          );
    steps.set(node, own + 1);
  }
  const last = Math.max(0, ...steps.values());
  return Array.from({ length: last }, (_, step) => {
    const nodes = [...stored].filter((node) => steps.get(node) === step + 1);
    const ready = new Set([...done, ...[...stored].filter((node) => steps.get(node)! <= step)]);
    return {
      passes: groupBy(
        nodes.flatMap((node) => (node.kind === 'reduction' ? [node] : [])),
        ({ axes, value }) => `${value.axes.join()} to ${axes.join()}`,
      ),
      formulas: groupBy(
        nodes.filter(({ kind }) => kind === 'element'),
        ({ axes }) => axes.join(),
      ),
      ready,
    };
  });
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly (readonly Item[])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()];
}
