import { useEffect, useRef, useState } from 'react';

/** Those that wait to show something newer, in the order in which they asked. */
const waiting = new Set<() => void>();
let frame = 0;

function waitForTurn(update: () => void): void {
  waiting.add(update);
  frame ||= requestAnimationFrame(takeTurn);
}

function takeTurn(): void {
  const [next] = waiting;
  frame = waiting.size > 1 ? requestAnimationFrame(takeTurn) : 0;
  if (next === undefined) return;
  waiting.delete(next);
  next();
}

/**
 * The value, or an earlier one for a few frames: all that ask here show what is new one after the other, one a frame, so that
 * six charts of one run are six short tasks instead of a long one. Who waits keeps the place and skips what was overtaken.
 */
export function useInTurn<T>(value: T): T {
  const [shown, show] = useState(value);
  const latest = useRef(value);
  const [update] = useState(() => () => show(() => latest.current));
  useEffect(() => {
    latest.current = value;
    if (!Object.is(value, shown)) waitForTurn(update);
  }, [value, shown, update]);
  useEffect(() => () => void waiting.delete(update), [update]);
  return shown;
}
