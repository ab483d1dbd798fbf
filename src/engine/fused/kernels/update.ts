import type { OptimizerSettings } from '../../../schedule/schedule.ts';
import { parameterAlignment, type ParameterPlace } from '../parameter-layout.ts';
import { type ParameterWork, siteOf } from '../parameter-work.ts';
import { commitText, rangeDeclarations, type RangeMemory } from '../tracked-ranges.ts';
import { type Bound, each, extremeLane, float, type Kernel, larger, smaller } from '../shader.ts';
import { eachVector, forParameter, rowText } from './parameter-rows.ts';

export interface UpdatedParameter {
  readonly work: ParameterWork;
  /** Where the pieces of its gradient begin, how many there are and how far apart. */
  readonly sums: { readonly first: number; readonly pieces: number; readonly length: number };
}

export interface UpdatedRanges {
  readonly memory: RangeMemory;
  /** Velocity, or moving mean and variance, of learned scalars, parallel to the scalars. */
  readonly state: readonly Bound[];
  readonly learned: readonly LearnedScalar[];
}

/** A learned scalar by its position among the scalars. */
export interface LearnedScalar {
  readonly at: number;
  readonly weightDecay: number;
  /** Its group of the optimizer. */
  readonly group: number;
}

export interface Update {
  readonly optimizer: OptimizerSettings;
  readonly batch: number;
  readonly parameters: readonly UpdatedParameter[];
  readonly weights: Bound;
  /** 1 or 0 for each weight; 0 in the filling. */
  readonly masks: Bound;
  /** Velocity, or moving mean and variance, [weights] each. */
  readonly state: readonly Bound[];
  /** Gradients of all parameters, see `GradientSums`. */
  readonly sums: Bound;
  /** WGSL of what they are multiplied by, see `meanGradient`. */
  readonly factor: string | null;
  /** Filled with `updateTable`. */
  readonly table: Bound;
  readonly measured: Bound;
  /** [slots, width]: sums of a step's losses, right answers and distances to the teacher. */
  readonly log: Bound;
  readonly logWidth: number;
  /** Ranges that move on and scalars that are learned, if activations are quantized. */
  readonly ranges: UpdatedRanges | null;
  /** Slots of the methods' programs. */
  readonly stats: Bound;
  /** Parts of the loss; those that are penalties are logged from their slots. */
  readonly parts: number;
  /** Invocations that share a block of parameters. */
  readonly lanes: number;
}

/**
 * Gradients of all parameters become steps: partial sums are added up, the chain through what quantizes or penalizes a
 * parameter is applied, then weight decay, momentum and mask. The last workgroup writes the step's line in the log.
 *
 * SGD and Adam as PyTorch has them, see `Optimizer`.
 */
export function update(task: Update): Kernel {
  const { optimizer, parameters, weights, masks, state, sums, table, measured, log, lanes } = task;
  const groups = weights.length / parameterAlignment;
  const isTracking = parameters.some(({ work }) => work.tracked !== null);
  const hasLearned = (task.ranges?.learned.length ?? 0) > 0;
  const usesStats = parameters.some(({ work }) => changesGradient(work) || work.penalties.length > 0);
  return {
    label: 'update',
    reads: {
      ...{ masks, sums, table, measured },
      ...(usesStats && { stats: task.stats }),
      ...(hasLearned && { learned: task.ranges!.memory.learnedGradients }),
    },
    writes: {
      ...{ weights, log },
      ...Object.fromEntries(state.map((bound, at) => [`state${String(at)}`, bound])),
      ...rangeBuffers(task.ranges),
    },
    usesStep: true,
    workgroupSize: lanes,
    workgroups: groups + 1,
    declarations: `${task.ranges ? rangeDeclarations : ''}\n${stepFunction(optimizer)}`,
    body: `
// A loop without a turn is skipped also by devices that run through all branches.
for (var turn = select(0u, 1u, group == ${String(groups)}u && lane == 0u); turn > 0u; turn--) { ${logText(task)} }
let own = table[min(group, ${String(groups - 1)}u)];
let count = select(own.w & ${String(countMask)}u, 0u, group == ${String(groups)}u);
${isTracking ? `var least: vec4f;\nvar most: vec4f;\n${noneSeen}` : ''}
${eachVector(
  lanes,
  `var gradient = vec4f();
    for (var piece = 0u; piece < own.y; piece++) { gradient += sums[own.x + inside + piece * own.z]; }${
      task.factor === null
        ? ''
        : `
    gradient *= ${task.factor};`
    }
    let w = weights[index];
    ${parameters.map(({ work }) => chainText(work)).join('\n')}
    let next = change(index, w, gradient);
    ${isTracking ? `least = ${smaller('next', 'least')}; most = ${larger('next', 'most')};` : ''}`,
  'count',
)}
${isTracking ? `${withoutFilling(parameters, lanes)}\n${leaveText(task.ranges!.memory)}` : ''}`,
  };
}

