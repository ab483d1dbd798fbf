import { useDeferredValue, useMemo, useRef } from 'react';
import type { Preflight } from '../schedule/preflight-types.ts';
import { type Experiment, readExperiment } from './experiment.ts';

export interface ReadExperiment {
  readonly experiment: Experiment;
  /** Of this text, or of the last one without errors. */
  readonly promise: Preflight | null;
  /** True if `promise` belongs to an earlier text. */
  readonly isPromiseStale: boolean;
  /** The experiment of the last text without errors. */
  readonly lastValid: Experiment | null;
}

/** Reads the text after each change, without holding up typing; keeps the last promise while the text has errors. */
export function useExperiment(text: string): ReadExperiment {
  const deferred = useDeferredValue(text);
  const experiment = useMemo(() => readExperiment(deferred), [deferred]);
  const lastValid = useLastValid(experiment);
  return {
    experiment,
    promise: lastValid?.promise ?? null,
    isPromiseStale: experiment.promise === null && lastValid !== null,
    lastValid,
  };
}

function useLastValid(experiment: Experiment): Experiment | null {
  const last = useRef<Experiment | null>(null);
  return useMemo(() => {
    if (experiment.schedule !== null) last.current = experiment;
    return last.current;
  }, [experiment]);
}
