import type { OptimizerSettings } from '../../../schedule/schedule.ts';
import type { ParameterPlace } from '../parameter-layout.ts';
import { parameterAlignment } from '../parameter-layout.ts';
import { type Bound, each, type Kernel } from '../shader.ts';
import { float } from './loss-head.ts';

export interface UpdatedParameter {
  readonly place: ParameterPlace;
  /** Where the pieces of its gradient begin, how many there are and how far apart. */
  readonly sums: { readonly first: number; readonly pieces: number; readonly length: number };
  /** WGSL that makes the gradient of the weights `w` from `gradient`, which is what came back: it may change `gradient`. */
  readonly chain: string;
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
  readonly extraReads?: Readonly<Record<string, Bound>>;
  readonly declarations?: string;
  /** WGSL of what else goes into the log from `to` + 3 on, by one invocation. */
  readonly alsoLogged?: string;
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
  const chains = [...new Set(parameters.map(({ chain }) => chain))];
  return {
    label: 'update',
    reads: { masks, sums, table, measured, ...task.extraReads },
    writes: { weights, ...Object.fromEntries(state.map((bound, at) => [`state${String(at)}`, bound])), log },
    usesStep: true,
    workgroupSize: parameterAlignment,
    workgroups: groups + 1,
    declarations: `${task.declarations ?? ''}
${stepFunction(optimizer)}`,
    body: `
if (group == ${String(groups)}u) { ${logText(task)} return; }
let own = table[group];
if (lane >= own.w) { return; }
var gradient = vec4f();
for (var piece = 0u; piece < own.y; piece++) { gradient += sums[own.x + lane + piece * own.z]; }
let w = weights[index];
${chains.map((chain, at) => (chain === '' ? '' : `if (kinds[group] == ${String(at)}u) { ${chain} }`)).join('\n')}
change(index, w, gradient);`,
  };
}

/** For each workgroup of the update: where its gradients begin, pieces, their distance, and how many vectors it has. */
export function updateTable(parameters: readonly UpdatedParameter[], length: number): Uint32Array {
  const table = new Uint32Array((length / parameterAlignment) * 4);
  for (const { place, sums } of parameters) {
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

function logText({ batch, logWidth, alsoLogged = '' }: Update): string {
  return `
  if (lane != 0u) { return; }
  var sum = vec4f();
  for (var b = 0u; b < ${String(batch)}u; b++) { sum += measured[b]; }
  let to = step.slot * ${String(logWidth)}u;
  ${each(3, (at) => `log[to + ${String(at)}u] = sum[${String(at)}];`)}
  ${alsoLogged}`;
}