const noneSeen = 'least = vec4f(3.4028234663852886e38f); most = vec4f(-3.4028234663852886e38f);';

/**
 * Besides the place of gradients, a row of the table has the number of vectors, up to `parameterAlignment`, whether some of their
 * weights fill up a tracked parameter, and then the number of that parameter plus one.
 */
const countMask = 127;
const filledFlag = 128;
const trackedShift = 8;

/** Statements that look at new weights again where some of them fill up a tracked parameter, which do not count. */
function withoutFilling(parameters: readonly UpdatedParameter[], lanes: number): string {
  const filled = parameters.filter(({ work: { place, tracked } }) => tracked !== null && hasFilling(place));
  if (filled.length === 0) return '';
  return `for (var turn = select(0u, 1u, (own.w & ${String(filledFlag)}u) != 0u); turn > 0u; turn--) {
  ${noneSeen}
  ${eachVector(
    lanes,
    `let next = weights[index];
    var isOwn = vec4<bool>(true);
    ${filled.map(({ work: { place } }) => forParameter(place, `isOwn = ${isOwnText(place)};`)).join('\n')}
    let low = select(least, next, isOwn);
    let high = select(most, next, isOwn);
    least = ${smaller('low', 'least')};
    most = ${larger('high', 'most')};`,
    'count',
  )}
}`;
}

function hasFilling({ columnCount, vectors, group, filledGroup }: ParameterPlace): boolean {
  return columnCount !== vectors * 4 || group !== filledGroup;
}

/** WGSL, vec4<bool>: which weights of the vector `index` of the arena are the parameter's. */
function isOwnText({ offset, columnCount, vectors, group, filledGroup }: ParameterPlace): string {
  const at = `(index - ${String(offset)}u)`;
  const column = `vec4u(${at} % ${String(vectors)}u * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(${String(columnCount)}u)`;
  if (group === filledGroup) return column;
  return `(${column}) & vec4<bool>(${at} / ${String(vectors)}u % ${String(filledGroup)}u < ${String(group)}u)`;
}

/** Statements that leave what an invocation has seen; the order in which they come does not matter. */
function leaveText({ weightExtremes }: RangeMemory): string {
  return `let tracked = own.w >> ${String(trackedShift)}u;
for (var turn = select(0u, 1u, tracked > 0u && lane < count); turn > 0u; turn--) {
  let at = ${String(weightExtremes)}u + (tracked - 1u) * 2u;
  ${extremeLane('min', 'least')}
  ${extremeLane('max', 'most')}
  let low = orderOf(leastLane);
  let high = orderOf(mostLane);
  // Most see nothing new, and need not wait for each other.
  if (low < atomicLoad(&extremes[at])) { atomicMin(&extremes[at], low); }
  if (high > atomicLoad(&extremes[at + 1u])) { atomicMax(&extremes[at + 1u], high); }
}`;
}

/** For each workgroup of the update: where its gradients begin, pieces, their distance, and see `countMask`. */
export function updateTable(parameters: readonly UpdatedParameter[], length: number): Uint32Array {
  const table = new Uint32Array((length / parameterAlignment) * 4);
  for (const { work, sums } of parameters) {
    const { place } = work;
    const size = place.rows * place.vectors;
    for (let inside = 0; inside < size; inside += parameterAlignment) {
      const isFilled = work.tracked !== null && hasFilling(place);
      const tracked = (((work.tracked ?? -1) + 1) << trackedShift) | (isFilled ? filledFlag : 0);
      const count = Math.min(parameterAlignment, size - inside);
      const row = [sums.first + inside, sums.pieces, sums.length, count | tracked];
      table.set(row, ((place.offset + inside) / parameterAlignment) * 4);
    }
  }
  return table;
}

function stepFunction(optimizer: OptimizerSettings): string {
  const decayed = optimizer.weightDecay === 0 ? 'gradient' : `gradient + ${float(optimizer.weightDecay)} * w`;
  if (optimizer.class === 'SGD') {
    return `fn change(at: u32, w: vec4f, gradient: vec4f) -> vec4f {
  let decayed = ${decayed};
  let velocity = step.momentum * state0[at] + decayed;
  state0[at] = velocity;
  let next = (w - step.rates.x * ${optimizer.nesterov ? '(decayed + step.momentum * velocity)' : 'velocity'}) * masks[at];
  weights[at] = next;
  return next;
}`;
  }
  const [beta1, beta2] = optimizer.betas;
  return `fn change(at: u32, w: vec4f, gradient: vec4f) -> vec4f {
  let decayed = ${decayed};
  let mean = ${float(beta1)} * state0[at] + ${float(1 - beta1)} * decayed;
  let variance = ${float(beta2)} * state1[at] + ${float(1 - beta2)} * decayed * decayed;
  state0[at] = mean;
  state1[at] = variance;
  let next = (w - step.rates.x * mean / (sqrt(variance) / step.correction + ${float(optimizer.eps)})) * masks[at];
  weights[at] = next;
  return next;
}`;
}

