import { type Kernel } from '../shader.ts';
import { Bindings } from './bindings.ts';
import { type ChannelStage, channelLanes } from './channel-work.ts';
import { float } from './loss-head.ts';
import {
  activatedText,
  indexAt,
  type Norm,
  normText,
  type Placed,
  positionsIn,
  summedText,
  type Tail,
  vectorsIn,
  windowSize,
  windowText,
} from './tail.ts';

const workgroupSize = 64;

/** A tail by itself, a window per invocation. Batch normalization uses what it has seen in training. */
export function tailForward(tail: Tail, output: Placed): Kernel {
  const bindings = new Bindings();
  const vectors = vectorsIn(tail);
  const windows = tail.output[0] * tail.output[1];
  const count = tail.batch * windows * vectors;
  const norm = tail.norm ? normText(tail.norm, vectors, bindings, 'channel', false) : '';
  const body = `
if (index >= ${String(count)}u) { return; }
let channel = index % ${String(vectors)}u;
let item = index / ${String(vectors)}u;
${norm}
${applyText(tail, output, bindings, 'channel')}`;
  return {
    label: tail.label,
    ...bindings.kernel,
    workgroupSize,
    workgroups: Math.ceil(count / workgroupSize),
    body,
  };
}

/** A tail with batch normalization in training, for a workgroup that has all values of its channels. */
export function normalizingStage(tail: Tail, norm: Norm, output: Placed): ChannelStage {
  const vectors = vectorsIn(tail);
  return {
    vectors,
    text: (bindings, channel) => `
  ${statisticsText(tail, norm, bindings, channel)}
  for (var item = lane; item < ${String(tail.batch * tail.output[0] * tail.output[1])}u; item += ${String(channelLanes)}u) {
    ${applyText(tail, output, bindings, channel)}
  }`,
  };
}

/** Mean and variance of the samples that count, and what becomes of the running ones. */
function statisticsText(tail: Tail, norm: Norm, bindings: Bindings, channel: string): string {
  const vectors = vectorsIn(tail);
  const numbers = bindings.write(norm.statistics);
  const weights = bindings.read(norm.weights);
  const at = (row: number): string => `${numbers}[${String(norm.offset + row * vectors)}u + ${channel}]`;
  const value = `${bindings.read(tail.source.bound)}[${positionText(tail, tail.source, channel)}]`;
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
    ${at(0)} = mean;
    ${at(1)} = inverse;
    ${at(2)} = ${at(2)} * (1 - ${momentum}) + mean * ${momentum};
    ${at(3)} = ${at(3)} * (1 - ${momentum}) + variance * (${momentum} * f32(count) / f32(max(count, 2u) - 1u));
  }
  let scale = ${weights}[${String(norm.scale)}u + ${channel}];
  let shift = ${weights}[${String(norm.shift)}u + ${channel}];`;
}

/** Index of position `item` of the batch. */
export function positionText(tail: Tail, placed: Placed, channel: string): string {
  const { place } = placed;
  if (place.border === 0 && place.spacing === 1 && place.rows === place.height && place.columns === place.width) {
    return `${String(place.offset)}u + item * ${String(place.vectors)}u + ${channel}`;
  }
  const [height, width] = tail.inner;
  return indexAt(placed, {
    sample: `item / ${String(height * width)}u`,
    y: `(item / ${String(width)}u) % ${String(height)}u`,
    x: `item % ${String(width)}u`,
    vector: channel,
  });
}

/** What comes out of window `item` of the batch. */
function applyText(tail: Tail, output: Placed, bindings: Bindings, channel: string): string {
  const { pool, output: shape } = tail;
  const to = `${bindings.write(output.bound)}[${indexAt(output, { sample: 'sample', y: 'windowY', x: 'windowX', vector: channel })}]`;
  const at = (y: string, x: string): string =>
    activatedText(tail, summedText(tail, bindings, { sample: 'sample', y, x, vector: channel }));
  const place = windowText('item', [shape[0], shape[1]]);
  if (pool === null) return `${place}\n  ${to} = ${at('windowY', 'windowX')};`;
  const size = windowSize(tail);
  const isMax = pool.kind === 'max-pool';
  const own = (axis: string): string => `window${axis.toUpperCase()} * ${String(size)}u + d${axis}`;
  return `${place}
  var pooled = ${isMax ? at(`windowY * ${String(size)}u`, `windowX * ${String(size)}u`) : 'vec4f()'};
  for (var dy = 0u; dy < ${String(size)}u; dy++) {
    for (var dx = 0u; dx < ${String(size)}u; dx++) {
      let value = ${at(own('y'), own('x'))};
      pooled = ${isMax ? 'max(pooled, value)' : 'pooled + value'};
    }
  }
  ${to} = ${isMax ? 'pooled' : `pooled * ${float(1 / size ** 2)}`};`;
}
