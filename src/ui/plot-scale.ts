/** Where the plot lies in its element, in pixels, and how values become pixels. */
export interface Plot {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

export type ScaleKind = 'linear' | 'log';

export interface PlotOptions {
  readonly width: number;
  readonly height: number;
  readonly margin: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly epochs: number;
  readonly yDomain: readonly [number, number];
  readonly yScale: ScaleKind;
}

/** @throws RangeError if a logarithmic domain reaches zero. */
export function createPlot({ width, height, margin, epochs, yDomain, yScale }: PlotOptions): Plot {
  const [low, high] = yDomain;
  if (yScale === 'log' && low <= 0) throw new RangeError(`A logarithmic axis starts above 0, got ${low}`);
  const transform = yScale === 'log' ? Math.log : (value: number) => value;
  const left = margin.left;
  const right = Math.max(left + 1, width - margin.right);
  const top = margin.top;
  const bottom = Math.max(top + 1, height - margin.bottom);
  const span = transform(high) - transform(low) || 1;
  const x = (value: number): number => left + (value / Math.max(1, epochs)) * (right - left);
  const y = (value: number): number => bottom - ((transform(value) - transform(low)) / span) * (bottom - top);
  return { width, height, left, right, top, bottom, x, y };
}

/** Round numbers within the domain: 1, 2, 2.5 or 5 times a power of ten apart, about `target` of them. */
export function linearTicks(low: number, high: number, target: number): readonly number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / Math.max(1, target);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= rough * 0.999) ?? 10;
  const step = factor * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** More powers of ten than this stand too close in a small chart. */
const MOST_POWERS = 6;

/**
 * 1 and 3 times powers of ten within the domain; only powers of ten where it spans more than three of them, every second
 * or fewer where it spans very many, and closer ticks where these would be fewer than two.
 */
export function logTicks(low: number, high: number): readonly number[] {
  const powers = Math.log10(high) - Math.log10(low);
  if (powers > MOST_POWERS) {
    const apart = Math.ceil(powers / MOST_POWERS);
    return ticksAt([1], low, high).filter((tick) => Math.round(Math.log10(tick)) % apart === 0);
  }
  const few = ticksAt(powers > 3 ? [1] : [1, 3], low, high);
  if (few.length >= 2) return few;
  const more = ticksAt([1, 1.5, 2, 3, 5, 7], low, high);
  return more.length >= 2 ? more : [low, high];
}

function ticksAt(factors: readonly number[], low: number, high: number): readonly number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    for (const factor of factors) {
      const tick = Number((factor * 10 ** power).toPrecision(12));
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  }
  return ticks;
}

const EPOCH_STEPS = [1, 2, 4, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000];
/** Up to so many epochs each has its number, where there is room. */
const FEW_EPOCHS = 6;

/** Epochs between two labels of the ruler so that they stand at least `minPx` apart. */
export function epochStep(epochs: number, lengthPx: number, minPx = 34): number {
  const perEpoch = lengthPx / Math.max(1, epochs);
  const smallest = epochs > FEW_EPOCHS ? 2 : 1;
  return EPOCH_STEPS.find((step) => step >= smallest && step * perEpoch >= minPx) ?? 1000;
}

/** The whole epoch nearest to a pixel. */
export function epochAt(plot: Plot, epochs: number, px: number): number {
  const share = (px - plot.left) / (plot.right - plot.left);
  return Math.max(0, Math.min(epochs, Math.round(share * epochs)));
}

/** Pushes labels apart to `gap` pixels within `top` to `bottom`, keeping their order; what does not fit is cut from the end. */
export function spreadLabels(
  positions: readonly number[],
  gap: number,
  top: number,
  bottom: number,
): readonly (number | null)[] {
  const capacity = Math.max(1, Math.floor((bottom - top) / gap) + 1);
  // Whole pixels: lines that lie on each other keep the order in which they came.
  const height = (index: number): number => Math.round(positions[index] ?? 0);
  const order = positions.map((_, index) => index).sort((a, b) => height(a) - height(b));
  const shown = order.slice(0, capacity);
  const placed: (number | null)[] = positions.map(() => null);
  let last = top - gap;
  for (const index of shown) {
    last = Math.max(positions[index] ?? 0, last + gap);
    placed[index] = last;
  }
  let limit = bottom;
  for (const index of shown.toReversed()) {
    const at = Math.min(placed[index] ?? 0, limit);
    placed[index] = at;
    limit = at - gap;
  }
  return placed;
}
