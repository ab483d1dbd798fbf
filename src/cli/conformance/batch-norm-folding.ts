import { foldBatchNorm, foldNetwork, weightsToRank } from '../../core/batch-norm-folding.ts';
import { foldedTrainingForward, type FoldedTrainingState } from '../../core/batch-norm-folding-training.ts';
import { levelMask } from '../../core/element-masks.ts';
import { evaluateLayer, evaluateNetwork } from '../../core/network-reference.ts';
import { linearForward, type ArrayTensor } from '../../core/network-reference-convolution.ts';
import type { BatchNormLayer, ConvolutionLayer, DenseLayer } from '../../core/network.ts';
import { keepLargest, structuresToPrune } from '../../core/rank-structures.ts';
import { groupNorms, type Norm } from '../../core/structure-norms.ts';
import { expandGroups, groupStructures } from '../../core/structures.ts';
import type { Adapters } from './adapter.ts';
import { fromProject, toProject, transpose } from './layout.ts';
import { networkOf, samplesOf, TensorDoor, type ModelDescription, type NamedTensors } from './recorded-model.ts';
import { vector, type VectorCase, type VectorTensor } from './vector-file.ts';

/** Folding of batch normalization into the layer before it. */
export const batchNormFolding: Adapters = {
  bn_fold_inference: runInference,
  bn_fold_training: runTraining,
  bn_fold_ranking: runRanking,
  bn_fold_model: runModel,
};

/** A layer for a recorded weight; convolutions are of stride 1 without padding. */
function layerFor({ shape }: VectorTensor, bias: boolean): ConvolutionLayer | DenseLayer {
  const [outputs = 1, inputs = 1, height = 1, width = 1] = shape;
  const shared = { name: 'layer', bias };
  if (shape.length === 2) return { ...shared, kind: 'dense', inFeatures: inputs, outFeatures: outputs };
  const lengths = { inChannels: inputs, outChannels: outputs, stride: 1, padding: 0 };
  return { ...shared, ...lengths, kind: 'conv2d', kernelSize: [height, width] };
}

const floats = (tensor: VectorTensor | null): Float32Array | null => tensor && Float32Array.from(tensor.data);

function toFile({ shape, values }: ArrayTensor): VectorTensor {
  if (shape.length !== 4) return { shape, data: Array.from(values) };
  const stored = transpose(shape, values, [0, 3, 1, 2]);
  return { shape: stored.shape, data: Array.from(stored.values) };
}

function runInference({ args, inputs }: VectorCase): Record<string, unknown> {
  const bias = inputs.get<VectorTensor | null>('bias');
  const weight = inputs.tensor('weight');
  const layer = layerFor(weight, bias !== null);
  const kernel = toProject(weight).values;
  const vectorOf = (name: string): Float32Array => Float32Array.from(inputs.tensor(name).data);
  const epsilon = args.number('eps');
  const norm = { scale: vectorOf('gamma'), shift: vectorOf('beta'), mean: vectorOf('running_mean') };
  const variance = vectorOf('running_var');
  const folded = foldBatchNorm({ kernel, bias: floats(bias) }, { ...norm, variance, epsilon });
  const x = samplesOf(inputs.tensor('x'));
  const normLayer: BatchNormLayer = {
    name: 'bn',
    kind: 'batch-norm',
    features: variance.length,
    epsilon,
    momentum: 0.1,
  };
  const values = new Map([
    ...[['bn.weight', norm.scale] as const, ['bn.bias', norm.shift] as const],
    ...[['bn.running_mean', norm.mean] as const, ['bn.running_var', variance] as const],
  ]);
  const unfolded = evaluateLayer(normLayer, [linearForward(layer, x, kernel, floats(bias))], values);
  return {
    weight: fromProject(toProject(weight).shape, folded.kernel),
    bias: vector(folded.bias),
    output_unfolded: toFile(unfolded),
    output_folded: toFile(linearForward(layer, x, folded.kernel, folded.bias)),
  };
}

interface Batch {
  readonly x: VectorTensor;
  readonly grad_output: VectorTensor | null;
  readonly training: boolean;
}

