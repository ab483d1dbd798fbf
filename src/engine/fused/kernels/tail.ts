import type { PoolLayer } from '../../../core/network.ts';
import type { ActivationKind } from '../blocks.ts';
import { type MapShape, pixelIndex, type Placement } from '../placement.ts';
import type { Bound } from '../shader.ts';
import { activationGradientText, activationText } from './activation.ts';
import type { Bindings } from './bindings.ts';
import { each, float, hoisted, quotient, remainder } from '../shader.ts';
import { programOf, type QuantizedActivation, quantizedScope, quantizedSetup } from './quantized-activation.ts';

export interface Placed {
  readonly place: Placement;
  readonly bound: Bound;
}

/** A batch normalization: where its numbers are, in vectors. */
export interface Norm {
  readonly statistics: Bound;
  /** Mean and inverse deviation of the batch, running mean and running variance, so many vectors each. */
  readonly offset: number;
  readonly weights: Bound;
  readonly scale: number;
  readonly shift: number;
  readonly epsilon: number;
  readonly momentum: number;
  /** Where the gradients of scale and shift go, one after the other. */
  readonly sums: { readonly bound: Bound; readonly offset: number } | null;
}

/** What a block does with its affine layer's output, or with its input if it has none. */
export interface Tail {
  readonly label: string;
  readonly batch: number;
  readonly source: Placed;
  readonly norm: Norm | null;
  readonly added: Placed | null;
  readonly activation: ActivationKind | QuantizedActivation | null;
  readonly pool: PoolLayer | null;
  readonly inner: MapShape;
  readonly output: MapShape;
  /** Who wants to see the extremes of what comes out. */
  readonly observed: QuantizedActivation | null;
}

/** WGSL of an index in a buffer. */
export function indexAt({ place }: Pick<Placed, 'place'>, site: Site): string {
  return `${pixelIndex(place, site.sample, site.y, site.x)} + ${site.vector}`;
}

export interface Site {
  readonly sample: string;
  readonly y: string;
  readonly x: string;
  readonly vector: string;
}

export const vectorsIn = ({ inner }: Pick<Tail, 'inner'>): number => Math.ceil(inner[2] / 4);
export const positionsIn = ({ inner }: Tail): number => inner[0] * inner[1];
export const windowSize = ({ pool }: Tail): number => pool?.size ?? 1;

/** Statements that declare `mean`, `inverse`, `scale` and `shift` of a vector of channels. */
export function normText(
  norm: Norm,
  bindings: Bindings,
  {
    vectors,
    channel,
    isTraining,
  }: { readonly vectors: number; readonly channel: string; readonly isTraining: boolean },
): string {
  const at = (row: number): string =>
    bindings.load(norm.statistics, `${hoisted('statistics', norm.offset)} + ${String(row * vectors)}u + ${channel}`);
  const inverse = isTraining ? at(1) : `inverseSqrt(${at(3)} + ${float(norm.epsilon)})`;
  return `
  let mean = ${at(isTraining ? 0 : 2)};
  let inverse = ${inverse};
  let scale = ${bindings.load(norm.weights, `${hoisted('scale', norm.scale)} + ${channel}`)};
  let shift = ${bindings.load(norm.weights, `${hoisted('shift', norm.shift)} + ${channel}`)};`;
}

/** Statements that come before the other texts of a tail, once per invocation. */
export function setupText({ activation }: Tail, bindings: Bindings): string {
  return isQuantized(activation) ? quantizedSetup(activation, bindings) : '';
}

export function isQuantized(activation: Tail['activation']): activation is QuantizedActivation {
  return activation !== null && typeof activation === 'object';
}

/** vec4f of a tail's value before the activation. `mean` and so on have been declared. */
export function summedText(tail: Tail, bindings: Bindings, site: Site): string {
  const { source, norm, added } = tail;
  const raw = bindings.load(source.bound, indexAt(source, site));
  const normalized = norm ? `((${raw} - mean) * inverse * scale + shift)` : raw;
  return added ? `(${normalized} + ${bindings.load(added.bound, indexAt(added, site))})` : normalized;
}

/** Statements that declare `summed` and `value`: a tail's value before and behind the activation. */
export function valueText(tail: Tail, bindings: Bindings, site: Site): string {
  const { activation } = tail;
  const summed = `let summed = ${summedText(tail, bindings, site)};`;
  if (!isQuantized(activation)) return `${summed} let value = ${activationText(activation, 'summed')};`;
  const { statements, value } = programOf(activation).output('summed', quantizedScope, 'out_');
  return `${summed}\n${statements}\nlet value = ${value};`;
}

/** Statements that declare `change`, the gradient of `summed`, from `share`, the gradient of `value`. */
export function changeText({ activation }: Tail, bindings: Bindings): string {
  if (!isQuantized(activation)) return `let change = ${activationGradientText(activation, 'share', 'value')};`;
  const program = programOf(activation);
  const { statements, value } = program.gradient('summed', 'share', quantizedScope, 'back_');
  const learned = program.learned.map(({ gradient }, at) => {
    const own = gradient('summed', 'share', quantizedScope, `learn${String(at)}_`);
    return `${own.statements}\nlearned${String(at)} += ${bindings.isSingle ? `(${own.value}).x` : `dot(${own.value}, vec4f(1))`};`;
  });
  return `${statements}\nlet change = ${value};\n${learned.join('\n')}`;
}

/** Parts of a window that are written one by one: what is known of each then need not be computed. */
const mostParts = 4;

/** Statements for each position of a window, which know its number `part`. */
export function eachPart(tail: Tail, window: Site, text: (site: Site) => string): string {
  const size = windowSize(tail);
  const site = { ...window, y: 'partY', x: 'partX' };
  const places = (row: string, column: string): string =>
    `let partY = (${window.y}) * ${String(size)}u + ${row}; let partX = (${window.x}) * ${String(size)}u + ${column};`;
  if (size ** 2 > mostParts) {
    return `for (var part = 0u; part < ${String(size ** 2)}u; part++) {
    ${places(quotient('part', size), remainder('part', size))}
    ${text(site)}
  }`;
  }
  return each(
    size ** 2,
    (part) => `{
    let part = ${String(part)}u;
    ${places(`${String(Math.floor(part / size))}u`, `${String(part % size)}u`)}
    ${text(site)}
  }`,
  );
}

/** Statements that declare `pooled`, what comes out of a window. */
export function pooledText(tail: Tail, bindings: Bindings, site: Site): string {
  const { pool } = tail;
  if (pool === null) return `var pooled: vec4f; { ${valueText(tail, bindings, site)}\npooled = value; }`;
  const isMax = pool.kind === 'max-pool';
  const folded = isMax ? 'select(pooled, value, (value > pooled) | vec4<bool>(part == 0u))' : 'pooled + value';
  return `var pooled = vec4f();
  ${eachPart(tail, site, (part) => `${valueText(tail, bindings, part)}\npooled = ${folded};`)}
  ${isMax ? '' : `pooled *= ${float(1 / pool.size ** 2)};`}`;
}
