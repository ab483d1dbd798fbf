import * as tf from '@tensorflow/tfjs-core';
import { maskUpdateKernel } from './in-place.ts';

interface HostData {
  readonly values: tf.BackendValues;
  references: number;
}

const name = 'host';

/**
 * Makes a backend current that holds tensors and computes nothing but masks: all that training by recorded steps wants of
 * TensorFlow.js. Another backend that becomes the current one takes over tensors when it uses them.
 */
export async function useHostBackend(): Promise<void> {
  if (!tf.engine().registryFactory[name]) {
    tf.registerBackend(name, () => new HostBackend());
    tf.registerKernel({ kernelName: tf.Identity, backendName: name, kernelFunc: identity });
    tf.registerKernel({ kernelName: maskUpdateKernel, backendName: name, kernelFunc: maskInPlace });
  }
  await tf.setBackend(name);
}

class HostBackend extends tf.KernelBackend {
  private readonly data = new tf.DataStorage<HostData>(this, tf.engine());

  override write(values: tf.BackendValues): object {
    const id = {};
    this.data.set(id, { values, references: 1 });
    return id;
  }

  // eslint-disable-next-line max-params -- TensorFlow.js calls it so.
  override move(id: object, values: tf.BackendValues, _shape: number[], _type: tf.DataType, references: number): void {
    this.data.set(id, { values, references });
  }

  override readSync(id: object): tf.BackendValues {
    return this.data.get(id).values;
  }

  override read(id: object): Promise<tf.BackendValues> {
    return Promise.resolve(this.readSync(id));
  }

  override refCount(id: object): number {
    return this.data.has(id) ? this.data.get(id).references : 0;
  }

  override incRef(id: object): void {
    this.data.get(id).references++;
  }

  override disposeData(id: object, force = false): boolean {
    if (!this.data.has(id)) return true;
    const data = this.data.get(id);
    data.references--;
    if (!force && data.references > 0) return false;
    this.data.delete(id);
    return true;
  }

  override numDataIds(): number {
    return this.data.numDataIds();
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override dispose(): void {
    // Its tensors are numbers that are collected with it.
  }
}

/** The same numbers under another tensor. */
const identity: tf.KernelFunc = ({ inputs, backend }) => {
  const { dataId, shape, dtype } = inputs['x'] as tf.TensorInfo;
  hostOf(backend).incRef(dataId);
  return { dataId, shape, dtype };
};

/** weights ← weights · mask. */
const maskInPlace: tf.KernelFunc = ({ inputs, backend }) => {
  const host = hostOf(backend);
  const weights = host.readSync((inputs['weights'] as tf.TensorInfo).dataId) as Float32Array;
  const mask = host.readSync((inputs['mask'] as tf.TensorInfo).dataId) as Float32Array;
  for (let at = 0; at < weights.length; at++) weights[at]! *= mask[at]!;
  return [];
};

function hostOf(backend: unknown): HostBackend {
  if (backend instanceof HostBackend) return backend;
  throw new TypeError('The kernel runs on the host backend only');
}
