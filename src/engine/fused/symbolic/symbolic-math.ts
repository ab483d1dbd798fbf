import type { TensorMath } from '../../../methods/tensor-math.ts';
import { broadcast, ElementWise, type Expression, leaf } from './expression.ts';
import { NotTraceable, ValueGraph, type ValueNode } from './value-graph.ts';

/** Records what a method computes. Methods work on it as on tensors, once, and the formulas become parts of kernels. */
export interface SymbolicMath extends TensorMath<Expression> {
  readonly graph: ValueGraph;
  /** A given tensor of the whole shape. */
  readonly whole: (name: string) => Expression;
  /** A given number. */
  readonly given: (name: string) => Expression;
}

/**
 * Gradients are those of `engine/tensor-math.ts`, term by term.
 *
 * @param lengths Shape of the tensor that methods work on; NaN where it is not known.
 * @throws NotTraceable from its operations, where a formula cannot be expressed.
 */
export function createSymbolicMath(lengths: readonly number[]): SymbolicMath {
  const graph = new ValueGraph(lengths);
  return { graph, ...given(graph), ...arithmetic(graph), ...reductions(graph), ...withChosenGradients(graph) };
}

type Given = Pick<SymbolicMath, 'whole' | 'given' | 'scalar' | 'shape' | 'reshape' | 'stopGradient'>;

function given(graph: ValueGraph): Given {
  const all = graph.lengths.map((_, axis) => axis);
  return {
    whole: (name) => leaf(graph.source(name, all), all),
    given: (name) => leaf(graph.source(name, []), []),
    scalar: (value) => leaf(graph.constant(value), []),
    shape: ({ axes }) => axes.map((axis) => graph.count(axis === null ? [] : [axis])),
    reshape: (a, shape) => {
      const long = a.axes.filter((axis) => axis !== null && graph.count([axis]) > 1);
      let next = 0;
      const axes = shape.map((length) => {
        if (length === 1) return null;
        const axis = long[next++];
        if (typeof axis === 'number' && graph.count([axis]) === length) return axis;
        throw new NotTraceable(`A reshape to [${shape.join()}] mixes axes`);
      });
      return { value: a.value, axes, inputs: [a], backward: (gradient) => [gradient] };
    },
    stopGradient: ({ value, axes }) => leaf(value, axes),
  };
}

type Arithmetic = Pick<
  SymbolicMath,
  'add' | 'sub' | 'mul' | 'div' | 'neg' | 'square' | 'tanh' | 'relu' | 'minimum' | 'maximum' | 'where'
>;

/** As TensorFlow.js differentiates them. */
function arithmetic(graph: ValueGraph): Arithmetic {
  const each = new ElementWise(graph);
  const { element } = bound(graph);
  const number = (value: number): ValueNode => graph.constant(value);
  return {
    add: (a, b) =>
      each.apply(
        [a, b],
        (x, y) => element('add', x, y),
        (dy) => [dy, dy],
      ),
    sub: (a, b) =>
      each.apply(
        [a, b],
        (x, y) => element('sub', x, y),
        (dy) => [dy, element('neg', dy)],
      ),
    mul: (a, b) =>
      each.apply(
        [a, b],
        (x, y) => element('mul', x, y),
        (dy, [x, y]) => [element('mul', dy, y!), element('mul', dy, x!)],
      ),
    div: (a, b) => quotient(each, each.operand(a), each.operand(b)),
    neg: (a) =>
      each.apply(
        [a],
        (x) => element('neg', x),
        (dy) => [element('neg', dy)],
      ),
    square: (a) =>
      each.apply(
        [a],
        (x) => element('mul', x, x),
        (dy, [x]) => [element('mul', dy, element('mul', x!, number(2)))],
      ),
    tanh: (a) =>
      each.apply(
        [a],
        (x) => element('tanh', x),
        (dy, [x]) => {
          const y = element('tanh', x!);
          return [element('mul', element('sub', number(1), element('mul', y, y)), dy)];
        },
      ),
    relu: (a) =>
      each.apply(
        [a],
        (x) => element('maximum', x, number(0)),
        (dy, [x]) => [element('mul', dy, element('greater', x!, number(0)))],
      ),
    minimum: (a, b) =>
      each.apply(
        [a, b],
        (x, y) => element('minimum', x, y),
        (dy, [x, y]) => [
          element('mul', dy, element('greaterEqual', y!, x!)),
          element('mul', dy, element('greater', x!, y!)),
        ],
      ),
    maximum: (a, b) =>
      each.apply(
        [a, b],
        (x, y) => element('maximum', x, y),
        (dy, [x, y]) => [
          element('mul', dy, element('greaterEqual', x!, y!)),
          element('mul', dy, element('greater', y!, x!)),
        ],
      ),
    where: (condition, a, b) => {
      const { value: chosen } = condition;
      const otherwise = element('sub', number(1), chosen);
      return each.apply(
        [{ ...condition, inputs: [], backward: null }, a, b],
        (c, x, y) => element('select', c, x, y),
        (dy) => [number(0), element('mul', dy, chosen), element('mul', dy, otherwise)],
      );
    },
  };
}