function runTraining({ args, inputs }: VectorCase): Record<string, unknown> {
  const weight = inputs.tensor('weight');
  const bias = inputs.get<VectorTensor | null>('bias');
  const rule = {
    layer: layerFor(weight, bias !== null),
    epsilon: args.number('eps'),
    momentum: args.get<number | null>('momentum'),
    freezeDelay: args.number('freeze_bn_delay'),
  };
  const optional = (name: string): Float32Array | null =>
    floats((inputs.values[name] as VectorTensor | null | undefined) ?? null);
  let state: FoldedTrainingState = {
    kernel: toProject(weight).values,
    bias: floats(bias),
    scale: optional('gamma'),
    shift: optional('beta'),
    runningMean: Float32Array.from(inputs.tensor('running_mean').data),
    runningVariance: Float32Array.from(inputs.tensor('running_var').data),
    batchesSeen: 0,
    frozen: false,
  };
  const kernelShape = toProject(weight).shape;
  const steps = inputs.get<readonly Batch[]>('batches').map(({ x, grad_output, training }) => {
    const input = samplesOf(x);
    const forward = foldedTrainingForward(rule, state, input, training);
    state = forward.state;
    const gradients = grad_output && forward.backward(samplesOf(grad_output).values);
    return {
      output: toFile(forward.output),
      running_mean: vector(state.runningMean),
      running_var: vector(state.runningVariance),
      frozen: state.frozen,
      weight: fromProject(kernelShape, state.kernel),
      grads: gradients && {
        x: toFile({ shape: input.shape, values: gradients.input }),
        weight: fromProject(kernelShape, gradients.kernel),
        gamma: gradients.scale && vector(gradients.scale),
        beta: gradients.shift && vector(gradients.shift),
      },
    };
  });
  return { steps };
}

function runRanking({ args, inputs }: VectorCase): Record<string, unknown> {
  const named = inputs.get<NamedTensors>('params');
  const network = networkOf(args.get<ModelDescription>('model'), [1]);
  // Ranking needs no shapes of feature maps, and the file gives no sample to tell them.
  const values = new Map(Object.entries(named).map(([name, tensor]) => [name, toProject(tensor).values]));
  const masks = args.get<readonly string[]>('weights').map((name) => {
    const tensor = named[name];
    if (!tensor) throw new RangeError(`There is no parameter ${name}`);
    const ranked = args.get<boolean>('fold_batchnorm') ? weightsToRank(network, values, name) : values.get(name);
    const mask = rankedMask(ranked ?? new Float32Array(), toProject(tensor).shape, args);
    return [name, mask && fromProject(toProject(tensor).shape, mask)];
  });
  return { masks: Object.fromEntries(masks) as unknown };
}

function rankedMask(ranked: Float32Array, shape: readonly number[], args: VectorCase['args']): Float32Array | null {
  const groupType = args.get<string>('group_type');
  const sparsity = args.number('desired_sparsity');
  if (groupType === 'element') return levelMask(ranked, sparsity);
  const grouping = groupStructures(shape, groupType === 'Filters' || groupType === '3D' ? 'filter' : 'channel');
  const prune = structuresToPrune(grouping.groupCount, sparsity);
  if (prune === 0) return null;
  const norms = groupNorms(ranked, grouping, args.get<Norm>('criterion'), grouping.groupSize);
  return expandGroups(keepLargest(norms, prune), grouping);
}

function runModel({ args, inputs }: VectorCase): Record<string, unknown> {
  const x = inputs.tensor('x');
  const network = networkOf(args.get<ModelDescription>('model'), x.shape.slice(1));
  const values = new TensorDoor(network).valuesFromFile(inputs.get<NamedTensors>('params'));
  const folded = foldNetwork(network, values);
  const remaining = args.get<ModelDescription>('model').map(({ name, type }) => {
    return [name, folded.folded.has(name) ? 'Identity' : pytorchClasses[type]];
  });
  return {
    logits_before: toFile(evaluateNetwork(network, samplesOf(x), values)),
    logits_after: toFile(evaluateNetwork(folded.network, samplesOf(x), folded.values)),
    params_after: new TensorDoor(folded.network).valuesToFile(folded.values),
    remaining_layers: Object.fromEntries(remaining) as unknown,
  };
}

/** Names of PyTorch's classes by the types of the files. */
export const pytorchClasses: Readonly<Record<string, string>> = {
  linear: 'Linear',
  conv2d: 'Conv2d',
  batchnorm1d: 'BatchNorm1d',
  batchnorm2d: 'BatchNorm2d',
  relu: 'ReLU',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  maxpool2d: 'MaxPool2d',
  avgpool2d: 'AvgPool2d',
  flatten: 'Flatten',
};
