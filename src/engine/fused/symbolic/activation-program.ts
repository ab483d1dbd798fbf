import type { ActivationQuantizer } from '../../../methods/quantizer.ts';
import { differentiate, type Expression } from './expression.ts';
import type { ElementOperationName } from './operations.ts';
import { createSymbolicMath, type SymbolicMath } from './symbolic-math.ts';
import { argumentsOf, NotTraceable, reachable, type ValueGraph, type ValueNode } from './value-graph.ts';
import { type Emitted, type Names, widen, writeValues } from './write-shader.ts';

/** Where the shader of a step finds what a quantizer of activations needs. Every entry gives an f32 expression. */
export interface ActivationSources {
  /** Of the whole activation, in the order of `extremes`. */
  readonly extreme: (index: number) => string;
  /** Tracked state before the step. */
  readonly state: (name: string) => string;
  readonly learned: (name: string) => string;
}

/**
 * What a quantizer of activations computes, as WGSL. Names are unique by prefix: `scalars` declares those of the prefix
 * `scope`, which the other functions read; what these declare themselves starts with `locals`, which has to differ between
 * calls in one block. `x` and `dy` are vec4f expressions, evaluated once.
 */
export interface ActivationProgram {
  /** Extremes over the whole activation that must be known before the output is. */
  readonly extremes: readonly ActivationExtreme[];
  /** Statements that the other functions rely on. */
  readonly scalars: (sources: ActivationSources, scope: string) => string;
  /** State after the step by name, f32 expressions. Entries that do not change are absent, all if not training. */
  readonly nextState: (scope: string) => Readonly<Record<string, string>>;
  /** vec4f of what comes out. */
  readonly output: (x: string, scope: string, locals: string) => Emitted;
  /** d loss / d x, vec4f. */
  readonly gradient: (x: string, dy: string, scope: string, locals: string) => Emitted;
  readonly learned: readonly LearnedGradient[];
}

export interface ActivationExtreme {
  readonly kind: 'min' | 'max';
  /** vec4f, each component to be compared. */
  readonly of: (x: string, locals: string) => Emitted;
}

export interface LearnedGradient {
  readonly name: string;
  /** vec4f; d loss / d the learned scalar is the sum of all components over the whole activation. */
  readonly gradient: (x: string, dy: string, scope: string, locals: string) => Emitted;
}

/** The formulas behind a program. */
export interface ActivationFormulas {
  readonly graph: ValueGraph;
  readonly extremes: readonly ValueNode[];
  readonly output: ValueNode;
  readonly gradient: ValueNode;
  /** Addends of the gradients of learned scalars. */
  readonly learned: ReadonlyMap<string, ValueNode>;
  readonly state: ReadonlyMap<string, ValueNode>;
}

/**
 * The quantizer as parts of kernels; null where it has no such form, e.g. because it takes an average over the activation.
 *
 * @param refused Told why.
 */
export function traceActivation(
  quantizer: ActivationQuantizer,
  training: boolean,
  refused?: (reason: string) => void,
): ActivationProgram | null {
  try {
    return activationProgram(activationFormulas(quantizer, training));
  } catch (problem) {
    if (!(problem instanceof NotTraceable)) throw problem;
    refused?.(problem.message);
    return null;
  }
}

const stateName = (name: string): string => `state ${name}`;
const learnedName = (name: string): string => `learned ${name}`;

/** @throws NotTraceable */
export function activationFormulas(quantizer: ActivationQuantizer, training: boolean): ActivationFormulas {
  const math = createSymbolicMath([NaN]);
  const { graph } = math;
  const x = math.whole('x');
  const learned = quantizer.learned.map(({ name }): [string, Expression] => [name, math.given(learnedName(name))]);
  const state = Object.keys(quantizer.state).map((name): [string, Expression] => [name, math.given(stateName(name))]);
  const context = { training, learned: Object.fromEntries(learned), state: Object.fromEntries(state) };
  const result = quantizer.forward<Expression>(math, x, context);
  const [gradient, ...learnedGradients] = differentiate(graph, result.output, math.whole('dy').value, [
    x,
    ...learned.map(([, scalar]) => scalar),
  ]);
  const next = training ? Object.entries(result.state ?? {}) : [];
  const formulas = {
    graph,
    output: result.output.value,
    gradient: gradient ?? graph.constant(0),
    learned: new Map(
      learned.map(([name], at) => [name, addendOf(math, learnedGradients[at] ?? graph.constant(0))] as const),
    ),
    state: new Map(next.map(([name, { value }]) => [name, value] as const)),
  };
  return { ...formulas, extremes: extremesOf(formulas) };
}

/** What a gradient is the sum of over the activation: factors of a sum are multiplied into its addends. */
function addendOf(math: SymbolicMath, total: ValueNode): ValueNode {
  if (total.kind === 'constant' && total.value === 0) return total;
  if (total.kind === 'reduction' && total.operation === 'sum') return total.value;
  if (total.kind === 'element') {
    const isLinear = linearIn[total.operation];
    const summed = total.values.map(hasSum);
    if (isLinear?.(summed)) {
      const values = total.values.map((value, at) => (summed[at] ? addendOf(math, value) : value));
      return math.graph.element(total.operation, ...values);
    }
  }
  throw new NotTraceable('The gradient of a learned scalar is no sum over the activation');
}

