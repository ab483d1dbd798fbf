import type { ConvolutionLayer, Layer, Network } from '../core/network.ts';
import { averagePool, batchNorm, convolution, dense, flatten, relu } from './layer-builders.ts';
import { type AdaptedInput, cifarModel } from './models-cifar.ts';

/** The networks of He et al. 2015 for CIFAR (arXiv:1512.03385, section 4.2) by Distiller's names, three blocks in each stage. */

/** Filters of the three stages; the second and the third halve height and width. */
const stages = [16, 32, 64] as const;
const blocksPerStage = 3;

/** One block: its name, what it reads, and its shape. */
interface Block {
  /** `layer1.0` */
  readonly name: string;
  /** The layer that it reads. */
  readonly input: string;
  readonly lengths: readonly [incoming: number, outgoing: number];
  readonly stride: number;
}

/** How a network draws the first weights of its convolutions. */
type Drawing = 'default' | 'by-outputs';

function plainConvolution(
  name: string,
  lengths: Block['lengths'],
  { size = 3, drawing = 'default', ...rest }: Partial<ConvolutionLayer> & { size?: number; drawing?: Drawing } = {},
): ConvolutionLayer {
  const layer = convolution(name, lengths, size, { padding: (size - 1) / 2, bias: false, ...rest });
  return drawing === 'default' ? layer : { ...layer, initialDeviation: Math.sqrt(2 / (size ** 2 * lengths[1])) };
}

/** All blocks of the three stages, one after the other; a block ends in the layer that `makeBlock` puts last. */
function stack(first: string, makeBlock: (block: Block) => readonly Layer[]): readonly Layer[] {
  const layers: Layer[] = [];
  let incoming: number = stages[0];
  stages.forEach((outgoing, stage) => {
    for (let index = 0; index < blocksPerStage; index++) {
      const input = layers.at(-1)?.name ?? first;
      const stride = stage > 0 && index === 0 ? 2 : 1;
      layers.push(...makeBlock({ name: `layer${stage + 1}.${index}`, input, lengths: [incoming, outgoing], stride }));
      incoming = outgoing;
    }
  });
  return layers;
}

function stem({ channels, padding }: AdaptedInput, drawing: Drawing): ConvolutionLayer {
  return plainConvolution('conv1', [channels, stages[0]], { padding: padding + 1, drawing });
}

const head = (classCount: number): readonly Layer[] => [
  averagePool('avgpool', 8),
  flatten,
  dense('fc', [stages[2], classCount]),
];

/** conv1, bn1, relu1, conv2, bn2: what a plain and a residual block have in common. */
function twoConvolutions({ name, input, lengths, stride }: Block, drawing: Drawing): readonly Layer[] {
  const [, outgoing] = lengths;
  return [
    plainConvolution(`${name}.conv1`, lengths, { stride, drawing, inputs: [input] }),
    batchNorm(`${name}.bn1`, outgoing),
    relu(`${name}.relu1`),
    plainConvolution(`${name}.conv2`, [outgoing, outgoing], { drawing }),
    batchNorm(`${name}.bn2`, outgoing),
  ];
}

function plainBlock(block: Block): readonly Layer[] {
  return [...twoConvolutions(block, 'default'), relu(`${block.name}.relu2`)];
}

function residualBlock(block: Block): readonly Layer[] {
  const { name, input, lengths, stride } = block;
  const projection = `${name}.downsample`;
  const shortcut: readonly Layer[] =
    stride === 1
      ? []
      : [
          plainConvolution(`${projection}.0`, lengths, { size: 1, stride, drawing: 'by-outputs', inputs: [input] }),
          batchNorm(`${projection}.1`, lengths[1]),
        ];
  return [
    ...twoConvolutions(block, 'by-outputs'),
    ...shortcut,
    { name: `${name}.residual_eltwiseadd`, kind: 'add', inputs: [`${name}.bn2`, shortcut.at(-1)?.name ?? input] },
    relu(`${name}.relu2`),
  ];
}

