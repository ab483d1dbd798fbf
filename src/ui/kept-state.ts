import { useSyncExternalStore } from 'react';

/**
 * A hook like `useState` whose value outlives the component: another width of the window mounts the same part anew, and
 * what the reader set or read there must be there still. One value on the page for each call of this function.
 */
export function keptState<Value>(initial: Value): () => readonly [Value, (value: Value) => void] {
  let current = initial;
  const listeners = new Set<() => void>();
  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const set = (value: Value): void => {
    current = value;
    for (const listener of listeners) listener();
  };
  return () => [useSyncExternalStore(subscribe, () => current), set];
}
