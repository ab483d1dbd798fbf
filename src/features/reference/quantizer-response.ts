import { clampTo, dequantize, linearParameters, modeRange, quantize } from '../../core/linear-quantization.ts';
import { type Network, networkParameters } from '../../core/network.ts';
import { arrayMath, type ArrayTensor, arrayTensor } from '../../methods/array-math.ts';
import type { PostTrainingDefinition, QuantizerDefinition } from '../../methods/define-method.ts';
import type { ActivationQuantizer, Quantizer } from '../../methods/quantizer.ts';
import type { CurveLine } from './curve-types.ts';

const count = 801;
const ramp = (from: number, to: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => from + ((to - from) * index) / (count - 1));

/** Beyond 1, so that a method which cuts there shows it. */
const weights = ramp(-1.25, 1.25);

const lineOf = (xs: readonly number[], ys: ArrayLike<number>): readonly CurveLine[] => [
  { points: xs.map((x, index) => ({ x, y: ys[index] ?? NaN })) },
];

/** Evenly spaced weights after the quantizer, with the bits of the layer that has fewest. */
export function quantizedWeights(method: QuantizerDefinition, network: Network): readonly CurveLine[] | null {
  const quantizer = method.create(method.args.parse(method.example));
  const [fewest] = quantizer
    .plan(network)
    .flatMap(({ module, weights: bits }) => (bits === null ? [] : [{ module, bits }]))
    .toSorted((a, b) => a.bits - b.bits);
  const spec = networkParameters(network).find(({ layer, role }) => layer === fewest?.module && role === 'kernel');
  if (fewest === undefined || spec === undefined) return null;
  const shape = [count, 1];
  const parameter = { ...spec, shape, size: count };
  const { values } = quantizer.quantizeParameter(arrayMath, arrayTensor(shape, weights), parameter, fewest.bits);
  return lineOf(weights, values.data);
}

/** What the first replaced activation makes of its inputs, as far as that changes. */
export function quantizedActivations(method: QuantizerDefinition, network: Network): readonly CurveLine[] | null {
  const activation = firstActivation(method.create(method.args.parse(method.example)), network);
  if (activation === null) return null;
  const widest = ramp(-2, 8);
  const outputs = Array.from(activationOf(activation, widest));
  const top = widest[outputs.indexOf(Math.max(...outputs))] ?? 8;
  const inputs = ramp(-top / 4, top * 1.25);
  return lineOf(inputs, activationOf(activation, inputs));
}

function firstActivation(quantizer: Quantizer, network: Network): ActivationQuantizer | null {
  const found = network.layers.map(({ name }) => quantizer.replaceModule(network, name));
  return found.find((activation) => activation !== null) ?? null;
}

function activationOf(activation: ActivationQuantizer, inputs: readonly number[]): Float32Array {
  const input = arrayTensor([inputs.length], inputs);
  const scalar = (value: number): ArrayTensor => arrayMath.scalar(value);
  const learned = activation.learned.map(({ name, initial }) => [name, scalar(initial)] as const);
  const state = Object.entries(activation.state).map(([name, value]) => [name, scalar(value)] as const);
  const { output } = activation.forward(arrayMath, activation.placement === 'after' ? arrayMath.relu(input) : input, {
    training: true,
    learned: Object.fromEntries(learned),
    state: Object.fromEntries(state),
  });
  return output.data;
}

/** Evenly spaced weights in the integers of the example, as real values. */
export function quantizedTrained(method: PostTrainingDefinition): readonly CurveLine[] | null {
  const { mode, bits_parameters: bits } = method.create(method.args.parse(method.example)).args;
  if (bits === null) return null;
  const range = { min: Math.min(...weights), max: Math.max(...weights) };
  const parameters = linearParameters(mode.weights, bits, range);
  const integers = modeRange(mode.weights, bits);
  return lineOf(
    weights,
    weights.map((weight) => dequantize(clampTo(quantize(weight, parameters), integers), parameters)),
  );
}
