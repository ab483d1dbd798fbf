import { networkParameters, type Network, type ParameterSpec } from '../core/network.ts';
import { createRandom } from '../core/random.ts';
import type { PolicyWindow } from './policy-window.ts';
import type { PruneRequest } from './pruner.ts';

/** What the tests of the methods share: a small network and requests for it. */

export const smallNetwork: Network = {
  name: 'small',
  inputShape: [4, 4, 1],
  layers: [
    {
      name: 'conv1',
      kind: 'conv2d',
      inChannels: 2,
      outChannels: 4,
      kernelSize: [1, 1],
      stride: 1,
      padding: 0,
      bias: true,
    },
    { name: 'relu1', kind: 'relu' },
    { name: 'flatten', kind: 'flatten' },
    { name: 'fc1', kind: 'dense', inFeatures: 4, outFeatures: 2, bias: true },
    { name: 'relu2', kind: 'relu' },
  ],
};

/** A parameter of `smallNetwork`: conv1.weight [1,1,2,4], conv1.bias [4], fc1.weight [4,2], fc1.bias [2]. */
export function parameterNamed(name: string): ParameterSpec {
  const spec = networkParameters(smallNetwork).find((parameter) => parameter.name === name);
  if (spec === undefined) throw new Error(`No parameter ${name}`);
  return spec;
}

export const everyEpoch: PolicyWindow = { startingEpoch: 0, endingEpoch: 5, frequency: 1 };

/** A request for a mask; other parameters are looked up in `others`. */
export function requestFor(
  name: string,
  weights: readonly number[],
  changes: Partial<PruneRequest> = {},
  others: Readonly<Record<string, readonly number[]>> = {},
): PruneRequest {
  return {
    parameter: parameterNamed(name),
    weights: Float32Array.from(weights),
    mask: null,
    epoch: 0,
    window: everyEpoch,
    weightsOf: (other) => {
      const values = other === name ? weights : others[other];
      return values && { spec: parameterNamed(other), weights: Float32Array.from(values) };
    },
    random: createRandom(1),
    ...changes,
  };
}