/** The sum of a broadcast divisor's gradient comes before its division. */
function quotient(each: ElementWise, a: Expression, b: Expression): Expression {
  const { element } = bound(each.graph);
  const value = element('div', a.value, b.value);
  const ofDivisor = (dy: ValueNode): ValueNode => {
    const weighted = each.fit(element('mul', dy, a.value), value.axes, b.value);
    return element('neg', element('div', weighted, element('mul', b.value, b.value)));
  };
  return {
    value,
    axes: broadcast([a, b]),
    inputs: [a, b],
    backward: (dy) => [each.fit(element('div', dy, b.value), value.axes, a.value), ofDivisor(dy)],
  };
}

function bound(graph: ValueGraph): Pick<ValueGraph, 'element'> {
  return { element: (operation, ...values) => graph.element(operation, ...values) };
}

type Reductions = Pick<SymbolicMath, 'sum' | 'mean' | 'min' | 'max'>;

function reductions(graph: ValueGraph): Reductions {
  const { element } = bound(graph);
  const over = (a: Expression, dimensions: readonly number[] | undefined): readonly number[] =>
    (dimensions ?? a.axes.map((_, dimension) => dimension)).flatMap((dimension) => a.axes.at(dimension) ?? []);
  const shapeOf = (a: Expression, dimensions: readonly number[] | undefined, keepDims: boolean): Expression['axes'] => {
    const isReduced = (dimension: number): boolean =>
      dimensions?.some((own) => (own + a.axes.length) % a.axes.length === dimension) ?? true;
    if (keepDims) return a.axes.map((axis, dimension) => (isReduced(dimension) ? null : axis));
    return a.axes.filter((_, dimension) => !isReduced(dimension));
  };
  const sum: SymbolicMath['sum'] = (a, dimensions, keepDims = false) => ({
    value: graph.reduce('sum', a.value, over(a, dimensions)),
    axes: shapeOf(a, dimensions, keepDims),
    inputs: [a],
    backward: (dy) => [dy],
  });
  const extreme =
    (operation: 'min' | 'max'): SymbolicMath['min'] =>
    (a, dimensions, keepDims = false) => {
      const axes = over(a, dimensions);
      const value = graph.reduce(operation, a.value, axes);
      return {
        value,
        axes: shapeOf(a, dimensions, keepDims),
        inputs: [a],
        backward: (dy) => {
          const attains = element('equal', a.value, value);
          return [element('mul', attains, element('div', dy, graph.reduce('sum', attains, axes)))];
        },
      };
    };
  const mean: SymbolicMath['mean'] = (a, dimensions, keepDims = false) => {
    const total = sum(a, dimensions, keepDims);
    const count = graph.constant(graph.count(over(a, dimensions)));
    return {
      ...total,
      value: element('div', total.value, count),
      inputs: [a],
      backward: (dy) => [element('div', dy, count)],
    };
  };
  return { sum, mean, min: extreme('min'), max: extreme('max') };
}

type Chosen = Omit<SymbolicMath, keyof Given | keyof Arithmetic | keyof Reductions | 'graph'>;

/** Operations whose gradient is chosen, not derived, and those that have none. */
function withChosenGradients(graph: ValueGraph): Chosen {
  const each = new ElementWise(graph);
  const { element } = bound(graph);
  const number = (value: number): ValueNode => graph.constant(value);
  const isAtLeast = (x: ValueNode, y: ValueNode): ValueNode => element('greaterEqual', x, y);
  return {
    abs: (a) =>
      each.apply(
        [a],
        (x) => element('abs', x),
        (dy, [x]) => [element('mul', dy, element('sign', x!))],
      ),
    sqrt: (a) =>
      each.apply(
        [a],
        (x) => element('sqrt', x),
        (dy, [x]) => {
          const root = element('sqrt', x!);
          const isZero = element('equal', root, number(0));
          const slope = element('div', number(0.5), element('add', root, isZero));
          return [element('mul', dy, element('select', isZero, number(0), slope))];
        },
      ),
    signWithoutZero: (a) =>
      each.constant([a], (x) => element('sub', element('mul', isAtLeast(x, number(0)), number(2)), number(1))),
    clip: (a, low, high) => {
      const [lower, upper] = [low, high].map((limit) => each.operand(limit).value) as [ValueNode, ValueNode];
      return each.apply(
        [a],
        (x) => element('minimum', element('maximum', x, lower), upper),
        (dy, [x]) => [element('mul', dy, element('mul', isAtLeast(x!, lower), isAtLeast(upper, x!)))],
      );
    },
    round: (a) => each.constant([a], (x) => element('round', x)),
    roundSte: (a) =>
      each.apply(
        [a],
        (x) => element('round', x),
        (dy) => [dy],
      ),
    straightThrough: (a, { value, axes }) => ({ value, axes, inputs: [a], backward: (dy) => [dy] }),
    greater: (a, b) => each.constant([a, b], (x, y) => element('greater', x, y)),
    greaterEqual: (a, b) => each.constant([a, b], isAtLeast),
    clipLearned: (a, alpha) =>
      each.apply(
        [a, alpha],
        (x, limit) => element('minimum', element('maximum', x, number(0)), limit),
        (dy, [x, limit]) => {
          const above = isAtLeast(x!, limit!);
          const inside = element('mul', element('greater', x!, number(0)), element('sub', number(1), above));
          return [element('mul', dy, inside), element('mul', dy, above)];
        },
      ),
  };
}
