import type { Kernel } from '../shader.ts';
import { activationGradientText } from './activation.ts';
import { Bindings } from './bindings.ts';
import { type ChannelStage, channelLanes } from './channel-work.ts';
import { float } from './loss-head.ts';
import { positionText } from './tail-forward.ts';
import {
  activatedText,
  indexAt,
  type Norm,
  normText,
  type Placed,
  positionsIn,
  type Site,
  summedText,
  type Tail,
  vectorsIn,
  windowSize,
  windowText,
} from './tail.ts';

/** A gradient that is written; `isAdded`: to what others have written before. */
export interface GradientTarget extends Placed {
  readonly isAdded: boolean;
}

export interface TailBackward {
  readonly tail: Tail;
  /** Gradient of the block's output. */
  readonly gradient: Placed;
  /** Gradient of what the tail works on. */
  readonly target: GradientTarget;
  /** Gradient of what is added. */
  readonly added: GradientTarget | null;
  /** What the gradient is kept in between the two passes of a batch normalization; the target if nothing is added there. */
  readonly scratch: Placed;
  /** What the block put out. */
  readonly output: Placed;
}

const workgroupSize = 64;

/** Sends a gradient back through pooling, activation and sum. For tails without batch normalization. */
export function tailBackward(task: TailBackward): Kernel {
  const { tail, target } = task;
  const bindings = new Bindings();
  const vectors = vectorsIn(tail);
  const [rows, columns] = allWindows(tail);
  const count = tail.batch * rows * columns * vectors;
  const body = `
if (index >= ${String(count)}u) { return; }
let channel = index % ${String(vectors)}u;
let item = index / ${String(vectors)}u;
${windowGradient(task, bindings, 'channel', (site) => writeText(bindings, target, site, 'change'))}`;
  return {
    label: `${tail.label} backward`,
    ...bindings.kernel,
    workgroupSize,
    workgroups: Math.ceil(count / workgroupSize),
    body,
  };
}

/**
 * The same with batch normalization, for a workgroup that has all values of its channels:
 * dx = γ / √(variance + ε) · (dy − mean(dy) − x̂ · mean(dy · x̂)).
 */
export function normalizingBackwardStage(task: TailBackward, norm: Norm): ChannelStage {
  const { tail, scratch, target } = task;
  const vectors = vectorsIn(tail);
  const [rows, columns] = allWindows(tail);
  const positions = positionsIn(tail);
  return {
    vectors,
    text: (bindings, channel) => {
      const kept = bindings.write(scratch.bound);
      const source = bindings.read(tail.source.bound);
      const keep = (site: Site): string => {
        const unit = `(${source}[${indexAt(tail.source, site)}] - mean) * inverse`;
        return `${kept}[${indexAt(scratch, site)}] = change; ofShift += change; ofScale += change * (${unit});`;
      };
      const to = bindings.write(target.bound);
      return `
  ${normText(norm, vectors, bindings, channel, true)}
  var ofShift = vec4f();
  var ofScale = vec4f();
  for (var item = lane; item < ${String(tail.batch * rows * columns)}u; item += ${String(channelLanes)}u) {
    ${windowGradient(task, bindings, channel, keep)}
  }
  let shiftSum = total(lane, ofShift);
  let scaleSum = total(lane, ofScale);
  ${parameterText(norm, vectors, bindings, channel)}
  let count = step.count * ${String(positions)}u;
  let shiftMean = shiftSum / f32(count);
  let scaleMean = scaleSum / f32(count);
  storageBarrier();
  for (var item = lane; item < ${String(tail.batch * positions)}u; item += ${String(channelLanes)}u) {
    let unit = (${source}[${positionText(tail, tail.source, channel)}] - mean) * inverse;
    let at = ${positionText(tail, scratch, channel)};
    let change = (${kept}[at] - unit * scaleMean - shiftMean) * (scale * inverse);
    ${to}[${positionText(tail, target, channel)}] ${target.isAdded ? '+=' : '='} select(vec4f(), change, item < count);
  }`;
    },
  };
}

