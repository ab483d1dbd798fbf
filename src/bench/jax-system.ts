import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { levelMask } from '../core/element-masks.ts';
import { networkParameters } from '../core/network.ts';
import { gatherBatch } from '../engine/batches.ts';
import { batchOfStep, type BenchSystem, checkedSteps } from './bench-system.ts';
import type { BenchTask } from './bench-task.ts';
import { type Arrays, channelsFirst, createPredict, toJaxLayout } from './jax-network.ts';
import { maskedSparsity } from './variants.ts';

type StepFunction = (
  parameters: Arrays,
  velocities: Arrays,
  inputs: np.Array,
  labels: np.Array,
) => [Arrays, Arrays, np.Array, np.Array];

interface TrainingState {
  readonly step: StepFunction;
  readonly batches: readonly { readonly inputs: np.Array; readonly labels: np.Array }[];
  parameters: Arrays;
  velocities: Arrays;
}

/** Its own queue has no limit; as many as ours has. */
const stepsUnderWay = 3;

/** jax-js with the whole step in `jit`: gradients, SGD with momentum, accuracy; all batches wait on its device. */
export class JaxSystem implements BenchSystem {
  scriptMs = 0;
  private readonly device: 'webgpu' | 'wasm';
  private state: TrainingState | null = null;
  private stepsDone = 0;
  private readonly checked: np.Array[] = [];

  constructor(device: 'webgpu' | 'wasm') {
    this.device = device;
  }

  refuse({ variant }: BenchTask): string | null {
    return variant === 'plain' || variant === 'mask' ? null : 'not written for jax-js';
  }

  async prepare(task: BenchTask): Promise<void> {
    const ready = await init(this.device);
    if (!ready.includes(this.device)) throw new Error(`jax-js has no ${this.device} here`);
    defaultDevice(this.device);
    const parameters = uploadParameters(task);
    this.state = {
      step: jit(createStep(task)),
      batches: task.batches.map((_, step) => uploadBatch(task, step)),
      velocities: tree.map((parameter: np.Array) => parameter.mul(0), tree.ref(parameters)),
      parameters,
    };
  }

  async step(count: number): Promise<void> {
    const { state } = this;
    if (state === null) throw new Error('The system is not prepared');
    for (let index = 0; index < count; index++) {
      const startedAt = performance.now();
      this.takeStep(state);
      this.scriptMs += performance.now() - startedAt;
      if (index % stepsUnderWay === stepsUnderWay - 1) await this.wait(state);
    }
    await this.wait(state);
  }

  async losses(): Promise<Float32Array> {
    const losses = await Promise.all(this.checked.splice(0).map((loss) => loss.jsAsync() as Promise<number>));
    return Float32Array.from(losses);
  }

  /** Waiting reads an array back. One is enough, as the device works in order; all of them would cost jax-js time. */
  private async wait({ parameters }: TrainingState): Promise<void> {
    const [last] = Object.values(parameters).slice(-1);
    if (last !== undefined) await blockUntilReady(last);
  }

  private takeStep(state: TrainingState): void {
    const batch = state.batches[this.stepsDone % state.batches.length];
    if (batch === undefined) throw new RangeError('The task has no batches');
    const { inputs, labels } = batch;
    const [parameters, velocities, loss, right] = state.step(
      state.parameters,
      state.velocities,
      inputs.ref,
      labels.ref,
    );
    Object.assign(state, { parameters, velocities });
    right.dispose();
    if (this.stepsDone++ < checkedSteps) this.checked.push(loss);
    else loss.dispose();
  }
}

/** Mean cross-entropy, gradients, v = μ·v + g, w = (w − lr·v)·mask. */
function createStep(task: BenchTask): StepFunction {
  const { schedule, batchSize } = task;
  const { optimizer } = schedule.training;
  if (optimizer.class !== 'SGD') throw new RangeError('Only SGD is measured');
  const { lr, momentum } = optimizer;
  const predict = createPredict(schedule.network);
  const masks = uploadMasks(task);
  const lossOf = (parameters: Arrays, inputs: np.Array, labels: np.Array): [np.Array, np.Array] => {
    const logits = predict(parameters, inputs);
    const right = np.argmax(logits.ref, 1).equal(labels.ref).astype(np.float32).sum();
    const loss = nn
      .logSoftmax(logits)
      .mul(nn.oneHot(labels, 10))
      .sum()
      .mul(-1 / batchSize);
    return [loss, right];
  };
  const differentiate = valueAndGrad(lossOf, { hasAux: true });
  return (parameters, velocities, inputs, labels) => {
    const [[loss, right], gradients] = differentiate(tree.ref(parameters), inputs, labels);
    const nextVelocities: Arrays = {};
    const nextParameters: Arrays = {};
    for (const [name, parameter] of Object.entries(parameters)) {
      const velocity = velocities[name]!.mul(momentum).add(gradients[name]!);
      nextVelocities[name] = velocity.ref;
      const moved = parameter.sub(velocity.mul(lr));
      nextParameters[name] = masks[name] === undefined ? moved : moved.mul(masks[name].ref);
    }
    return [nextParameters, nextVelocities, loss, right];
  };
}

/** The masks that ours finds in epoch 0, by parameter name. */
function createMasks({ schedule: { network }, values, variant }: BenchTask): ReadonlyMap<string, Float32Array> {
  if (variant !== 'mask') return new Map();
  const kernels = networkParameters(network).filter(({ role }) => role === 'kernel');
  return new Map(
    kernels.flatMap(({ name }): [string, Float32Array][] => {
      const mask = levelMask(values.get(name)!, maskedSparsity);
      return mask === null ? [] : [[name, mask]];
    }),
  );
}

/** Masked weights where the task masks, as ours are from the first step on. */
function uploadParameters(task: BenchTask): Arrays {
  const { network } = task.schedule;
  const masks = createMasks(task);
  return Object.fromEntries(
    networkParameters(network).map((spec) => {
      const own = task.values.get(spec.name)!;
      const mask = masks.get(spec.name);
      const held = mask === undefined ? own : own.map((value, at) => value * mask[at]!);
      return [spec.name, toJaxLayout(network, spec, held)];
    }),
  );
}

function uploadMasks(task: BenchTask): Arrays {
  const { network } = task.schedule;
  const masks = createMasks(task);
  return Object.fromEntries(
    networkParameters(network).flatMap((spec): [string, np.Array][] => {
      const mask = masks.get(spec.name);
      return mask === undefined ? [] : [[spec.name, toJaxLayout(network, spec, mask)]];
    }),
  );
}

function uploadBatch(task: BenchTask, step: number): { readonly inputs: np.Array; readonly labels: np.Array } {
  const { inputs, labels, count } = gatherBatch(task.data.train, batchOfStep(task, step), task.data);
  const shape = [count, ...task.schedule.network.inputShape];
  return { inputs: channelsFirst(inputs, shape), labels: np.array(labels, { dtype: np.int32 }) };
}
