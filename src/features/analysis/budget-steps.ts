/** Accuracy budgets are chosen in tenths of a percentage point. */
const step = 0.1;
const page = 1;

/** "1.0 points". */
export function fallText(fall: number): string {
  return `${fall.toFixed(1)} points`;
}

/** A fall in whole steps, from nothing to all accuracy that there is. @param untouched That accuracy, as a fraction. */
export function limitFall(fall: number, untouched: number): number {
  const most = Math.floor(untouched * 1000) / 10;
  return Number(Math.max(0, Math.min(most, Math.round(fall / step) * step)).toFixed(1));
}

/** The fall after a key; up keeps more accuracy. Undefined when the key is not the slider's. */
export function fallAfterKey(key: string, fall: number, untouched: number): number | undefined {
  const moves: Readonly<Record<string, number>> = {
    ArrowUp: -step,
    ArrowRight: -step,
    ArrowDown: step,
    ArrowLeft: step,
    PageUp: -page,
    PageDown: page,
    Home: Infinity,
    End: -Infinity,
  };
  const move = moves[key];
  return move === undefined ? undefined : limitFall(fall + move, untouched);
}

/** A fall as a reader writes it, with a point or a comma; null if it is none. */
export function readFall(text: string): number | null {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && value >= 0 && value <= 100 ? value : null;
}
