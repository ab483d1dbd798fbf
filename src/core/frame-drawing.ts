/** Grey values, 0 empty and 255 full, row by row. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** How pictures of a dataset were brought into their frame of 28 × 28. */
export interface Framing {
  /** Pixels that the longer side of what is drawn fills. */
  readonly box: number;
  /** What comes to lie in the middle. */
  readonly middle: 'mass' | 'box';
}

/** MNIST: scaled into 20 × 20 with grey edges, centred by mass (LeCun et al. 1998, section III.A). */
export const digitFraming: Framing = { box: 20, middle: 'mass' };
/** Fashion-MNIST: the longer side fills the frame, centred (Xiao, Rasul and Vollgraf 2017, section 2). */
export const garmentFraming: Framing = { box: 28, middle: 'box' };

export const frameSize = 28;

/**
 * A drawing as pictures of a dataset are: cut out, scaled without distortion so that its longer side fills the box, grey
 * where an edge covers part of a pixel, and moved by whole pixels into the middle.
 *
 * @returns 28 × 28 grey values; all 0 where nothing is drawn.
 */
export function frameDrawing(drawing: GreyPicture, { box, middle }: Framing): Uint8Array {
  const framed = new Uint8Array(frameSize * frameSize);
  const ink = inkBounds(drawing);
  if (ink === null) return framed;
  const scale = box / Math.max(ink.width, ink.height);
  const width = Math.max(1, Math.round(ink.width * scale));
  const height = Math.max(1, Math.round(ink.height * scale));
  const scaled = scaleByArea(drawing, ink, [width, height]);
  const [left, top] = middle === 'box' ? [0.5 * width, 0.5 * height] : centreOfMass(scaled, width);
  const x0 = clamp(Math.round(frameSize / 2 - left), frameSize - width);
  const y0 = clamp(Math.round(frameSize / 2 - top), frameSize - height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) framed[(y + y0) * frameSize + x + x0] = Math.round(scaled[y * width + x]!);
  return framed;
}

/** Nothing of the drawing may leave the frame. */
function clamp(offset: number, most: number): number {
  return Math.max(0, Math.min(most, offset));
}

interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function inkBounds({ width, height, pixels }: GreyPicture): Bounds | null {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (pixels[y * width + x] === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** Each pixel is the mean of what it covers. */
function scaleByArea(
  { width: stride, pixels }: GreyPicture,
  ink: Bounds,
  [width, height]: readonly [number, number],
): Float64Array {
  const scaled = new Float64Array(width * height);
  const [stepX, stepY] = [ink.width / width, ink.height / height];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let sum = 0;
      forEachOverlap(row * stepY, (row + 1) * stepY, (y, shareY) => {
        forEachOverlap(column * stepX, (column + 1) * stepX, (x, shareX) => {
          sum += shareX * shareY * (pixels[(ink.y + y) * stride + ink.x + x] ?? 0);
        });
      });
      scaled[row * width + column] = sum / (stepX * stepY);
    }
  }
  return scaled;
}

/** The whole numbers whose unit intervals meet [from, to), with the length of the meeting. */
function forEachOverlap(from: number, to: number, visit: (at: number, share: number) => void): void {
  for (let at = Math.floor(from); at < to - 1e-9; at++) visit(at, Math.min(to, at + 1) - Math.max(from, at));
}

function centreOfMass(values: Float64Array, width: number): readonly [x: number, y: number] {
  let [mass, sumX, sumY] = [0, 0, 0];
  values.forEach((value, index) => {
    mass += value;
    sumX += value * ((index % width) + 0.5);
    sumY += value * (Math.floor(index / width) + 0.5);
  });
  return [sumX / mass, sumY / mass];
}
