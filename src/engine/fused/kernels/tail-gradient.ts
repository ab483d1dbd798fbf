import type { Bindings } from './bindings.ts';
import { float } from '../shader.ts';
import { programOf } from './quantized-activation.ts';
import { changeText, eachPart, isQuantized, type Site, type Tail, valueText, windowSize } from './tail.ts';

/** A window of a tail's output and what its gradient is. */
export interface WindowGradient {
  readonly tail: Tail;
  readonly window: Site;
  /** WGSL of a vec4f. */
  readonly given: string;
  /** What the tail put out there, if that is cheaper than to compute it again. */
  readonly value: (() => string) | null;
  /** Statements for every position, which know `change`, the gradient before the activation. */
  readonly handOn: (site: Site) => string;
}

/** Statements that send the gradient of a window back to its positions: of a maximum to the first of the largest values. */
export function windowGradientText(task: WindowGradient, bindings: Bindings): string {
  const { tail, window, given, handOn } = task;
  const { pool } = tail;
  const change = (site: Site, value: string, share: string): string =>
    `${value}\nlet share = ${share};\n${changeText(tail, bindings)}\n${handOn(site)}`;
  const needsValue = tail.activation !== null;
  const valueAt = (site: Site): string => (needsValue ? valueText(tail, bindings, site) : '');
  if (pool === null) {
    const isKnown = task.value !== null && !isQuantized(tail.activation) && needsValue;
    return `{ ${change(window, isKnown ? `let value = ${task.value()};` : valueAt(window), given)} }`;
  }
  const loop = (body: (site: Site) => string): string => eachPosition(tail, window, body);
  if (pool.kind === 'avg-pool') {
    const share = `whole * ${float(1 / pool.size ** 2)}`;
    return `{ let whole = ${given}; ${loop((site) => change(site, valueAt(site), share))} }`;
  }
  // What comes back is proportional to what is sent: it is computed once, for the largest value.
  return `{
  let whole = ${given};
  var largest = vec4f();
  var chosen = vec4u();
  var origin = vec4f();
  var sent: vec4f;
  ${loop(
    (site) => `${valueText(tail, bindings, site)}
    let isChosen = (value > largest) | vec4<bool>(part == 0u);
    largest = select(largest, value, isChosen);
    chosen = select(chosen, vec4u(part), isChosen);
    origin = select(origin, summed, isChosen);`,
  )}
  { let summed = origin; let value = largest; let share = whole; ${changeText(tail, bindings)} sent = change; }
  ${loop((site) => `let change = select(vec4f(), sent, chosen == vec4u(part));\n${handOn(site)}`)}
}`;
}

/** Statements for each position of a window that is on the map, which know its number `part`. */
export function eachPosition(tail: Tail, window: Site, text: (site: Site) => string): string {
  return eachPart(tail, window, (site) => `${raggedGuard(tail)} { ${text(site)} }`);
}

/** Windows at the edges that are not whole reach beyond the map. */
export function isRagged(tail: Tail): boolean {
  return tail.inner[0] % windowSize(tail) > 0 || tail.inner[1] % windowSize(tail) > 0;
}

function raggedGuard(tail: Tail): string {
  return isRagged(tail) ? `if (partY < ${String(tail.inner[0])}u && partX < ${String(tail.inner[1])}u)` : '';
}

/** Statements that declare what `windowGradientText` adds up for learned scalars. */
export function learnedSetup({ activation }: Tail): string {
  if (!isQuantized(activation)) return '';
  return programOf(activation)
    .learned.map((_, at) => `var learned${String(at)} = 0.0;`)
    .join('\n');
}

/** Statements that keep what an invocation added up, at a window of its own. Windows that are not whole add nothing. */
export function learnedFinish(tail: Tail, bindings: Bindings, window: Site): string {
  const { activation, output, batch } = tail;
  if (!isQuantized(activation) || activation.partials === null) return '';
  const name = bindings.write(activation.partials);
  const [height, width, channels] = output;
  const vectors = Math.ceil(channels / 4);
  const { sample, y, x, vector } = window;
  // An addend per invocation, so per channel where an invocation has one.
  const at = `((((${sample}) * ${String(height)}u + ${y}) * ${String(width)}u + ${x}) * ${String(vectors)}u + ${vector}) * 4u${bindings.isSingle ? ' + quad' : ''}`;
  const length = batch * height * width * vectors * 4;
  const writes = programOf(activation).learned.map(
    (_, part) => `${name}[${String(part * length)}u + ${at}] = learned${String(part)};`,
  );
  return `if (${y} < ${String(height)}u && ${x} < ${String(width)}u) { ${writes.join('\n')} }`;
}
