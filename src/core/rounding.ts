/**
 * The integer nearest to a number; a number halfway between two integers goes to the even one, as IEEE 754 and PyTorch's
 * `round` do. `Math.round` sends halves upward instead.
 */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
