/**
 * A network as data: a list of named layers in execution order. Layouts are NHWC for feature maps, HWIO for
 * convolution kernels, [height, width, 1, channels] for depthwise ones, [in, out] for dense kernels; `flatten` runs over height, width, channel (HWC).
 */
export interface Network {
  readonly name: string;
  /** [height, width, channels] of one image, or [features] of one point. */
  readonly inputShape: readonly number[];
  readonly layers: readonly Layer[];
  /** Heads that answer before the last layer does, in order. Absent: the last layer is the only output. */
  readonly exits?: readonly NetworkExit[];
}

/** An early exit: a layer whose output is an answer [classes], as the last layer's is. */
export interface NetworkExit {
  /** As Distiller counts them in its log: `exit0`, `exit1`, … */
  readonly name: string;
  readonly layer: string;
}

interface LayerBase {
  /** Module name as Distiller spells it, e.g. `layer1.0.conv1`. Unique in its network. */
  readonly name: string;
  /** Names of the layers whose outputs this one reads. Absent: the layer before it, or the network's input. */
  readonly inputs?: readonly string[];
}

export interface ConvolutionLayer extends LayerBase {
  readonly kind: 'conv2d';
  readonly inChannels: number;
  readonly outChannels: number;
  /** [height, width]. */
  readonly kernelSize: readonly [number, number];
  readonly stride: number;
  /** Zeros added on each side of height and width. */
  readonly padding: number;
  readonly bias: boolean;
  /** Initial weights are drawn from a normal distribution of this deviation around 0. Absent: as `ParameterSpec.fanIn` says. */
  readonly initialDeviation?: number;
}

/** A convolution of each channel by itself, with one filter [height, width] each: as many groups as channels in PyTorch. */
export interface DepthwiseLayer extends LayerBase {
  readonly kind: 'depthwise-conv2d';
  /** Of input and output. */
  readonly channels: number;
  /** [height, width]. */
  readonly kernelSize: readonly [number, number];
  readonly stride: number;
  /** Zeros added on each side of height and width. */
  readonly padding: number;
  readonly bias: boolean;
}

export interface DenseLayer extends LayerBase {
  readonly kind: 'dense';
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly bias: boolean;
}

export interface BatchNormLayer extends LayerBase {
  readonly kind: 'batch-norm';
  readonly features: number;
  readonly epsilon: number;
  /** Weight of the new batch in the running statistics (PyTorch's meaning). */
  readonly momentum: number;
}

/** Square window, stride equal to `size` unless given, no padding. */
export interface PoolLayer extends LayerBase {
  readonly kind: 'max-pool' | 'avg-pool';
  readonly size: number;
  readonly stride?: number;
}

export interface PlainLayer extends LayerBase {
  readonly kind: 'relu' | 'tanh' | 'sigmoid' | 'flatten' | 'add';
}

/** Channels of zeros before and after those that there are: a shortcut without weights to a wider layer. */
export interface ChannelPadLayer extends LayerBase {
  readonly kind: 'channel-pad';
  readonly before: number;
  readonly after: number;
}

/** A layer with a kernel, which multiplies and adds. */
export type LinearLayer = ConvolutionLayer | DepthwiseLayer | DenseLayer;
export type Layer = LinearLayer | BatchNormLayer | PoolLayer | PlainLayer | ChannelPadLayer;
export type LayerKind = Layer['kind'];

/** Whether a layer has a kernel with filters. */
export function isConvolution(layer: Layer): layer is ConvolutionLayer | DepthwiseLayer {
  return layer.kind === 'conv2d' || layer.kind === 'depthwise-conv2d';
}

export function isLinear(layer: Layer): layer is LinearLayer {
  return layer.kind === 'dense' || isConvolution(layer);
}

/** Shape of a layer's kernel: HWIO, of a depthwise layer with one input channel, or [in, out]. */
export function kernelShape(layer: LinearLayer): readonly number[] {
  switch (layer.kind) {
    case 'conv2d':
      return [...layer.kernelSize, layer.inChannels, layer.outChannels];
    case 'depthwise-conv2d':
      return [...layer.kernelSize, 1, layer.channels];
    case 'dense':
      return [layer.inFeatures, layer.outFeatures];
  }
}

/** What a parameter is to its layer. `scale` and `shift` belong to batch-norm. */
export type ParameterRole = 'kernel' | 'bias' | 'scale' | 'shift';

/** A trainable tensor of a network: its name, where it lives and its shape in project layout. */
export interface ParameterSpec {
  /** `<layer>.weight` or `<layer>.bias`, as Distiller and PyTorch call it. */
  readonly name: string;
  readonly layer: string;
  readonly layerKind: LayerKind;
  readonly role: ParameterRole;
  readonly shape: readonly number[];
  readonly size: number;
  /** Inputs of one output unit; initial weights are uniform in ±1/√fanIn (PyTorch's default). */
  readonly fanIn: number;
  /** Where a model says so: initial weights are normal around 0 with this deviation instead. */
  readonly initialDeviation?: number;
}

/** Names of the layers that answer: the early exits in order, the last layer last. */
export function outputLayers(network: Network): readonly string[] {
  const last = network.layers.at(-1);
  return [...(network.exits ?? []).map((exit) => exit.layer), ...(last ? [last.name] : [])];
}

/** Every trainable parameter of a network, in the order of its layers, weight before bias. */
export function networkParameters(network: Network): readonly ParameterSpec[] {
  return network.layers.flatMap(layerParameters);
}

function layerParameters(layer: Layer): ParameterSpec[] {
  switch (layer.kind) {
    case 'conv2d':
    case 'depthwise-conv2d':
    case 'dense': {
      const shape = kernelShape(layer);
      const outputs = shape.at(-1)!;
      const fanIn = shape.slice(0, -1).reduce((product, length) => product * length, 1);
      const weights = parameter(layer, 'kernel', shape, fanIn);
      const deviation = layer.kind === 'conv2d' ? layer.initialDeviation : undefined;
      const kernel = deviation === undefined ? weights : { ...weights, initialDeviation: deviation };
      return layer.bias ? [kernel, parameter(layer, 'bias', [outputs], fanIn)] : [kernel];
    }
    case 'batch-norm':
      return [parameter(layer, 'scale', [layer.features], 1), parameter(layer, 'shift', [layer.features], 1)];
    default:
      return [];
  }
}

function parameter(layer: Layer, role: ParameterRole, shape: readonly number[], fanIn: number): ParameterSpec {
  const suffix = role === 'kernel' || role === 'scale' ? 'weight' : 'bias';
  return {
    name: `${layer.name}.${suffix}`,
    layer: layer.name,
    layerKind: layer.kind,
    role,
    shape,
    size: shape.reduce((product, length) => product * length, 1),
    fanIn,
  };
}

/** Removes one `module` path component, which multi-GPU wrapping put into names of real schedule files. */
export function withoutModulePrefix(name: string): string {
  const parts = name.split('.');
  const at = parts.indexOf('module');
  return at < 0 ? name : parts.filter((_, index) => index !== at).join('.');
}