/** Operations that a sum over the activation may go through, by which of their arguments have such a sum. */
const linearIn: Partial<Record<ElementOperationName, (summed: readonly boolean[]) => boolean>> = {
  neg: () => true,
  add: (summed) => summed.every(Boolean),
  sub: (summed) => summed.every(Boolean),
  mul: (summed) => summed.filter(Boolean).length === 1,
  div: ([dividend, divisor]) => dividend === true && divisor === false,
};

const hasSum = (node: ValueNode): boolean =>
  reachable([node]).some((part) => part.kind === 'reduction' && part.operation === 'sum');

function extremesOf({ output, gradient, learned, state }: Omit<ActivationFormulas, 'extremes'>): readonly ValueNode[] {
  for (const [name, { axes }] of state) {
    if (axes.length > 0) throw new NotTraceable(`The state \`${name}\` is no number`);
  }
  const found = reachable([output, gradient, ...learned.values(), ...state.values()]);
  const reductions = found.flatMap((node) => (node.kind === 'reduction' ? [node] : []));
  for (const { operation, value } of reductions) {
    if (operation === 'sum') throw new NotTraceable('The formula sums over an activation');
    const needed = reachable([value]);
    const isOwn = needed.every((node) => node.kind !== 'source' || node.name === 'x');
    if (!isOwn || needed.some(({ kind }) => kind === 'reduction')) {
      throw new NotTraceable('An extreme of an activation depends on more than its values');
    }
  }
  return reductions;
}

const isScalar = (node: ValueNode): boolean => node.axes.length === 0;
const typeOf: Names['typeOf'] = (node) => (isScalar(node) ? 'f32' : 'vec4f');

function activationProgram(formulas: ActivationFormulas): ActivationProgram {
  const { extremes, output, gradient, learned, state } = formulas;
  const shared = sharedScalars([output, gradient, ...learned.values()]);
  const scalars = [...new Set([...shared, ...state.values()])].filter(({ kind }) => kind !== 'constant');
  const scalarName = (node: ValueNode, scope: string): string => `${scope}${String(scalars.indexOf(node))}`;
  const elementOf =
    (root: ValueNode) =>
    (given: Readonly<Record<string, string>>, scope: string, locals: string): Emitted => {
      const bound = Object.entries(given).filter(([name]) => reads(root, name));
      const known: Names['known'] = (node) => {
        if (node.kind === 'source' && node.axes.length > 0) return `${locals}${node.name}`;
        return scalars.includes(node) ? scalarName(node, scope) : null;
      };
      const { statements, values } = writeValues([root], { prefix: locals, typeOf, known });
      const bindings = bound.map(([name, text]) => `let ${locals}${name} = ${text};`);
      const value = widen(values[0]!, root.kind === 'constant' ? 'f32' : typeOf(root), 'vec4f');
      return { statements: [...bindings, statements].join('\n'), value };
    };
  return {
    extremes: extremes.map((node) => {
      if (node.kind !== 'reduction') throw new RangeError('An extreme is a reduction');
      const of = elementOf(node.value);
      return { kind: node.operation as 'min' | 'max', of: (x, locals) => of({ x }, '', locals) };
    }),
    scalars: (sources, scope) => {
      const known: Names['known'] = (node) => {
        const extreme = extremes.indexOf(node);
        if (extreme >= 0) return sources.extreme(extreme);
        return node.kind === 'source' ? sourceText(node.name, sources) : null;
      };
      const { statements, values } = writeValues(scalars, { prefix: `${scope}t`, typeOf, known });
      return [statements, ...scalars.map((node, at) => `let ${scalarName(node, scope)} = ${values[at]!};`)].join('\n');
    },
    nextState: (scope) => Object.fromEntries([...state].map(([name, node]) => [name, scalarText(node, scope)])),
    output: (x, scope, locals) => elementOf(output)({ x }, scope, locals),
    gradient: (x, dy, scope, locals) => elementOf(gradient)({ x, dy }, scope, locals),
    learned: [...learned].map(([name, addend]) => ({
      name,
      gradient: (x, dy, scope, locals) => elementOf(addend)({ x, dy }, scope, locals),
    })),
  };

  function scalarText(node: ValueNode, scope: string): string {
    if (node.kind !== 'constant') return scalarName(node, scope);
    return writeValues([node], { prefix: scope, typeOf, known: () => null }).values[0]!;
  }
}

/** The scalars that values of the activation are computed from directly. */
function sharedScalars(roots: readonly ValueNode[]): readonly ValueNode[] {
  const elements = reachable(roots).filter((node) => !isScalar(node));
  const read = [...roots, ...elements.filter(({ kind }) => kind === 'element').flatMap(argumentsOf)];
  return [...new Set(read)].filter(isScalar);
}

const reads = (root: ValueNode, name: string): boolean =>
  reachable([root]).some((node) => node.kind === 'source' && node.name === name && node.axes.length > 0);

function sourceText(name: string, sources: ActivationSources): string {
  const [kind, ...words] = name.split(' ');
  const own = words.join(' ');
  return kind === 'state' ? sources.state(own) : sources.learned(own);
}
