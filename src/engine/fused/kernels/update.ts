import type { OptimizerSettings } from '../../../schedule/schedule.ts';
import { parameterAlignment } from '../parameter-layout.ts';
import { type ParameterWork, siteOf } from '../parameter-work.ts';
import { commitText, rangeDeclarations, type RangeMemory } from '../tracked-ranges.ts';
import { type Bound, each, float, type Kernel } from '../shader.ts';
import { rowText } from './parameter-rows.ts';

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
}

/**
 * Gradients of all parameters become steps: partial sums are added up, the chain through what quantizes or penalizes a
 * parameter is applied, then weight decay, momentum and mask. The last workgroup writes the step's line in the log.
 *
 * SGD and Adam as PyTorch has them, see `Optimizer`.
 */
export function update(task: Update): Kernel {
  const { optimizer, parameters, weights, masks, state, sums, table, measured, log } = task;
  const groups = weights.length / parameterAlignment;
  const hasLearned = (task.ranges?.learned.length ?? 0) > 0;
  const usesStats = parameters.some(({ work }) => work.quantizer !== null || work.penalties.length > 0);
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
    workgroupSize: parameterAlignment,
    workgroups: groups + 1,
    declarations: `${task.ranges ? rangeDeclarations : ''}\n${stepFunction(optimizer)}`,
    body: `
if (group == ${String(groups)}u) { ${logText(task)} return; }
let own = table[group];
if (lane >= own.w) { return; }
var gradient = vec4f();
for (var piece = 0u; piece < own.y; piece++) { gradient += sums[own.x + lane + piece * own.z]; }
let w = weights[index];
${parameters.map(({ work }) => chainText(work)).join('\n')}
change(index, w, gradient);`,
  };
}

/** For each workgroup of the update: where its gradients begin, pieces, their distance, and how many vectors it has. */
export function updateTable(parameters: readonly UpdatedParameter[], length: number): Uint32Array {
  const table = new Uint32Array((length / parameterAlignment) * 4);
  for (const { work, sums } of parameters) {
    const { place } = work;
    const size = place.rows * place.vectors;
    for (let inside = 0; inside < size; inside += parameterAlignment) {
      const row = [sums.first + inside, sums.pieces, sums.length, Math.min(parameterAlignment, size - inside)];
      table.set(row, ((place.offset + inside) / parameterAlignment) * 4);
    }
  }
  return table;
}

function stepFunction(optimizer: OptimizerSettings): string {
  const decayed = optimizer.weightDecay === 0 ? 'gradient' : `gradient + ${float(optimizer.weightDecay)} * w`;
  if (optimizer.class === 'SGD') {
    return `fn change(at: u32, w: vec4f, gradient: vec4f) {
  let decayed = ${decayed};
  let velocity = step.momentum * state0[at] + decayed;
  state0[at] = velocity;
  weights[at] = (w - step.rates.x * ${optimizer.nesterov ? '(decayed + step.momentum * velocity)' : 'velocity'}) * masks[at];
}`;
  }
  const [beta1, beta2] = optimizer.betas;
  return `fn change(at: u32, w: vec4f, gradient: vec4f) {
  let decayed = ${decayed};
  let mean = ${float(beta1)} * state0[at] + ${float(1 - beta1)} * decayed;
  let variance = ${float(beta2)} * state1[at] + ${float(1 - beta2)} * decayed * decayed;
  state0[at] = mean;
  state1[at] = variance;
  weights[at] = (w - step.rates.x * mean / (sqrt(variance) / step.correction + ${float(optimizer.eps)})) * masks[at];
}`;
}

/** The gradient of the weights from that of what quantizers made of them, with penalties, masked where a policy says so. */
function chainText({ place, quantizer, penalties, masksGradient }: ParameterWork): string {
  if (quantizer === null && penalties.length === 0 && !masksGradient) return '';
  const groups = Math.ceil((place.rows * place.vectors) / parameterAlignment);
  const before = place.offset / parameterAlignment;
  const vector = { w: 'w', g: 'gradient', row: 'row', c4: 'c4' };
  const through = quantizer && quantizer.program.gradient(siteAt(quantizer.base, 'q'), vector);
  const added = penalties.map(({ program, base, factor }, at) => ({
    factor,
    ...program.gradient(siteAt(base, `p${String(at)}n`), vector),
  }));
  function siteAt(base: number, prefix: string): ReturnType<typeof siteOf> {
    return siteOf(place, `${String(base)}u`, prefix, parameterAlignment);
  }
  return `for (var turn = select(0u, 1u, group >= ${String(before)}u && group < ${String(before + groups)}u); turn > 0u; turn--) {
  ${rowText(place)}
  ${through ? `${through.statements}\n  gradient = ${through.value};` : ''}
  ${added.map(({ statements, value, factor }) => `${statements}\n  gradient += ${float(factor)} * ${value};`).join('\n  ')}
  ${masksGradient ? 'gradient *= masks[index];' : ''}
}`;
}

function logText({ batch, logWidth, parameters, parts, optimizer, ranges }: Update): string {
  const penalties = parameters.flatMap(({ work }) => work.penalties);
  const partText = (part: number): string => {
    const slots = penalties.flatMap(({ program, base, part: own }) =>
      own === part && program.penaltySlot !== null ? [`stats[${String(base + program.penaltySlot)}u]`] : [],
    );
    return `log[to + ${String(3 + part)}u] = ${slots.length === 0 ? '0.0' : slots.join(' + ')};`;
  };
  return `
  if (lane != 0u) { return; }
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
