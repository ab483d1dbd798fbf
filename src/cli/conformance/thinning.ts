import type { NetworkValues } from '../../core/network-reference.ts';
import { networkParameters, type Network } from '../../core/network.ts';
import { sensitivityMask } from '../../core/sensitivity.ts';
import { thinModel, type ThinnableModel, type ThinningFunction } from '../../core/thinning/apply-thinning.ts';
import { Refusal, type Adapters } from './adapter.ts';
import { inferOnDevice } from './device.ts';
import { networkOf, samplesOf, TensorDoor, type ModelDescription, type NamedTensors } from './recorded-model.ts';
import type { VectorCase, VectorTensor } from './vector-file.ts';

/** Physical removal of zero filters and channels. */
export const thinning: Adapters = { thinning: runThinning };

async function runThinning(vectorCase: VectorCase): Promise<Record<string, unknown>> {
  const { args, inputs } = vectorCase;
  const x = inputs.tensor('x');
  const network = networkOf(args.get<ModelDescription>('model'), x.shape.slice(1));
  const door = new TensorDoor(network);
  const { values, masks } = zeroed(network, door.valuesFromFile(inputs.get<NamedTensors>('params')), args.get('zero'));
  const input = samplesOf(x);
  const logitsMasked = await inferOnDevice({ network, values }, input, vectorCase);
  const before = { masks: door.valuesToFile(masks), logits_masked: logits(logitsMasked) };
  const velocity = inputs.values['velocity'] as NamedTensors | null | undefined;
  const result = thinModel(
    { network, values, masks, ...(velocity && { velocities: door.valuesFromFile(velocity) }) },
    args.get<ThinningFunction>('function'),
  );
  if (!result.ok) throw new Refusal(result.refusal.message, before);
  const { model, recipes } = result;
  const logitsThinned = await inferOnDevice(model, input, vectorCase);
  const after = new TensorDoor(model.network);
  return {
    ...before,
    shapes: shapesOf(model, after),
    params: after.valuesToFile(model.values),
    logits_thinned: logits(logitsThinned),
    same_logits: logitsThinned.values.every((value, index) => isClose(value, logitsMasked.values[index] ?? NaN)),
    masks_after: after.valuesToFile(model.masks ?? new Map()),
    velocity_after: model.velocities ? velocityToFile(model.velocities, after, network, model.network) : null,
    recipes: recipes.length,
  };
}

/** The model after its given structures were set to zero: those with the smallest L1 norms. */
function zeroed(
  network: Network,
  values: NetworkValues,
  zero: Readonly<Record<string, readonly [string, number]>>,
): { readonly values: NetworkValues; readonly masks: NetworkValues } {
  const masks = new Map<string, Float32Array>();
  const masked = new Map(values);
  for (const { name, shape } of networkParameters(network)) {
    const weights = values.get(name);
    const [structure, fraction] = zero[name] ?? ['', 0];
    const group = structure === 'Channels' ? 'channel' : 'filter';
    const mask = weights && fraction > 0 ? sensitivityMask(weights, shape, group, fraction) : null;
    if (!weights || !mask) continue;
    masks.set(name, mask);
    masked.set(
      name,
      weights.map((weight, index) => weight * (mask[index] ?? 1)),
    );
  }
  return { values: masked, masks };
}

function shapesOf({ network, values }: ThinnableModel, door: TensorDoor): Record<string, readonly number[]> {
  const names = networkParameters(network).map(({ name }) => name);
  return Object.fromEntries(
    names.map((name) => [name, door.valueToFile(name, values.get(name) ?? new Float32Array()).shape]),
  );
}

/** Distiller leaves the buffer of a dense weight that lost inputs uninitialised, so nothing was recorded of it. */
function velocityToFile(velocities: NetworkValues, door: TensorDoor, before: Network, after: Network) {
  const shapes = new Map(networkParameters(before).map(({ name, shape }) => [name, shape]));
  const lost = networkParameters(after)
    .filter(({ layerKind, role }) => layerKind === 'dense' && role === 'kernel')
    .filter(({ name, shape }) => shapes.get(name)?.[0] !== shape[0])
    .map(({ name }) => [name, null]);
  return { ...door.valuesToFile(velocities), ...(Object.fromEntries(lost) as Record<string, null>) };
}

const logits = ({ shape, values }: { shape: readonly number[]; values: Float32Array }): VectorTensor => ({
  shape,
  data: Array.from(values),
});

const isClose = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-5 + 1e-4 * Math.abs(b);
