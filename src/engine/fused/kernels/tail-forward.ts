import type { Bound, Kernel } from '../shader.ts';
import { Bindings } from './bindings.ts';
import { type ChannelStage, channelLanes } from './channel-work.ts';
import { offsetText } from '../placement.ts';
import { divisorUpTo, filledText, float, hoisted, quotient, remainder } from '../shader.ts';
import { type QuantizedActivation, rangeNames } from './quantized-activation.ts';
import { observeText, observing, rangeDeclarations } from '../tracked-ranges.ts';
import {
  eachPart,
  indexAt,
  isQuantized,
  type Norm,
  normText,
  type Placed,
  pooledText,
  positionsIn,
  setupText,
  type Site,
  summedText,
  type Tail,
  changeText,
  valueText,
  vectorsIn,
} from './tail.ts';

const workgroupSize = 64;

/** Windows that an invocation has at least, if it has to know more first. */
const leastWindows = 8;

/** What a tail leaves for the way back. */
export interface TailFactors {
  /** Which of its window each value was; null without windows. */
  readonly codes: Bound | null;
  /** What the gradient of each value is multiplied by. */
  readonly factors: Bound;
}

/**
 * A tail by itself. Batch normalization uses what it has seen in training, or of this batch if a quantized activation is trained
 * behind it. An invocation has a window, or where it has to know
 * more first, as for a quantized activation, a channel of one or some rows of windows.
 */
export function tailForward(tail: Tail, output: Placed, left: TailFactors | null = null): Kernel {
  const bindings = new Bindings();
  // What fills up the last vector must not be observed.
  const isByRow = isQuantized(tail.activation) && (tail.observed === null || tail.output[2] % 4 === 0);
  bindings.isSingle = isByRow;
  const vectors = vectorsIn(tail);
  const [rows, columns] = tail.output;
  const run = divisorUpTo(tail.batch * rows, Math.max(1, leastWindows / columns));
  const count = isByRow ? ((tail.batch * rows) / run) * vectors * 4 : tail.batch * rows * columns * vectors;
  const isTraining = isQuantized(tail.activation) && tail.activation.isTraining;
  const norm = tail.norm ? normText(tail.norm, bindings, { vectors, channel: 'channel', isTraining }) : '';
  const setup = `${norm}\n${setupText(tail, bindings)}`;
  const window = left ? factorText(tail, output, left, bindings) : applyText(tail, output, bindings, 'channel');
  return {
    label: tail.label,
    ...bindings.kernel,
    workgroupSize,
    workgroups: Math.ceil(count / workgroupSize),
    declarations: rangeDeclarations,
    body: `
if (index >= ${String(count)}u) { return; }
${isByRow ? rowsOfWindows(tail, run, setup, window) : oneWindow(tail, setup, window)}`,
  };
}

function oneWindow(tail: Tail, setup: string, window: string): string {
  const vectors = vectorsIn(tail);
  return `
let channel = ${remainder('index', vectors)};
let item = ${quotient('index', vectors)};
${setup}
${windowText(tail.output)}
${window}`;
}

