/** How often values fall into bins of one width between `low` and `high`. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
}

const binCount = 64;

/**
 * A histogram whose range need not be known beforehand: where a value lies outside, the range doubles and neighbouring bins
 * become one. So every count is exact, and values come in one pass. Zeros are left out: behind a ReLU they outnumber all.
 */
export class GrowingHistogram {
  private range = 2 ** -10;
  /** Of values in [-range, range). */
  private counts = new Float64Array(2 * binCount);

  add(values: ArrayLike<number>): void {
    for (let at = 0; at < values.length; at++) {
      const value = values[at]!;
      if (value === 0 || !Number.isFinite(value)) continue;
      while (value >= this.range || value < -this.range) this.double();
      this.counts[binCount + Math.floor((value / this.range) * binCount)]!++;
    }
  }

  /** From 0 where no value was below it, else from the mirror image of the largest. Null if all values were zero. */
  read(): Histogram | null {
    if (this.counts.every((count) => count === 0)) return null;
    const { range } = this;
    const positive = this.counts.subarray(binCount);
    const isOneSided = this.counts.subarray(0, binCount).every((count) => count === 0);
    if (isOneSided) return { low: 0, high: range, counts: Array.from(positive) };
    const halved = Array.from({ length: binCount }, (_, bin) => this.counts[2 * bin]! + this.counts[2 * bin + 1]!);
    return { low: -range, high: range, counts: halved };
  }

  private double(): void {
    const wider = new Float64Array(2 * binCount);
    this.counts.forEach((count, bin) => {
      wider[binCount / 2 + (bin >> 1)]! += count;
    });
    this.counts = wider;
    this.range *= 2;
  }
}
