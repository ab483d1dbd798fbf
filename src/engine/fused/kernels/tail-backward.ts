import { hoisted, type Kernel, quotient, remainder } from '../shader.ts';
import { rangeDeclarations } from '../tracked-ranges.ts';
import { Bindings } from './bindings.ts';
import { type ChannelStage, channelLanes } from './channel-work.ts';
import {
  indexAt,
  type Norm,
  normText,
  type Placed,
  positionsIn,
  setupText,
  type Site,
  type Tail,
  vectorsIn,
  windowSize,
} from './tail.ts';
import { positionText, type TailFactors, windowText } from './tail-forward.ts';
import { placeMap } from '../placement.ts';
import { eachPosition, isRagged, learnedFinish, learnedSetup, windowGradientText } from './tail-gradient.ts';

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
  /** What the way forward left, if it did: then nothing is computed again. */
  readonly left: TailFactors | null;
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
let channel = ${remainder('index', vectors)};
let item = ${quotient('index', vectors)};
${setupText(tail, bindings)}
${learnedSetup(tail)}
${windowGradient(task, bindings, 'channel', (site) => writeText(bindings, target, site, 'change'))}
${learnedFinish(tail, bindings, { sample: 'sample', y: 'windowY', x: 'windowX', vector: 'channel' })}`;
  return {
    label: `${tail.label} backward`,
    ...bindings.kernel,
    workgroupSize,
    workgroups: Math.ceil(count / workgroupSize),
    declarations: rangeDeclarations,
    body,
  };
}

/**
 * The same with batch normalization, for a workgroup that has all values of its channels:
 * dx = γ / √(variance + ε) · (dy − mean(dy) − x̂ · mean(dy · x̂)).
 */
export function normalizingBackwardStage(task: TailBackward, norm: Norm): ChannelStage {
  const { tail, scratch, target } = task;
  const isComputed = task.left === null;
  const vectors = vectorsIn(tail);
  const [rows, columns] = allWindows(tail);
  const positions = positionsIn(tail);
  return {
    vectors,
    text: (bindings, channel) => {
      const source = (at: string): string => bindings.load(tail.source.bound, at);
      const keep = (site: Site): string => {
        const unit = `(${source(indexAt(tail.source, site))} - mean) * inverse`;
        return `${bindings.store(scratch.bound, indexAt(scratch, site), 'change')} ofShift += change; ofScale += change * (${unit});`;
      };
      return `
  ${normText(norm, bindings, { vectors, channel, isTraining: true })}
  var ofShift = vec4f();
  var ofScale = vec4f();
  ${isComputed ? setupText(tail, bindings) : ''}
  for (var item = lane; item < ${String(tail.batch * rows * columns)}u; item += ${String(channelLanes)}u) {
    ${isComputed ? learnedSetup(tail) : ''}
    ${windowGradient(task, bindings, channel, keep)}
    ${isComputed ? learnedFinish(tail, bindings, { sample: 'sample', y: 'windowY', x: 'windowX', vector: channel }) : ''}
  }
  let shiftSum = total(lane, ofShift);
  let scaleSum = total(lane, ofScale);
  ${parameterText(norm, vectors, bindings, channel)}
  let count = step.count * ${String(positions)}u;
  let shiftMean = shiftSum / f32(count);
  let scaleMean = scaleSum / f32(count);
  storageBarrier();
  for (var item = lane; item < ${String(tail.batch * positions)}u; item += ${String(channelLanes)}u) {
    let unit = (${source(positionText(tail, tail.source, channel))} - mean) * inverse;
    let at = ${positionText(tail, scratch, channel)};
    let change = (${bindings.load(scratch.bound, 'at')} - unit * scaleMean - shiftMean) * (scale * inverse);
    ${bindings.store(target.bound, positionText(tail, target, channel), 'select(vec4f(), change, item < count)', target.isAdded)}
  }`;
    },
  };
}

function parameterText({ sums }: Norm, vectors: number, bindings: Bindings, channel: string): string {
  if (sums === null) return '';
  return `if (lane == 0u) {
    ${bindings.store(sums.bound, `${hoisted('norm', sums.offset)} + ${channel}`, 'scaleSum')}
    ${bindings.store(sums.bound, `${hoisted('norm', sums.offset)} + ${String(vectors)}u + ${channel}`, 'shiftSum')}
  }`;
}

/** Windows with those at the edges that are not whole, whose gradient is zero. */
function allWindows(tail: Tail): readonly [number, number] {
  const size = windowSize(tail);
  return [Math.ceil(tail.inner[0] / size), Math.ceil(tail.inner[1] / size)];
}

function writeText(bindings: Bindings, target: GradientTarget, site: Site, value: string): string {
  return bindings.store(target.bound, indexAt(target, site), value, target.isAdded);
}

/** Makes `change`, the gradient before the activation, for every position of window `item`, and hands it on. */
function windowGradient(
  task: TailBackward,
  bindings: Bindings,
  channel: string,
  handOn: (site: Site) => string,
): string {
  const { tail, gradient, added, output, left } = task;
  const window = { sample: 'sample', y: 'windowY', x: 'windowX', vector: channel };
  const passOn = (site: Site): string => `${added ? writeText(bindings, added, site, 'change') : ''}\n${handOn(site)}`;
  const inside = `windowY < ${String(tail.output[0])}u && windowX < ${String(tail.output[1])}u`;
  const declare = (name: string, type: string, value: string): string =>
    isRagged(tail) ? `var ${name} = ${type}(); if (${inside}) { ${name} = ${value}; }` : `let ${name} = ${value};`;
  const given = declare('given', 'vec4f', bindings.load(gradient.bound, indexAt(gradient, window)));
  if (left !== null) {
    const from = indexAt({ place: placeMap(tail.output) }, window);
    return `
  ${windowText(allWindows(tail))}
  ${given}
  ${declare('factor', 'vec4f', bindings.load(left.factors, from))}
  ${left.codes === null ? '' : declare('code', 'vec4u', bindings.loadNumbers(left.codes, from))}
  ${eachPosition(tail, window, (site) => {
    const passed = left.codes === null ? 'given * factor' : 'select(vec4f(), given * factor, code == vec4u(part))';
    return `let change = ${passed};\n${passOn(site)}`;
  })}`;
  }
  const value = (): string => bindings.load(output.bound, indexAt(output, window));
  return `
  ${windowText(allWindows(tail))}
  ${given}
  ${windowGradientText({ tail, window, given: 'given', value, handOn: passOn }, bindings)}`;
}