/** Neighbours read and write neighbouring channels, which processors like. */
function rowsOfWindows(tail: Tail, run: number, setup: string, window: string): string {
  const vectors = vectorsIn(tail);
  const [rows, columns] = tail.output;
  return `
let quad = index & 3u;
let channel = ${remainder('index >> 2u', vectors)};
let first = ${quotient('index >> 2u', vectors)} * ${String(run)}u;
${setup}
${run === 1 ? '{ let line = first;' : `for (var line = first; line < first + ${String(run)}u; line++) {`}
  let sample = ${quotient('line', rows)};
  let windowY = line - sample * ${String(rows)}u;
  for (var windowX = 0u; windowX < ${String(columns)}u; windowX++) {
    let item = line * ${String(columns)}u + windowX;
    ${window}
  }
}`;
}

/** A tail with batch normalization in training, for a workgroup that has all values of its channels. */
export function normalizingStage(tail: Tail, norm: Norm, output: Placed): ChannelStage {
  const vectors = vectorsIn(tail);
  return {
    vectors,
    text: (bindings, channel) => `
  ${statisticsText(tail, norm, bindings, channel)}
  for (var item = lane; item < ${String(tail.batch * tail.output[0] * tail.output[1])}u; item += ${String(channelLanes)}u) {
    ${windowText(tail.output)}
    ${applyText(tail, output, bindings, channel)}
  }`,
  };
}

/**
 * A batch normalization in training before a quantized activation, for a workgroup that has all values of its channels: what
 * both have to know before a kernel of their own goes on, mean and variance and the extremes of what is normalized and summed up.
 */
export function observingStage(tail: Tail, norm: Norm, { module, memory }: QuantizedActivation): ChannelStage {
  const vectors = vectorsIn(tail);
  const [height, width, channels] = tail.inner;
  return {
    vectors,
    text: (bindings, channel) => {
      const { begin, take, end } = observing(module, { extremes: bindings.read(memory.extremes), scalars: '' });
      const site = { sample: 'sample', y: 'windowY', x: 'windowX', vector: channel };
      return `
  ${statisticsText(tail, norm, bindings, channel)}
  ${begin}
  for (var item = lane; item < ${String(tail.batch * height * width)}u; item += ${String(channelLanes)}u) {
    ${windowText([height, width])}
    let summed = ${summedText(tail, bindings, site)};
    let filled = ${filledText(channels, 'summed', `${channel} == ${String(vectors - 1)}u`)};
    ${take('filled')}
  }
  ${end}`;
    },
  };
}

/** Mean and variance of the samples that count, and what becomes of the running ones. */
function statisticsText(tail: Tail, norm: Norm, bindings: Bindings, channel: string): string {
  const vectors = vectorsIn(tail);
  const place = (row: number): string =>
    `${hoisted('statistics', norm.offset)} + ${String(row * vectors)}u + ${channel}`;
  const at = (row: number): string => bindings.load(norm.statistics, place(row));
  const put = (row: number, number: string): string => bindings.store(norm.statistics, place(row), number);
  const value = bindings.load(tail.source.bound, positionText(tail, tail.source, channel));
  const loop = (statement: string): string =>
    `for (var item = lane; item < count; item += ${String(channelLanes)}u) { ${statement} }`;
  const momentum = float(norm.momentum);
  return `
  let count = step.count * ${String(positionsIn(tail))}u;
  var sum = vec4f();
  ${loop(`sum += ${value};`)}
  let mean = total(lane, sum) / f32(count);
  var squares = vec4f();
  ${loop(`let centered = ${value} - mean; squares += centered * centered;`)}
  let variance = total(lane, squares) / f32(count);
  let inverse = inverseSqrt(variance + ${float(norm.epsilon)});
  if (lane == 0u) {
    ${put(0, 'mean')}
    ${put(1, 'inverse')}
    ${put(2, `${at(2)} * (1 - ${momentum}) + mean * ${momentum}`)}
    ${put(3, `${at(3)} * (1 - ${momentum}) + variance * (${momentum} * f32(count) / f32(max(count, 2u) - 1u))`)}
  }
  let scale = ${bindings.load(norm.weights, `${hoisted('scale', norm.scale)} + ${channel}`)};
  let shift = ${bindings.load(norm.weights, `${hoisted('shift', norm.shift)} + ${channel}`)};`;
}

/** Index of position `item` of the batch. */
export function positionText(tail: Tail, placed: Placed, channel: string): string {
  const { place } = placed;
  if (place.border === 0 && place.spacing === 1 && place.rows === place.height && place.columns === place.width) {
    return `${offsetText(place.offset)}item * ${String(place.vectors)}u + ${channel}`;
  }
  const [height, width] = tail.inner;
  return indexAt(placed, {
    sample: `item / ${String(height * width)}u`,
    y: `(item / ${String(width)}u) % ${String(height)}u`,
    x: `item % ${String(width)}u`,
    vector: channel,
  });
}

/** What comes out of a window, see `windowText`. */
function applyText(tail: Tail, output: Placed, bindings: Bindings, channel: string): string {
  const window = { sample: 'sample', y: 'windowY', x: 'windowX', vector: channel };
  return `
  ${pooledText(tail, bindings, window)}
  ${bindings.store(output.bound, indexAt(output, window), 'pooled')}
  ${observedText(tail, bindings, channel, 'pooled')}`;
}

/** What comes out of a window, and what is left for the way back, window by window. */
function factorText(tail: Tail, output: Placed, left: TailFactors, bindings: Bindings): string {
  const window = { sample: 'sample', y: 'windowY', x: 'windowX', vector: 'channel' };
  const place = `(item * ${String(vectorsIn(tail))}u + channel)`;
  const { pooled, leave } = leavingText(tail, { window, place, left }, bindings);
  return `
  ${pooled}
  ${bindings.store(output.bound, indexAt(output, window), 'pooled')}
  ${leave}
  ${observedText(tail, bindings, 'channel', 'pooled')}`;
}

/**
 * Statements that declare `pooled`, what comes out of a window, and others that leave what the way back wants to know.
 *
 * @param place Number of the window's vector among all that come out.
 */
export function leavingText(
  tail: Tail,
  { window, place, left }: { readonly window: Site; readonly place: string; readonly left: TailFactors },
  bindings: Bindings,
): { readonly pooled: string; readonly leave: string } {
  const { codes, factors } = left;
  const names = codes === null ? null : bindings.write(codes);
  const kept = bindings.isSingle
    ? [`${names ?? ''}[${place} * 4u + quad] = chosen.x;`]
    : [0, 1, 2, 3].map((lane) => `${names ?? ''}[${place} * 4u + ${String(lane)}u] = chosen[${String(lane)}];`);
  const pooled = `
  var pooled = vec4f();
  var chosen = vec4u();
  var origin = vec4f();
  ${eachPart(
    tail,
    window,
    (part) => `${valueText(tail, bindings, part)}
    let isChosen = (value > pooled) | vec4<bool>(part == 0u);
    pooled = select(pooled, value, isChosen);
    chosen = select(chosen, vec4u(part), isChosen);
    origin = select(origin, summed, isChosen);`,
  )}`;
  const leave = `
  ${names === null ? '' : kept.join(' ')}
  { let summed = origin; let value = pooled; let share = vec4f(1); ${changeText(tail, bindings)}
    ${bindings.store(factors, place, 'change')} }`;
  return { pooled, leave };
}

/** Statements that declare where window `item` of the batch is. */
export function windowText([rows, columns]: readonly [number, number, ...unknown[]]): string {
  return `let row = ${quotient('item', columns)};
  let sample = ${quotient('row', rows)};
  let windowY = row - sample * ${String(rows)}u;
  let windowX = item - row * ${String(columns)}u;`;
}

function observedText({ observed, output }: Tail, bindings: Bindings, channel: string, value: string): string {
  if (observed === null) return '';
  const filled = filledText(output[2], value, `${channel} == ${String(Math.ceil(output[2] / 4) - 1)}u`);
  return `{ ${observeText(observed.module, rangeNames(observed, bindings), [filled])} }`;
}