function parameterText({ sums }: Norm, vectors: number, bindings: Bindings, channel: string): string {
  if (sums === null) return '';
  const name = bindings.write(sums.bound);
  return `if (lane == 0u) {
    ${name}[${String(sums.offset)}u + ${channel}] = scaleSum;
    ${name}[${String(sums.offset + vectors)}u + ${channel}] = shiftSum;
  }`;
}

/** Windows with those at the edges that are not whole, whose gradient is zero. */
function allWindows(tail: Tail): readonly [number, number] {
  const size = windowSize(tail);
  return [Math.ceil(tail.inner[0] / size), Math.ceil(tail.inner[1] / size)];
}

function writeText(bindings: Bindings, target: GradientTarget, site: Site, value: string): string {
  return `${bindings.write(target.bound)}[${indexAt(target, site)}] ${target.isAdded ? '+=' : '='} ${value};`;
}

/** Makes `change`, the gradient before the activation, for every position of window `item`, and hands it on. */
function windowGradient(
  task: TailBackward,
  bindings: Bindings,
  channel: string,
  handOn: (site: Site) => string,
): string {
  const { tail, gradient, added } = task;
  const { pool, activation } = tail;
  const [height, width] = tail.inner;
  const size = windowSize(tail);
  const window = { sample: 'sample', y: 'windowY', x: 'windowX', vector: channel };
  const isRagged = height % size > 0 || width % size > 0;
  const inside = `windowY < ${String(tail.output[0])}u && windowX < ${String(tail.output[1])}u`;
  const read = (at: string): string => `${bindings.read(gradient.bound)}[${at}]`;
  const given = isRagged
    ? `var given = vec4f();\n  if (${inside}) { given = ${read(indexAt(gradient, window))}; }`
    : `let given = ${read(indexAt(gradient, window))};`;
  const head = `${windowText('item', allWindows(tail))}\n  ${given}`;
  const valueAt = (site: Site): string => activatedText(tail, summedText(tail, bindings, site));
  const pass = (site: Site, share: string, value: string): string => `
  let change = ${activationGradientText(activation, share, value)};
  ${added ? writeText(bindings, added, site, 'change') : ''}
  ${handOn(site)}`;
  if (pool === null) {
    const { output } = task;
    const value = activation === null ? 'vec4f()' : `${bindings.read(output.bound)}[${indexAt(output, window)}]`;
    return `${head}\n  let value = ${value};\n  ${pass(window, 'given', 'value')}`;
  }
  const site = { sample: 'sample', y: 'y', x: 'x', vector: channel };
  const guard = isRagged ? `if (y < ${String(height)}u && x < ${String(width)}u)` : '';
  const loop = (body: string): string => `
  for (var part = 0u; part < ${String(size ** 2)}u; part++) {
    let y = windowY * ${String(size)}u + part / ${String(size)}u;
    let x = windowX * ${String(size)}u + part % ${String(size)}u;
    ${guard} { ${body} }
  }`;
  if (pool.kind === 'avg-pool') {
    const value = activation === null ? 'vec4f()' : valueAt(site);
    return `${head}\n${loop(`let value = ${value}; ${pass(site, `(given * ${float(1 / size ** 2)})`, 'value')}`)}`;
  }
  return `${head}
  var largest = vec4f();
  var chosen = vec4u();
  ${loop(`let value = ${valueAt(site)};
    let isChosen = (value > largest) | vec4<bool>(part == 0u);
    largest = select(largest, value, isChosen);
    chosen = select(chosen, vec4u(part), isChosen);`)}
  ${loop(`let value = ${activation === null ? 'vec4f()' : valueAt(site)};
    let share = select(vec4f(), given, chosen == vec4u(part));
    ${pass(site, 'share', 'value')}`)}`;
}
