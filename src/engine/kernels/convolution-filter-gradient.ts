import { type ConvolutionShape, convolutionKey, isPaddedAcross } from './convolution-shape.ts';
import type { KernelProgram } from './dispatch-kernel.ts';
import {
  element,
  flatEntry,
  flatInvocation,
  repeat,
  spreadWorkgroups,
  storage,
  typeOf,
  type Width,
  widthOf,
} from './shader-text.ts';

/**
 * Gradient of a convolution's kernel, one partial sum per image: [batch, kernelHeight · kernelWidth · inChannels ·
 * outChannels], to be added up by `columnSum`. The order of additions is fixed, so that runs repeat. An invocation holds one
 * row of the kernel for one vector of channels and one of filters.
 *
 * SwiftShader, two busy cores, both convolutions of the default model, batch 64: TensorFlow.js 553 ms, this kernel with the
 * sums over images 19 ms.
 */
export function convolutionFilterGradientProgram(shape: ConvolutionShape): KernelProgram {
  const tile = tileOf(shape);
  const invocations = shape.batch * shape.kernelHeight * tile.inVectors * tile.outVectors;
  return {
    key: convolutionKey('convolution-filter-gradient', shape),
    shader: () => shader(shape, tile),
    workgroups: spreadWorkgroups(Math.ceil(invocations / workgroupSize)),
  };
}

const workgroupSize = 32;

interface Tile {
  readonly inWidth: Width;
  readonly outWidth: Width;
  readonly inVectors: number;
  readonly outVectors: number;
}

function tileOf({ inChannels, outChannels }: ConvolutionShape): Tile {
  const inWidth = widthOf(inChannels);
  const outWidth = widthOf(outChannels);
  return { inWidth, outWidth, inVectors: inChannels / inWidth, outVectors: outChannels / outWidth };
}

function shader(shape: ConvolutionShape, tile: Tile): string {
  const { batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, kernelHeight, kernelWidth } = shape;
  const { inVectors, outVectors } = tile;
  const weights = kernelHeight * kernelWidth * inChannels * outChannels;
  return `
${storage(0, 'image', 'read', { length: batch * inHeight * inWidth * inChannels, width: tile.inWidth })}
${storage(1, 'error', 'read', { length: batch * outHeight * outWidth * outChannels, width: tile.outWidth })}
${storage(2, 'partials', 'read_write', { length: batch * weights, width: tile.outWidth })}

${flatEntry(workgroupSize)} {
  ${flatInvocation('index', workgroupSize)}
  let outChannel = index % ${outVectors}u;
  let channel = (index / ${outVectors}u) % ${inVectors}u;
  let ky = (index / ${outVectors * inVectors}u) % ${kernelHeight}u;
  let sample = index / ${outVectors * inVectors * kernelHeight}u;
  if (sample >= ${batch}u) { return; }
  ${repeat(kernelWidth * tile.inWidth, (at) => `var sum${at} = ${typeOf(tile.outWidth)}(0);`)}
  for (var y = 0u; y < ${outHeight}u; y++) {
    let inY = i32(y * ${shape.strideHeight}u + ky) - ${shape.padTop};
    if (inY < 0 || inY >= ${inHeight}) { continue; }
    let row = (sample * ${inHeight}u + u32(inY)) * ${inWidth}u;
    let errors = ((sample * ${outHeight}u + y) * ${outWidth}u) * ${outVectors}u + outChannel;
    ${isPaddedAcross(shape) || shape.strideWidth !== 1 ? walkRow(shape, tile) : slideAlongRow(shape, tile)}
  }
  ${repeat(kernelWidth * tile.inWidth, (at) => {
    const [kx, part] = [Math.floor(at / tile.inWidth), at % tile.inWidth];
    const position = `(ky * ${kernelWidth}u + ${kx}u) * ${inChannels}u + channel * ${tile.inWidth}u + ${part}u`;
    return `partials[sample * ${weights / tile.outWidth}u + (${position}) * ${outVectors}u + outChannel] = sum${at};`;
  })}
}`;
}

/** Stride 1 without padding: each pixel is loaded once and handed on from window to window. */
function slideAlongRow({ outWidth, kernelWidth }: ConvolutionShape, tile: Tile): string {
  const last = kernelWidth - 1;
  return `${repeat(last, (kx) => `var in${kx} = image[(row + ${kx}u) * ${tile.inVectors}u + channel];`)}
    for (var x = 0u; x < ${outWidth}u; x++) {
      let in${last} = image[(row + x + ${last}u) * ${tile.inVectors}u + channel];
      let e = error[errors + x * ${tile.outVectors}u];
      ${addProducts(kernelWidth, tile)}
      ${repeat(last, (kx) => `in${kx} = in${kx + 1};`)}
    }`;
}

function walkRow({ inWidth, outWidth, kernelWidth, strideWidth, padLeft }: ConvolutionShape, tile: Tile): string {
  return `for (var x = 0u; x < ${outWidth}u; x++) {
      let left = i32(x * ${strideWidth}u) - ${padLeft};
      ${repeat(kernelWidth, (kx) => {
        const column = `u32(clamp(left + ${kx}, 0, ${inWidth - 1}))`;
        const isInside = `left + ${kx} >= 0 && left + ${kx} < ${inWidth}`;
        return `let in${kx} = select(${typeOf(tile.inWidth)}(0), image[(row + ${column}) * ${tile.inVectors}u + channel], ${isInside});`;
      })}
      let e = error[errors + x * ${tile.outVectors}u];
      ${addProducts(kernelWidth, tile)}
    }`;
}

function addProducts(kernelWidth: number, { inWidth }: Tile): string {
  return repeat(kernelWidth * inWidth, (at) => {
    const [kx, part] = [Math.floor(at / inWidth), at % inWidth];
    return `sum${at} += ${element(`in${kx}`, part, inWidth)} * e;`;
  });
}
