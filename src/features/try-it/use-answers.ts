import { useEffect, useRef, useState } from 'react';
import type { AskedData } from '../../protocol/answers.ts';
import type { Answered, AnswersClient, ModelToAsk } from '../../runs/answers-client.ts';

export interface CurrentAnswer {
  /** The latest answer, also while the next one is under way; null before the first. */
  readonly answered: (Answered & { readonly modelKey: string }) | null;
  /** Why there is none, as a sentence. */
  readonly problem: string | null;
}

const noAnswer: CurrentAnswer = { answered: null, problem: null };

/** What a network answers to inputs that change: the newest are asked about once the answer before is there. */
export function useAnswer(
  client: AnswersClient,
  model: ModelToAsk | null,
  inputs: Uint8Array | Float32Array | null,
): CurrentAnswer {
  const [current, setCurrent] = useState(noAnswer);
  const wanted = useRef<{ model: ModelToAsk; inputs: Uint8Array | Float32Array } | null>(null);
  const isBusy = useRef(false);
  const isGone = useRef(false);
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
    };
  }, []);
  useEffect(() => {
    wanted.current = model === null || inputs === null ? null : { model, inputs };
    const askNext = async (): Promise<void> => {
      while (wanted.current !== null && !isGone.current) {
        const asked = wanted.current;
        wanted.current = null;
        try {
          const answered = await client.answer(asked.model, asked.inputs);
          setCurrent({ answered: { ...answered, modelKey: asked.model.key }, problem: null });
        } catch (error) {
          setCurrent({ answered: null, problem: error instanceof Error ? error.message : String(error) });
        }
      }
    };
    if (isBusy.current) return;
    isBusy.current = true;
    void askNext().finally(() => {
      isBusy.current = false;
    });
  }, [client, model, inputs]);
  return model === null || inputs === null ? noAnswer : current;
}

export interface SampleProgress {
  readonly classCount: number;
  /** [total, classCount]; rows from `done` on are still empty. */
  readonly probabilities: Float32Array;
  readonly done: number;
  readonly problem: string | null;
}

const nothingYet: SampleProgress = { classCount: 0, probabilities: new Float32Array(), done: 0, problem: null };

/** Complete answers, the newest last: going back to an epoch shows them at once. */
const complete = new Map<string, SampleProgress>();
const mostComplete = 12;

const intervalMs = 200;

/** What a network answers to the first test samples, growing while they are asked. Null model: nobody is asked. */
export function useSampleAnswers(
  client: AnswersClient,
  model: ModelToAsk | null,
  { data, count }: { readonly data: AskedData; readonly count: number },
): SampleProgress {
  const key = model === null ? null : `${model.key} ${data.dataset}/${data.seed} ${count}`;
  const [state, setState] = useState<{ readonly key: string | null; readonly progress: SampleProgress }>({
    key: null,
    progress: nothingYet,
  });
  useEffect(() => {
    if (model === null || key === null || complete.has(key)) return;
    let grown = nothingYet;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      clearTimeout(timer);
      timer = undefined;
      setState({ key, progress: grown });
    };
    const end = client.answerSamples(
      model,
      { data, count },
      {
        onPiece: ({ first, classCount, probabilities, isLast }) => {
          const all = grown.done === 0 ? new Float32Array(count * classCount) : grown.probabilities;
          all.set(probabilities, first * classCount);
          grown = { classCount, probabilities: all, done: first + probabilities.length / classCount, problem: null };
          if (isLast) remember(key, grown);
          if (isLast) show();
          else timer ??= setTimeout(show, intervalMs);
        },
        onFailure: (problem) => {
          grown = { ...grown, problem };
          show();
        },
      },
    );
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [client, model, key, data, count]);
  if (key === null) return nothingYet;
  return complete.get(key) ?? (state.key === key ? state.progress : nothingYet);
}

function remember(key: string, progress: SampleProgress): void {
  complete.set(key, progress);
  for (const old of complete.keys()) {
    if (complete.size <= mostComplete) return;
    complete.delete(old);
  }
}
