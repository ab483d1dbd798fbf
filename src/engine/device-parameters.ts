import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec } from '../core/network.ts';
import type { NetworkValues } from '../core/network-reference.ts';
import type { Random } from '../core/random.ts';
import type { Regularizer } from '../methods/regularizer.ts';
import { multiplyInPlace } from './in-place.ts';
import type { ParameterStore } from './parameter-store.ts';
import { loadedComputations } from './reference-backend.ts';

interface Entry {
  readonly spec: ParameterSpec;
  readonly variable: tf.Variable;
  mask: tf.Tensor | null;
  stashed: tf.Tensor | null;
  /** True while the weights are known to be zero wherever the mask is, so that masking them again may be skipped. */
  isMasked: boolean;
}

/** What is held of parameters, by name; only the values are complete. */
export interface ParameterContents {
  readonly values: NetworkValues;
  readonly masks: NetworkValues;
  /** Unmasked copies that were put aside. */
  readonly stashed: NetworkValues;
}

/**
 * The trainable parameters of a network as tensors of the current backend, with their masks. Owns every tensor it makes.
 *
 * @param initialValues Values by parameter, in project layout and of the spec's size.
 * @throws RangeError if a parameter has no initial values or too many or few.
 */
export class DeviceParameters implements ParameterStore {
  private current: readonly ParameterSpec[];
  private entries: ReadonlyMap<string, Entry>;
  private changes = 0;

  constructor(specs: readonly ParameterSpec[], initialValues: (spec: ParameterSpec) => Float32Array) {
    this.current = specs;
    this.entries = new Map(specs.map((spec) => [spec.name, createEntry(spec, initialValues(spec))]));
  }

  get specs(): readonly ParameterSpec[] {
    return this.current;
  }

  /** Moves with every change of values or masks that is made here. */
  get version(): number {
    return this.changes;
  }

  /** Takes over values, masked as their masks say, that were computed elsewhere from those that there were. */
  advance(values: NetworkValues): void {
    for (const [name, entry] of this.entries) {
      const own = values.get(name);
      if (own === undefined) throw new RangeError(`There are no values of ${name}`);
      assignValues(entry, own);
    }
  }

  /**
   * Gives the parameters other shapes. Variables become other ones, under the same names of parameters.
   *
   * @param specs The same names as before.
   */
  replace(specs: readonly ParameterSpec[], contents: ParameterContents): void {
    const { values, masks, stashed } = contents;
    const entries = specs.map((spec): [string, Entry] => {
      const own = values.get(spec.name);
      if (own === undefined) throw new RangeError(`There are no values of ${spec.name}`);
      const entry = createEntry(spec, own);
      const tensorOf = (held: Float32Array | undefined): tf.Tensor | null =>
        held === undefined ? null : tf.tensor(held.slice(), [...spec.shape]);
      entry.mask = tensorOf(masks.get(spec.name));
      entry.stashed = tensorOf(stashed.get(spec.name));
      return [spec.name, entry];
    });
    this.dispose();
    this.changes++;
    this.entries = new Map(entries);
    this.current = specs;
  }

  /** Copies of everything, for `replace`. */
  async readContents(): Promise<ParameterContents> {
    const names = this.specs.map(({ name }) => name);
    const stashed = [...this.entries].flatMap(([name, entry]): [string, tf.Tensor][] =>
      entry.stashed === null ? [] : [[name, entry.stashed]],
    );
    return {
      values: await this.readValues(names),
      masks: await this.readMasks(names),
      stashed: await readAll(stashed),
    };
  }

  variable(name: string): tf.Variable {
    return this.entry(name).variable;
  }

  mask(name: string): tf.Tensor | null {
    return this.entry(name).mask;
  }

  /** To be called after anything but this class has changed the weights. `isMasked`: the change was masked already. */
  markChanged(name: string, isMasked: boolean): void {
    this.noteChange(this.entry(name), isMasked);
  }

  async readValues(names: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    return readAll(names.map((name) => [name, this.entry(name).variable]));
  }

  async readMasks(names: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    return readAll(
      names.flatMap((name): [string, tf.Tensor][] => {
        const { mask } = this.entry(name);
        return mask === null ? [] : [[name, mask]];
      }),
    );
  }

