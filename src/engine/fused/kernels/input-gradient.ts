import type { ActivationKind } from '../blocks.ts';
import { pixelIndex, type Placement } from '../placement.ts';
import type { Bound } from '../shader.ts';
import { activationGradientText } from './activation.ts';

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
    };

/** Buffers that `inputGradientText` reads. */
export function inputGradientReads(target: InputGradient): Readonly<Record<string, Bound>> {
  switch (target.kind) {
    case 'plain':
      return {};
    case 'activated':
      return target.activation === null ? {} : { before: target.output };
    case 'pooled':
      return target.activation === 'tanh' || target.activation === 'sigmoid'
        ? { before: target.output, codes: target.codes }
        : { codes: target.codes };
  }
}

/** Buffers that `inputGradientText` writes. */
export function inputGradientWrites(target: InputGradient): Readonly<Record<string, Bound>> {
  return { dx: target.bound };
}

export interface GradientSite {
  readonly sample: string;
  readonly y: string;
  readonly x: string;
  readonly vector: string;
  readonly gradient: string;
}

/** WGSL that passes on the gradient of one vector of a layer's input. */
export function inputGradientText(target: InputGradient, site: GradientSite): string {
  const { sample, y, x, vector, gradient } = site;
  const at = (place: Placement): string => `${pixelIndex(place, sample, y, x)} + ${vector}`;
  switch (target.kind) {
    case 'plain':
      return `dx[${at(target.place)}] ${target.isAdded ? '+=' : '='} ${gradient};`;
    case 'activated': {
      const output = `before[${at(target.outputPlace)}]`;
      return `dx[${at(target.place)}] = ${activationGradientText(target.activation, gradient, output)};`;
    }
    case 'pooled':
      return pooledText(target, site);
  }
}

function pooledText(
  { activation, outputPlace, place }: Extract<InputGradient, { kind: 'pooled' }>,
  { sample, y, x, vector, gradient }: GradientSite,
): string {
  // A window whose largest was cut by a ReLU has a code that is no position.
  const isCoded = activation === 'relu' || activation === null;
  const output = `before[${pixelIndex(outputPlace, sample, y, x)} + ${vector}]`;
  const codePlace = { ...outputPlace, offset: 0, border: 0, rows: outputPlace.height, columns: outputPlace.width };
  const positions = [0, 1, 2, 3].map((code) => {
    const at = pixelIndex(place, sample, `(${y}) * 2u + ${String(code >> 1)}u`, `(${x}) * 2u + ${String(code & 1)}u`);
    return `dx[${at} + ${vector}] = select(vec4f(), passed, code == vec4u(${String(code)}u));`;
  });
  return `{
  let packed = codes[${pixelIndex(codePlace, sample, y, x)} + ${vector}];
  let code = (vec4u(packed) >> vec4u(0u, 4u, 8u, 12u)) & vec4u(15u);
  let passed = ${isCoded ? gradient : activationGradientText(activation, gradient, output)};
  ${positions.join('\n  ')}
}`;
}
