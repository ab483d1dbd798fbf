import type { NamedTensor } from '../protocol/training-event.ts';

export type WeightsAnswer =
  | { readonly ok: true; readonly parameters: readonly NamedTensor[] }
  | { readonly ok: false; readonly message: string };

/** Who waits for the weights of which run: the worker is asked once for all of them. */
export class WeightReaders {
  readonly #waiting = new Map<string, ((answer: WeightsAnswer) => void)[]>();

  /** @param ask Called if nobody waits for these weights yet. */
  wait(runId: string, ask: () => void): Promise<WeightsAnswer> {
    return new Promise((resolve) => {
      const readers = this.#waiting.get(runId) ?? [];
      this.#waiting.set(runId, [...readers, resolve]);
      if (readers.length === 0) ask();
    });
  }

  /** Gives what a `weights` event brought. */
  receive(runId: string, parameters: readonly NamedTensor[]): void {
    const nothing = 'The run has no weights: it ended before there were any. Train it again.';
    this.#answer(runId, parameters.length > 0 ? { ok: true, parameters } : { ok: false, message: nothing });
  }

  /** No event will come any more. */
  refuseAll(message: string): void {
    for (const runId of [...this.#waiting.keys()]) this.#answer(runId, { ok: false, message });
  }

  #answer(runId: string, answer: WeightsAnswer): void {
    const readers = this.#waiting.get(runId) ?? [];
    this.#waiting.delete(runId);
    for (const answerTo of readers) answerTo(answer);
  }
}