/** The gradient of the weights from that of what quantizers made of them, with penalties, masked where a policy says so. */
function chainText(work: ParameterWork): string {
  const { place, quantizer, penalties, masksGradient } = work;
  if (!changesGradient(work) && penalties.length === 0 && !masksGradient) return '';
  const vector = { w: 'w', g: 'gradient', row: 'row', c4: 'c4' };
  const through = changesGradient(work) ? quantizer!.program.gradient(siteAt(quantizer!.base, 'q'), vector) : null;
  const added = penalties.map(({ program, base, factor }, at) => ({
    factor,
    ...program.gradient(siteAt(base, `p${String(at)}n`), vector),
  }));
  function siteAt(base: number, prefix: string): ReturnType<typeof siteOf> {
    return siteOf(place, `${String(base)}u`, prefix, parameterAlignment);
  }
  const text = `${through ? `${through.statements}\n  gradient = ${through.value};` : ''}
  ${added.map(({ statements, value, factor }) => `${statements}\n  gradient += ${float(factor)} * ${value};`).join('\n  ')}
  ${masksGradient ? 'gradient *= masks[index];' : ''}`;
  return forParameter(place, `${rowText(place, text)}\n  ${text}`);
}

/** Whether a quantizer does something to the gradient of a parameter. */
const changesGradient = ({ quantizer }: ParameterWork): boolean => quantizer?.program.isStraightThrough === false;

function logText({ batch, logWidth, parameters, parts, optimizer, ranges }: Update): string {
  const penalties = parameters.flatMap(({ work }) => work.penalties);
  const partText = (part: number): string => {
    const slots = penalties.flatMap(({ program, base, part: own }) =>
      own === part && program.penaltySlot !== null ? [`stats[${String(base + program.penaltySlot)}u]`] : [],
    );
    return `log[to + ${String(3 + part)}u] = ${slots.length === 0 ? '0.0' : slots.join(' + ')};`;
  };
  return `
  var sum = vec4f();
  for (var b = 0u; b < ${String(batch)}u; b++) { sum += measured[b]; }
  let to = step.slot * ${String(logWidth)}u;
  ${each(3, (at) => `log[to + ${String(at)}u] = sum[${String(at)}];`)}
  ${each(parts, partText)}
  ${ranges ? rangesText(optimizer, ranges) : ''}`;
}

const rangeNames = { extremes: 'extremes', scalars: 'scalars' };

function rangeBuffers(ranges: UpdatedRanges | null): Readonly<Record<string, Bound>> {
  if (ranges === null) return {};
  const { memory, state, learned } = ranges;
  return {
    extremes: memory.extremes,
    scalars: memory.scalars,
    ...(learned.length > 0 && Object.fromEntries(state.map((bound, at) => [`scalarState${String(at)}`, bound]))),
  };
}

/** Tracked ranges move on first: they were seen with the scalars that this step used. */
function rangesText(optimizer: OptimizerSettings, { memory, learned }: UpdatedRanges): string {
  return `${commitText(memory.ranges, rangeNames)}
${learned.map((scalar) => learnedText(optimizer, scalar)).join('\n')}`;
}

function learnedText(optimizer: OptimizerSettings, { at, weightDecay, group }: LearnedScalar): string {
  const place = `${String(at)}u`;
  const rate = `step.rates[${String(group)}]`;
  const decayed = `let decayed = learned[${place}] + ${float(weightDecay)} * scalars[${place}];`;
  if (optimizer.class === 'SGD') {
    return `{ ${decayed}
  let velocity = step.momentum * scalarState0[${place}] + decayed;
  scalarState0[${place}] = velocity;
  scalars[${place}] -= ${rate} * ${optimizer.nesterov ? '(decayed + step.momentum * velocity)' : 'velocity'}; }`;
  }
  const [beta1, beta2] = optimizer.betas;
  return `{ ${decayed}
  let mean = ${float(beta1)} * scalarState0[${place}] + ${float(1 - beta1)} * decayed;
  let variance = ${float(beta2)} * scalarState1[${place}] + ${float(1 - beta2)} * decayed * decayed;
  scalarState0[${place}] = mean;
  scalarState1[${place}] = variance;
  scalars[${place}] -= ${rate} * mean / (sqrt(variance) / step.correction + ${float(optimizer.eps)}); }`;
}