/** Normalization and activation come before each convolution; the shortcut to more filters has no weights. */
function preActivationBlock({ name, input, lengths, stride }: Block): readonly Layer[] {
  const [incoming, outgoing] = lengths;
  const added = (outgoing - incoming) / 2;
  const shortcut: readonly Layer[] =
    stride === 1
      ? []
      : [
          { ...averagePool(`${name}.downsample.0`, stride), inputs: [input] },
          { name: `${name}.downsample.1`, kind: 'channel-pad', before: added, after: added },
        ];
  return [
    { ...batchNorm(`${name}.pre_bn`, incoming), inputs: [input] },
    relu(`${name}.pre_relu`),
    plainConvolution(`${name}.conv1`, lengths, { stride }),
    batchNorm(`${name}.bn`, outgoing),
    relu(`${name}.relu`),
    plainConvolution(`${name}.conv2`, [outgoing, outgoing]),
    ...shortcut,
    { name: `${name}.add`, kind: 'add', inputs: [`${name}.conv2`, shortcut.at(-1)?.name ?? input] },
  ];
}

function resnet20(name: string, input: AdaptedInput, classCount: number): Network {
  const layers = [
    stem(input, 'by-outputs'),
    batchNorm('bn1', stages[0]),
    relu('relu'),
    ...stack('relu', residualBlock),
    ...head(classCount),
  ];
  return { name, inputShape: input.inputShape, layers };
}

/** Puts a branch behind a module, which is renamed as Distiller renames it: `<module>.branched_module`. */
function attachExit(network: Network, module: string, branch: (prefix: string) => readonly Layer[]): Network {
  const branched = `${module}.branched_module`;
  const head = branch(`${module}.branch_net`);
  const layers = network.layers.flatMap((layer): readonly Layer[] => {
    const inputs = layer.inputs?.map((name) => (name === module ? branched : name));
    const linked = inputs ? { ...layer, inputs } : layer;
    return layer.name === module ? [{ ...linked, name: branched }, ...head] : [linked];
  });
  return { ...network, layers, exits: [{ name: 'exit0', layer: head.at(-1)?.name ?? branched }] };
}

export const plain20Cifar = cifarModel(
  'plain20_cifar',
  'Twenty layers one after the other, 268 336 weights with three channels: ResNet-20 without its shortcuts.',
  (input, classCount) => ({
    name: 'plain20_cifar',
    inputShape: input.inputShape,
    layers: [
      stem(input, 'default'),
      batchNorm('bn1', stages[0]),
      relu('relu'),
      ...stack('relu', plainBlock),
      ...head(classCount),
    ],
  }),
);

export const resnet20Cifar = cifarModel(
  'resnet20_cifar',
  'ResNet-20, 270 896 weights with three channels: nine blocks of two 3×3 convolutions with shortcuts.',
  (input, classCount) => resnet20('resnet20_cifar', input, classCount),
);

export const resnet20CifarEarlyExit = cifarModel(
  'resnet20_cifar_earlyexit',
  'ResNet-20 with a second, early answer after its first stage.',
  (input, classCount) =>
    attachExit(resnet20('resnet20_cifar_earlyexit', input, classCount), 'layer1.2.relu2', (prefix) => [
      averagePool(`${prefix}.0`, 3),
      { name: `${prefix}.1`, kind: 'flatten' },
      dense(`${prefix}.2`, [1600, classCount]),
    ]),
);

export const preactResnet20Cifar = cifarModel(
  'preact_resnet20_cifar',
  'ResNet-20 with normalization and activation before each convolution, 268 336 weights with three channels.',
  (input, classCount) => ({
    name: 'preact_resnet20_cifar',
    inputShape: input.inputShape,
    layers: [
      stem(input, 'default'),
      ...stack('conv1', preActivationBlock),
      batchNorm('final_bn', stages[2]),
      relu('final_relu'),
      ...head(classCount),
    ],
  }),
);
