import * as tf from '@tensorflow/tfjs-core';
import type { ActivationMetrics, ParameterMetrics } from '../protocol/training-event.ts';
import { loadReference } from './reference-backend.ts';
import type { TrainedNetwork } from './train-step.ts';

type Quantization = NonNullable<ParameterMetrics['quantization']>;

/** Scale and zero point of each quantized kernel as it stands; empty while nothing is quantized. */
export async function describeKernels(model: TrainedNetwork): Promise<ReadonlyMap<string, Quantization>> {
  const active = model.quantization;
  if (active === null) return new Map();
  await loadReference();
  const kernels = model.parameters.specs.filter(({ name, role }) => role === 'kernel' && active.quantizes(name));
  const entries = await Promise.all(
    kernels.map(async (spec): Promise<[string, Quantization] | null> => {
      const kept = tf.tidy(() => {
        const { scale, zeroPoint } = model.quantized(spec);
        return scale === undefined || zeroPoint === undefined ? [] : [tf.keep(scale), tf.keep(zeroPoint)];
      });
      const [scales, zeroPoints] = await Promise.all(kept.map((tensor) => tensor.data()));
      tf.dispose(kept);
      if (scales === undefined || zeroPoints === undefined) return null;
      return [spec.name, { scale: scales[0]!, zeroPoint: zeroPoints[0]!, channels: scales.length }];
    }),
  );
  return new Map(entries.filter((entry) => entry !== null));
}

/** Bits of the outputs of each ReLU and each layer with a quantizer behind it, with what was learned or tracked. */
export async function describeActivations(model: TrainedNetwork): Promise<Record<string, ActivationMetrics>> {
  const active = model.quantization;
  const scalars = active === null ? [] : [...active.scalars()];
  const values = await Promise.all(scalars.map(([, variable]) => variable.data()));
  const read = new Map(scalars.map(([name], at) => [name, values[at]![0]!]));
  const isQuantized = (layer: string): boolean => active !== null && active.activationBitsOf(layer) < 32;
  const layers = model.network.layers.filter(({ name, kind }) => kind === 'relu' || isQuantized(name));
  return Object.fromEntries(
    layers.map(({ name }): [string, ActivationMetrics] => {
      const own = [...read].filter(([key]) => key.startsWith(`${name}.`));
      const bits = active?.activationBitsOf(name) ?? 32;
      if (own.length === 0) return [name, { bits }];
      return [
        name,
        { bits, scalars: Object.fromEntries(own.map(([key, value]) => [key.slice(name.length + 1), value])) },
      ];
    }),
  );
}
