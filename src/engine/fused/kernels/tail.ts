import type { PoolLayer } from '../../../core/network.ts';
import type { ActivationKind } from '../blocks.ts';
import { type MapShape, pixelIndex, type Placement } from '../placement.ts';
import type { Bound } from '../shader.ts';
import { activationText } from './activation.ts';
import type { Bindings } from './bindings.ts';
import { float } from './loss-head.ts';

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
  readonly activation: TailActivation;
  readonly pool: PoolLayer | null;
  readonly inner: MapShape;
  readonly output: MapShape;
}

export type TailActivation = ActivationKind | null;

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

export const vectorsIn = ({ inner }: Tail): number => Math.ceil(inner[2] / 4);
export const positionsIn = ({ inner }: Tail): number => inner[0] * inner[1];
export const windowSize = ({ pool }: Tail): number => pool?.size ?? 1;

/** Statements that declare `${prefix}Mean`, `…Inverse`, `…Scale` and `…Shift` of a vector of channels. */
export function normText(
  norm: Norm,
  vectors: number,
  bindings: Bindings,
  channel: string,
  isTraining: boolean,
): string {
  const numbers = bindings.read(norm.statistics);
  const weights = bindings.read(norm.weights);
  const at = (row: number): string => `${numbers}[${String(norm.offset + row * vectors)}u + ${channel}]`;
  const inverse = isTraining ? at(1) : `inverseSqrt(${at(3)} + ${float(norm.epsilon)})`;
  return `
  let mean = ${at(isTraining ? 0 : 2)};
  let inverse = ${inverse};
  let scale = ${weights}[${String(norm.scale)}u + ${channel}];
  let shift = ${weights}[${String(norm.shift)}u + ${channel}];`;
}

/** vec4f of a tail's value before the activation. `mean` and so on have been declared. */
export function summedText(tail: Tail, bindings: Bindings, site: Site): string {
  const { source, norm, added } = tail;
  const raw = `${bindings.read(source.bound)}[${indexAt(source, site)}]`;
  const normalized = norm ? `((${raw} - mean) * inverse * scale + shift)` : raw;
  return added ? `(${normalized} + ${bindings.read(added.bound)}[${indexAt(added, site)}])` : normalized;
}

/** The same behind the activation. */
export function activatedText(tail: Tail, value: string): string {
  return activationText(tail.activation, value);
}

/** Statements that make `sample`, `windowY` and `windowX` of the number of a window; `rows`: windows along each axis. */
export function windowText(item: string, [rows, columns]: readonly [number, number]): string {
  return `
  let sample = ${item} / ${String(rows * columns)}u;
  let windowY = (${item} / ${String(columns)}u) % ${String(rows)}u;
  let windowX = ${item} % ${String(columns)}u;`;
}
