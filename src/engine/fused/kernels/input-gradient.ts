import type { ActivationKind } from '../blocks.ts';
import { pixelIndex, type Placement } from '../placement.ts';
import type { Bound } from '../shader.ts';
import { activationGradientText } from './activation.ts';
import type { Bindings } from './bindings.ts';
import { indexAt, setupText, type Site, type Tail } from './tail.ts';
import type { TailFactors } from './tail-forward.ts';
import { learnedFinish, learnedSetup, windowGradientText } from './tail-gradient.ts';

/**
 * Where the gradient of a layer's input goes: on through whatever the layer before fused behind itself, so that its own
 * gradient is what is written.
 */
export type InputGradient =
  | { readonly kind: 'plain'; readonly place: Placement; readonly bound: Bound; readonly isAdded: boolean }
  /** `output`: what the layer before put out, placed like its reader wants it. */
  | {
      readonly kind: 'activated';
      readonly activation: ActivationKind | null;
      readonly output: Bound;
      readonly outputPlace: Placement;
      readonly place: Placement;
      readonly bound: Bound;
    }
  /** To the position of each window that was its largest. */
  | {
      readonly kind: 'pooled';
      readonly activation: ActivationKind | null;
      readonly output: Bound;
      readonly outputPlace: Placement;
      readonly codes: Bound;
      readonly place: Placement;
      readonly bound: Bound;
    }
  /** Back through a tail that had a kernel of its own, or none: what it did is computed again. */
  | { readonly kind: 'tail'; readonly tail: Tail; readonly place: Placement; readonly bound: Bound }
  /** Back through a tail that left what that takes. `outputPlace`: of what it left, without border. */
  | {
      readonly kind: 'factored';
      readonly left: TailFactors;
      readonly size: number;
      readonly outputPlace: Placement;
      readonly place: Placement;
      readonly bound: Bound;
    };

export interface GradientSite {
  readonly sample: string;
  readonly y: string;
  readonly x: string;
  readonly vector: string;
  readonly gradient: string;
}

/** Statements that come before those of `inputGradientText`, once per invocation. */
export function inputGradientSetup(target: InputGradient, bindings: Bindings): string {
  if (target.kind !== 'tail') return '';
  return `${setupText(target.tail, bindings)}\n${learnedSetup(target.tail)}`;
}

/** Statements that come after them, with one of the sites. */
export function inputGradientFinish(
  target: InputGradient,
  bindings: Bindings,
  { sample, y, x, vector }: Omit<GradientSite, 'gradient'>,
): string {
  return target.kind === 'tail' ? learnedFinish(target.tail, bindings, { sample, y, x, vector }) : '';
}

/** WGSL that passes on the gradient of one vector of a layer's input. */
export function inputGradientText(target: InputGradient, site: GradientSite, bindings: Bindings): string {
  const { sample, y, x, vector, gradient } = site;
  const at = (place: Placement): string => `${pixelIndex(place, sample, y, x)} + ${vector}`;
  switch (target.kind) {
    case 'plain':
      return bindings.store(target.bound, at(target.place), gradient, target.isAdded);
    case 'activated': {
      const { activation } = target;
      const output = activation === null ? '' : bindings.load(target.output, at(target.outputPlace));
      return bindings.store(target.bound, at(target.place), activationGradientText(activation, gradient, output));
    }
    case 'pooled':
      return pooledText(target, site, bindings);
    case 'factored':
      return factoredText(target, site, bindings);
    case 'tail': {
      const { tail, place } = target;
      const handOn = (part: Site): string => bindings.store(target.bound, indexAt({ place }, part), 'change');
      return windowGradientText({ tail, window: site, given: gradient, value: null, handOn }, bindings);
    }
  }
}

function pooledText(
  { activation, output, outputPlace, codes, place, bound }: Extract<InputGradient, { kind: 'pooled' }>,
  { sample, y, x, vector, gradient }: GradientSite,
  bindings: Bindings,
): string {
  // A window whose largest was cut by a ReLU has a code that is no position.
  const isCoded = activation === 'relu' || activation === null;
  const largest = isCoded ? '' : bindings.load(output, `${pixelIndex(outputPlace, sample, y, x)} + ${vector}`);
  const codePlace = { ...outputPlace, offset: null, border: 0, rows: outputPlace.height, columns: outputPlace.width };
  const positions = [0, 1, 2, 3].map((code) => {
    const at = pixelIndex(place, sample, `(${y}) * 2u + ${String(code >> 1)}u`, `(${x}) * 2u + ${String(code & 1)}u`);
    return bindings.store(bound, `${at} + ${vector}`, `select(vec4f(), passed, code == vec4u(${String(code)}u))`);
  });
  return `{
  let code = ${bindings.loadNumbers(codes, `${pixelIndex(codePlace, sample, y, x)} + ${vector}`)};
  let passed = ${isCoded ? gradient : activationGradientText(activation, gradient, largest)};
  ${positions.join('\n  ')}
}`;
}

function factoredText(
  { left, size, outputPlace, place, bound }: Extract<InputGradient, { kind: 'factored' }>,
  { sample, y, x, vector, gradient }: GradientSite,
  bindings: Bindings,
): string {
  const from = `${pixelIndex(outputPlace, sample, y, x)} + ${vector}`;
  const passed = `${gradient} * ${bindings.load(left.factors, from)}`;
  const { codes } = left;
  if (codes === null) return bindings.store(bound, `${pixelIndex(place, sample, y, x)} + ${vector}`, passed);
  const positions = Array.from({ length: size ** 2 }, (_, part) => {
    const [dy, dx] = [Math.floor(part / size), part % size];
    const along = (axis: string, shift: number): string => `(${axis}) * ${String(size)}u + ${String(shift)}u`;
    const at = `${pixelIndex(place, sample, along(y, dy), along(x, dx))} + ${vector}`;
    return bindings.store(bound, at, `select(vec4f(), passed, code == vec4u(${String(part)}u))`);
  });
  return `{
  let code = ${bindings.loadNumbers(codes, from)};
  let passed = ${passed};
  ${positions.join('\n  ')}
}`;
}
