import { useDeferredValue, useMemo, useState } from 'react';
import type { Preflight } from '../schedule/preflight-types.ts';
import { type Experiment, readExperiment } from './experiment.ts';

export interface ReadExperiment {
  /** Of the text in the editor. */
  readonly written: Experiment;
  /** Of the text that is looked at. */
  readonly experiment: Experiment;
  /** The experiment of this text, or of the last one without errors. */
  readonly lastValid: Experiment | null;
  /** What `lastValid` promises. */
  readonly promise: Preflight | null;
  /** True if `promise` belongs to an earlier text. */
  readonly isPromiseStale: boolean;
}

/**
 * Reads the text after each change, without holding up typing; keeps the last promise while the text has errors.
 *
 * @param preview A text that stands for the other one while a change is only looked at; null: none.
 */
export function useExperiment(text: string, preview: string | null): ReadExperiment {
  const written = useDeferredValue(text);
  const deferred = useDeferredValue(preview ?? text);
  const experiment = useMemo(() => readExperiment(deferred), [deferred]);
  const isValid = experiment.schedule !== null;
  const [earlier, setEarlier] = useState<Experiment | null>(null);
  if (isValid && earlier !== experiment) setEarlier(experiment);
  const lastValid = isValid ? experiment : earlier;
  return {
    written: useMemo(() => readExperiment(written), [written]),
    experiment,
    lastValid,
    promise: lastValid?.promise ?? null,
    isPromiseStale: !isValid && lastValid !== null,
  };
}
