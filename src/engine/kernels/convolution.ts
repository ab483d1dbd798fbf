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
 * Forward convolution. An invocation computes four neighbouring pixels of one or two vectors of filters in named
 * accumulators, so that each weight it loads serves four products; the kernel's width is unrolled, its height is a loop.
 *
 * SwiftShader, two busy cores, batch 64, kernel 5×5: 28×28×1 to 24×24×8 2482 ms by TensorFlow.js (it pads one channel to 32), 14 ms
 * here; 12×12×8 to 8×8×16 400 and 26 ms.
 */
export function convolutionProgram(shape: ConvolutionShape): KernelProgram {
  const tile = tileOf(shape);
  const { batch, outHeight } = shape;
  const invocations = batch * outHeight * tile.pixelGroups * tile.filterGroups;
  return {
    key: convolutionKey('convolution', shape),
    shader: () => shader(shape, tile),
    workgroups: spreadWorkgroups(Math.ceil(invocations / workgroupSize)),
  };
}

const workgroupSize = 64;
const pixels = 4;

interface Tile {
  readonly inWidth: Width;
  readonly outWidth: Width;
  /** Vectors of filters per invocation. */
  readonly vectors: number;
  readonly filterGroups: number;
  readonly pixelGroups: number;
}

function tileOf({ inChannels, outChannels, outWidth }: ConvolutionShape): Tile {
  const width = widthOf(outChannels);
  const vectors = (outChannels / width) % 2 === 0 ? 2 : 1;
  return {
    inWidth: widthOf(inChannels),
    outWidth: width,
    vectors,
    filterGroups: outChannels / width / vectors,
    pixelGroups: Math.ceil(outWidth / pixels),
  };
}

function shader(shape: ConvolutionShape, tile: Tile): string {
  const { batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, kernelHeight, kernelWidth } = shape;
  const { filterGroups, pixelGroups, vectors } = tile;
  const outVectors = outChannels / tile.outWidth;
  const inVectors = inChannels / tile.inWidth;
  return `
${storage(0, 'image', 'read', { length: batch * inHeight * inWidth * inChannels, width: tile.inWidth })}
${storage(1, 'kernel', 'read', { length: kernelHeight * kernelWidth * inChannels * outChannels, width: tile.outWidth })}
${storage(2, 'output', 'read_write', { length: batch * outHeight * outWidth * outChannels, width: tile.outWidth })}

${flatEntry(workgroupSize)} {
  ${flatInvocation('index', workgroupSize)}
  let outChannel = (index % ${filterGroups}u) * ${vectors}u;
  let x = ((index / ${filterGroups}u) % ${pixelGroups}u) * ${pixels}u;
  let y = (index / ${filterGroups * pixelGroups}u) % ${outHeight}u;
  let sample = index / ${filterGroups * pixelGroups * outHeight}u;
  if (sample >= ${batch}u) { return; }
  ${repeat(pixels * vectors, (at) => `var sum${at} = ${typeOf(tile.outWidth)}(0);`)}
  for (var ky = 0u; ky < ${kernelHeight}u; ky++) {
    let inY = i32(y * ${shape.strideHeight}u + ky) - ${shape.padTop};
    if (inY < 0 || inY >= ${inHeight}) { continue; }
    for (var channel = 0u; channel < ${inVectors}u; channel++) {
      ${loadWindow(shape, tile)}
      ${multiplyWindow(shape, tile)}
    }
  }
  let first = ((sample * ${outHeight}u + y) * ${outWidth}u + x) * ${outVectors}u + outChannel;
  ${repeat(pixels, (p) => {
    const stores = repeat(vectors, (v) => `output[first + ${p * outVectors + v}u] = sum${p * vectors + v};`);
    return `if (x + ${p}u < ${outWidth}u) { ${stores} }`;
  })}
}`;
}

/** Declares in0, in1, ...: the pixels of one row that the windows of the four outputs cover. */
function loadWindow(shape: ConvolutionShape, { inWidth: width }: Tile): string {
  const { inHeight, inWidth, inChannels, kernelWidth, strideWidth, padLeft } = shape;
  const inVectors = inChannels / width;
  const covered = (pixels - 1) * strideWidth + kernelWidth;
  const row = `(sample * ${inHeight}u + u32(inY)) * ${inWidth}u`;
  if (!isPaddedAcross(shape)) {
    // Pixels beyond the last output read beyond the row; they are never stored.
    return `let start = (${row} + x * ${strideWidth}u) * ${inVectors}u + channel;
      ${repeat(covered, (at) => `let in${at} = image[start + ${at * inVectors}u];`)}`;
  }
  return `let start = ${row};
      let left = i32(x * ${strideWidth}u) - ${padLeft};
      ${repeat(covered, (at) => {
        const column = `clamp(left + ${at}, 0, ${inWidth - 1})`;
        const isInside = `left + ${at} >= 0 && left + ${at} < ${inWidth}`;
        return `let in${at} = select(${typeOf(width)}(0), image[(start + u32(${column})) * ${inVectors}u + channel], ${isInside});`;
      })}`;
}

function multiplyWindow({ inChannels, outChannels, kernelWidth, strideWidth }: ConvolutionShape, tile: Tile): string {
  const { inWidth, outWidth, vectors } = tile;
  const outVectors = outChannels / outWidth;
  return repeat(kernelWidth * inWidth, (at) => {
    const [kx, part] = [Math.floor(at / inWidth), at % inWidth];
    const position = `(ky * ${kernelWidth}u + ${kx}u) * ${inChannels}u + channel * ${inWidth}u + ${part}u`;
    return `{
        let weight = (${position}) * ${outVectors}u + outChannel;
        ${repeat(vectors, (v) => `let w${v} = kernel[weight + ${v}u];`)}
        ${repeat(pixels * vectors, (sum) => {
          const [p, v] = [Math.floor(sum / vectors), sum % vectors];
          return `sum${sum} += ${element(`in${p * strideWidth + kx}`, part, inWidth)} * w${v};`;
        })}
      }`;
  });
}
