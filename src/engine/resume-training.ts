import * as tf from '@tensorflow/tfjs-core';
import { type Network, networkParameters } from '../core/network.ts';
import type { NetworkValues } from '../core/network-reference.ts';
import { resizeNetwork } from '../core/resize-network.ts';
import type { Checkpoint } from '../protocol/epoch-memory.ts';
import type { NamedTensor } from '../protocol/training-event.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { optimizedVariables } from './epoch-recorder.ts';
import type { Optimizer } from './optimizer.ts';
import type { TrainedNetwork } from './train-step.ts';

/** A network to train and the values that it begins with; `values` is empty for one that begins anew. */
export interface Beginning {
  readonly network: Network;
  readonly values: NetworkValues;
}

/**
 * The network of a schedule as a checkpoint left it: thinned where that one was.
 *
 * @throws RangeError if the checkpoint is of another network, or the schedule ends before it.
 */
export function beginningOf({ network, training }: Schedule, from: Checkpoint | undefined): Beginning {
  if (from === undefined) return { network, values: new Map() };
  if (from.epoch >= training.epochs) {
    throw new RangeError(
      `The schedule ends after ${String(training.epochs)} epochs, and ${String(from.epoch)} are done. Raise \`epochs\` to go on.`,
    );
  }
  const shapes = new Map(from.values.map(({ name, shape }) => [name, shape]));
  const specs = networkParameters(network);
  const missing = specs.find(({ name, shape }) => shapes.get(name)?.length !== shape.length);
  if (missing !== undefined) {
    throw new RangeError(
      `The epoch to go on from has no weights for ${missing.name}: it is of another network. Choose its model again.`,
    );
  }
  return { network: resizeNetwork(network, shapes), values: valuesOf(from.values) };
}

/** Masks, learned and tracked scalars, and the optimizer as the checkpoint has them, as far as the schedule has them too. */
export function restoreState(model: TrainedNetwork, optimizer: Optimizer, from: Checkpoint): void {
  const masks = valuesOf(from.masks);
  for (const { name, size } of model.parameters.specs) {
    const mask = masks.get(name);
    if (mask?.length === size) model.parameters.setMask(name, mask.slice());
  }
  for (const [name, variable] of model.quantization?.scalars() ?? []) {
    const value = from.quantization?.[name];
    if (value !== undefined) assignScalar(variable, value);
  }
  if (from.optimizer.class === optimizer.className) restoreOptimizer(model, optimizer, from.optimizer);
}

function restoreOptimizer(model: TrainedNetwork, optimizer: Optimizer, from: Checkpoint['optimizer']): void {
  const state = new Map(from.state.map(({ name, slots }) => [name, slots]));
  optimizer.resume(from.stepCount);
  for (const [name, variable] of optimizedVariables(model)) {
    const slots = state.get(name);
    if (slots?.every(({ length }) => length === variable.size) === true) optimizer.advance(variable, slots);
  }
}

export function assignScalar(variable: tf.Variable, value: number): void {
  const tensor = tf.scalar(value, 'float32');
  variable.assign(tensor);
  tensor.dispose();
}

export function valuesOf(tensors: readonly NamedTensor[]): NetworkValues {
  return new Map(tensors.map(({ name, values }) => [name, values]));
}
