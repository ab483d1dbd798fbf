/** What the rate is multiplied by in the last quarter of a run whose file says nothing about rates. */
export const defaultRateDropFactor = 0.1;

/** The first epoch of the last quarter: 6 of 8, 8 of 10. */
export function defaultRateDropEpoch(epochs: number): number {
  return Math.ceil(0.75 * epochs);
}