  setValues(name: string, values: Float32Array): void {
    const entry = this.entry(name);
    assignValues(entry, values);
    this.noteChange(entry, false);
  }

  hasMask(name: string): boolean {
    return this.entry(name).mask !== null;
  }

  setMask(name: string, mask: Float32Array | null): void {
    const { shape } = this.entry(name).spec;
    this.replaceMask(name, mask === null ? null : tf.tensor(mask, [...shape]));
  }

  multiplyByMask(name: string): void {
    const entry = this.entry(name);
    if (entry.mask === null || entry.isMasked) return;
    multiplyInPlace(entry.variable, entry.mask);
    this.noteChange(entry, true);
  }

  stash(name: string): void {
    const entry = this.entry(name);
    // A product, not a clone: clones share their memory, and the optimizer works in place.
    entry.stashed ??= tf.tidy(() => tf.mul(entry.variable, 1));
  }

  restore(name: string): void {
    const entry = this.entry(name);
    if (entry.stashed === null) return;
    entry.variable.assign(entry.stashed);
    entry.stashed.dispose();
    entry.stashed = null;
    this.noteChange(entry, false);
  }

  applyThreshold(name: string, regularizer: Regularizer, keep: boolean): boolean {
    const entry = this.entry(name);
    const masks = tf.tidy(() => {
      const threshold = regularizer.thresholdMask<tf.Tensor>(loadedComputations().math, entry.variable, entry.spec);
      return threshold === null ? [] : [threshold];
    });
    const mask = masks[0];
    if (mask === undefined) return false;
    multiplyInPlace(entry.variable, mask);
    this.noteChange(entry, false);
    if (keep) this.replaceMask(name, mask);
    else mask.dispose();
    return true;
  }

  dispose(): void {
    for (const { variable, mask, stashed } of this.entries.values())
      tf.dispose([variable, mask, stashed].filter(isTensor));
  }

  private replaceMask(name: string, mask: tf.Tensor | null): void {
    const entry = this.entry(name);
    entry.mask?.dispose();
    entry.mask = mask;
    this.noteChange(entry, false);
  }

  private noteChange(entry: Entry, isMasked: boolean): void {
    entry.isMasked = isMasked;
    this.changes++;
  }

  private entry(name: string): Entry {
    const entry = this.entries.get(name);
    if (entry === undefined) throw new RangeError(`The network has no parameter ${name}`);
    return entry;
  }
}

/**
 * Initial values of a parameter: uniform in ±1/√fanIn, kernels and biases alike (PyTorch's default for convolutions and
 * dense layers), or normal where the model says so; batch-norm starts as the identity. Each parameter has a stream of its own.
 */
export function initialValues(spec: ParameterSpec, random: Random): Float32Array {
  if (spec.role === 'scale' || spec.role === 'shift')
    return new Float32Array(spec.size).fill(spec.role === 'scale' ? 1 : 0);
  const stream = random.fork(`weights/${spec.name}`);
  const deviation = spec.initialDeviation;
  if (deviation !== undefined) return Float32Array.from({ length: spec.size }, () => deviation * stream.normal());
  const bound = 1 / Math.sqrt(spec.fanIn);
  return Float32Array.from({ length: spec.size }, () => stream.uniform(-bound, bound));
}

function createEntry(spec: ParameterSpec, values: Float32Array): Entry {
  if (values.length !== spec.size) {
    throw new RangeError(`${spec.name} has ${String(spec.size)} weights, got ${String(values.length)} values`);
  }
  const initial = tf.tensor(values.slice(), [...spec.shape]);
  const variable = tf.variable(initial);
  initial.dispose();
  return { spec, variable, mask: null, stashed: null, isMasked: false };
}

/** Copies: what the backend returns may be its own memory. */
async function readAll(tensors: readonly (readonly [string, tf.Tensor])[]): Promise<ReadonlyMap<string, Float32Array>> {
  const values = await Promise.all(tensors.map(([, tensor]) => tensor.data()));
  return new Map(tensors.map(([name], index) => [name, Float32Array.from(values[index]!)]));
}

function assignValues({ variable, spec }: Entry, values: Float32Array): void {
  const tensor = tf.tensor(values.slice(), [...spec.shape]);
  variable.assign(tensor);
  tensor.dispose();
}

function isTensor(value: tf.Tensor | null): value is tf.Tensor {
  return value !== null;
}
