import { useEffect, useMemo, useState } from 'react';
import type { AskedData, TestSamples } from '../../protocol/answers.ts';
import type { AnswersClient } from '../../runs/answers-client.ts';
import type { ComparedAnswers } from './compared-answers.ts';
import type { ShownModel } from './shown-models.ts';
import { type SampleProgress, useSampleAnswers } from './use-answers.ts';

export interface LoadedSamples {
  /** Null until they are there. */
  readonly samples: TestSamples | null;
  /** Why they are not, as a sentence. */
  readonly problem: string | null;
  readonly retry: () => void;
}

/** The test set of a dataset. */
export function useSamples(client: AnswersClient, data: AskedData): LoadedSamples {
  const [samples, setSamples] = useState<TestSamples | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isGone = false;
    client.loadSamples(data).then(
      (loaded) => {
        if (!isGone) setSamples(loaded);
      },
      (error: unknown) => {
        if (!isGone) setProblem(`The test samples could not be loaded: ${error instanceof Error ? error.message : ''}`);
      },
    );
    return () => {
      isGone = true;
    };
  }, [client, data, attempt]);
  const retry = (): void => {
    setProblem(null);
    setAttempt(attempt + 1);
  };
  return { samples, problem, retry };
}

/** How far both networks have answered the test samples. */
export interface AllAnswers {
  readonly dense: SampleProgress;
  readonly compressed: SampleProgress;
  /** How many each is asked. */
  readonly count: number;
  readonly hasBoth: boolean;
}

export interface AllAnswersRequest {
  readonly client: AnswersClient;
  readonly data: AskedData;
  readonly count: number;
  readonly dense: ShownModel | null;
  readonly compressed: ShownModel | null;
  readonly isWanted: boolean;
}

/** Asks both networks about the first test samples while that is wanted. */
export function useAllAnswers({ client, data, count, dense, compressed, isWanted }: AllAnswersRequest): AllAnswers {
  const wanted = useMemo(() => ({ data, count }), [data, count]);
  const hasBoth = dense !== null && compressed !== null;
  const asks = isWanted && hasBoth;
  return {
    dense: useSampleAnswers(client, asks ? dense.model : null, wanted),
    compressed: useSampleAnswers(client, asks ? compressed.model : null, wanted),
    count,
    hasBoth,
  };
}

/** Null until both have answered something. */
export function useCompared(samples: TestSamples | null, { dense, compressed }: AllAnswers): ComparedAnswers | null {
  return useMemo(() => {
    const count = Math.min(dense.done, compressed.done);
    if (samples === null || count === 0) return null;
    return {
      labels: samples.labels,
      count,
      classCount: dense.classCount,
      dense: dense.probabilities,
      compressed: compressed.probabilities,
    };
  }, [samples, dense, compressed]);
}
