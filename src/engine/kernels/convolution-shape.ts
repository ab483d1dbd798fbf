/** A convolution of images [batch, inHeight, inWidth, inChannels] with a kernel [height, width, inChannels, outChannels]. */
export interface ConvolutionShape {
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  /** Zeros before the first row and column; those after the last follow from the output's size. */
  readonly padTop: number;
  readonly padLeft: number;
}

export function convolutionKey(name: string, shape: ConvolutionShape): string {
  return `${name} ${Object.values(shape).join(' ')}`;
}

/** Whether a window may reach beyond the columns of the image. */
export function isPaddedAcross({ padLeft, outWidth, strideWidth, kernelWidth, inWidth }: ConvolutionShape): boolean {
  return padLeft > 0 || (outWidth - 1) * strideWidth + kernelWidth > inWidth;
}
