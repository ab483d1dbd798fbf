import { useEffect, useState } from 'react';
import type { StoreApi } from 'zustand';
import { currentRun, type RunsState } from '../runs/training-client.ts';

/** A small network trains dozens of epochs a second; charts that followed each of them would leave no time for the reader. */
const intervalMs = 250;

/** The runs of a client, at most four times a second while nothing but numbers changes; what the reader waits for comes at once. */
export function useSteadyRuns(store: StoreApi<RunsState>): RunsState {
  const [shown, setShown] = useState(() => store.getState());
  useEffect(() => {
    let last = store.getState();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      clearTimeout(timer);
      timer = undefined;
      last = store.getState();
      setShown(last);
    };
    const unsubscribe = store.subscribe((state) => {
      if (isUrgent(state, last)) show();
      else timer ??= setTimeout(show, intervalMs);
    });
    show();
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [store]);
  return shown;
}

function isUrgent(next: RunsState, shown: RunsState): boolean {
  return (
    currentRun(next)?.status !== currentRun(shown)?.status ||
    next.currentRunId !== shown.currentRunId ||
    next.environment !== shown.environment ||
    Object.keys(next.runs).length !== Object.keys(shown.runs).length
  );
}
