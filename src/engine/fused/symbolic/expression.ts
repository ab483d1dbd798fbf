import { NotTraceable, type ValueGraph, type ValueNode } from './value-graph.ts';

/**
 * A tensor as a formula, and how its gradient flows back. The value says nothing of gradients, so that `stopGradient` and
 * straight-through estimators share all of their arithmetic.
 */
export interface Expression {
  readonly value: ValueNode;
  /** For each dimension the axis of the whole tensor that it is, null for one of length 1. */
  readonly axes: readonly (number | null)[];
  /** What the gradient flows on to; empty if it ends here. */
  readonly inputs: readonly Expression[];
  /** d loss / d input for each input, given d loss / d this. */
  readonly backward: ((gradient: ValueNode) => readonly ValueNode[]) | null;
}

/** A value whose gradient is nobody's. */
export function leaf(value: ValueNode, axes: Expression['axes']): Expression {
  return { value, axes, inputs: [], backward: null };
}

/** Dimensions of two tensors after broadcasting, last ones aligned. */
export function broadcast(operands: readonly Expression[]): Expression['axes'] {
  const rank = Math.max(...operands.map(({ axes }) => axes.length));
  return Array.from({ length: rank }, (_, dimension) => {
    const present = operands.flatMap(({ axes }) => axes[dimension - rank + axes.length] ?? []);
    const axis = present[0] ?? null;
    if (present.some((other) => other !== axis)) throw new NotTraceable('Two axes of the tensor meet in one dimension');
    return axis;
  });
}

type Backward = (gradient: ValueNode, inputs: readonly ValueNode[]) => readonly ValueNode[];

/** Operations position by position, whose inputs broadcast. */
export class ElementWise {
  readonly graph: ValueGraph;

  constructor(graph: ValueGraph) {
    this.graph = graph;
  }

  operand(value: Expression | number): Expression {
    return typeof value === 'number' ? leaf(this.graph.constant(value), []) : value;
  }

  /** @param backward Gradients of the inputs in the shape of the result; those of broadcast inputs are summed up here. */
  apply(
    operands: readonly (Expression | number)[],
    forward: (...values: ValueNode[]) => ValueNode,
    backward: Backward,
  ): Expression {
    const inputs = operands.map((operand) => this.operand(operand));
    const values = inputs.map((input) => input.value);
    const value = forward(...values);
    return {
      value,
      axes: broadcast(inputs),
      inputs,
      backward: (gradient) => backward(gradient, values).map((own, at) => this.fit(own, value.axes, values[at]!)),
    };
  }

  /** Sums a gradient that has one number for each position along `axes` over those that an input lacks. */
  fit(gradient: ValueNode, axes: readonly number[], input: ValueNode): ValueNode {
    const lacking = axes.filter((axis) => !input.axes.includes(axis));
    return lacking.length === 0 ? gradient : this.graph.reduce('sum', gradient, lacking);
  }

  /** A value without gradient. */
  constant(operands: readonly (Expression | number)[], forward: (...values: ValueNode[]) => ValueNode): Expression {
    const { value, axes } = this.apply(operands, forward, () => []);
    return leaf(value, axes);
  }
}

/**
 * d loss / d each of `sources`, from d loss / d result; null where nothing flows.
 *
 * @param gradient Of the result; a number for each of its positions.
 */
export function differentiate(
  graph: ValueGraph,
  result: Expression,
  gradient: ValueNode,
  sources: readonly Expression[],
): readonly (ValueNode | null)[] {
  const gradients = new Map<Expression, ValueNode>([[result, gradient]]);
  for (const expression of consumersFirst(result)) {
    const own = gradients.get(expression);
    if (own === undefined || expression.backward === null) continue;
    const parts = expression.backward(own);
    expression.inputs.forEach((input, at) => {
      const known = gradients.get(input);
      const part = parts[at]!;
      gradients.set(input, known === undefined ? part : graph.element('add', known, part));
    });
  }
  return sources.map((source) => gradients.get(source) ?? null);
}

function consumersFirst(result: Expression): readonly Expression[] {
  const order: Expression[] = [];
  const seen = new Set<Expression>();
  const visit = (expression: Expression): void => {
    if (seen.has(expression)) return;
    seen.add(expression);
    expression.inputs.forEach(visit);
    order.push(expression);
  };
  visit(result);
  return order.reverse();
}
