/** "16 384": a count with a narrow space between thousands, rounded to a whole number. */
export function grouped(count: number): string {
  return Math.round(count).toLocaleString('en').replaceAll(',', '\u202f');
}
