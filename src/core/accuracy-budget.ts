/** A measured place on a curve that is followed from where nothing is lost. */
export interface BudgetPoint {
  /** What is given up, rising along the curve: sparsity, or bits that are missing. */
  readonly x: number;
  /** Accuracy as a fraction. */
  readonly top1: number;
}

/**
 * How far a curve can be followed before accuracy falls below a floor: to where the straight line between two measured
 * places crosses it. What lies behind the first crossing does not count, even if accuracy recovers there.
 *
 * @param untouched Accuracy of the model as it is.
 * @param points In the order of x. Places where nothing has been given up yet may come first.
 * @returns x of the crossing, or of the last point if there is none; 0 without points.
 */
export function allowedPlace(untouched: number, points: readonly BudgetPoint[], floor: number): number {
  let before: BudgetPoint = { x: 0, top1: untouched };
  for (const point of points) {
    if (!(point.top1 >= floor)) return before.top1 < floor ? before.x : crossing(before, point, floor);
    before = point;
  }
  return before.x;
}

function crossing(before: BudgetPoint, after: BudgetPoint, floor: number): number {
  const fall = before.top1 - after.top1;
  // A loss that is no number has no slope: only what was measured before it counts.
  if (!(fall > 0)) return before.x;
  return before.x + ((after.x - before.x) * (before.top1 - floor)) / fall;
}

/** The accuracy that must be kept when it may fall by so many percentage points. */
export function accuracyFloor(untouched: number, pointsAllowed: number): number {
  // Half a millionth of a point below: a loss of exactly the budget is within it.
  return untouched - pointsAllowed / 100 - 5e-9;
}
