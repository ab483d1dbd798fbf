import { isOver } from './reduce-run.ts';
import type { Run } from './run.ts';
import type { RunArchive, Stored, MadeRoom, StorageProblem } from './run-archive.ts';
import type { TrainingClient } from './training-client.ts';

/** What became of runs that were to be kept. */
export type KeepingEvent =
  | { readonly type: 'run-not-kept'; readonly run: Run; readonly problem: StorageProblem }
  | { readonly type: 'weights-kept'; readonly run: Run }
  | { readonly type: 'weights-not-kept'; readonly run: Run; readonly problem: StorageProblem }
  /** Weights of older runs made room. */
  | { readonly type: 'weights-dropped'; readonly runIds: readonly string[] };

/**
 * Keeps each run of the client when it ends, unless nothing was trained, with its final weights unless it failed; and again
 * when its label changes.
 *
 * @returns Stops doing so.
 */
export function keepEndedRuns(
  client: Pick<TrainingClient, 'store' | 'readWeights'>,
  archive: RunArchive,
  onEvent: (event: KeepingEvent) => void,
): () => void {
  const keeper = new Keeper(client, archive, onEvent);
  return client.store.subscribe(({ runs }, previous) => {
    for (const run of Object.values(runs)) {
      const before = previous.runs[run.id];
      if (before === undefined || before === run || !isOver(run) || run.epochs.length === 0) continue;
      if (!isOver(before)) void keeper.keep(run);
      else if (before.label !== run.label) void keeper.save(run);
    }
  });
}

class Keeper {
  readonly #client: Pick<TrainingClient, 'store' | 'readWeights'>;
  readonly #archive: RunArchive;
  readonly #onEvent: (event: KeepingEvent) => void;

  constructor(
    client: Pick<TrainingClient, 'store' | 'readWeights'>,
    archive: RunArchive,
    onEvent: (event: KeepingEvent) => void,
  ) {
    this.#client = client;
    this.#archive = archive;
    this.#onEvent = onEvent;
  }

  async keep(run: Run): Promise<void> {
    // Asked for at once: the worker forgets them when the next run starts.
    const reading = run.status === 'failed' ? null : this.#client.readWeights(run.id);
    const isSaved = await this.save(run);
    const weights = await reading;
    const isDeleted = !(run.id in this.#client.store.getState().runs);
    if (!isSaved || isDeleted || weights?.ok !== true) return;
    const { id: runId, startedAt } = run;
    const answer = await this.#archive.saveWeights({ runId, startedAt, parameters: weights.parameters });
    this.#reportRoom(answer);
    if (answer.ok) this.#onEvent({ type: 'weights-kept', run });
    else this.#onEvent({ type: 'weights-not-kept', run, problem: answer.problem });
  }

  async save(run: Run): Promise<boolean> {
    const answer = await this.#archive.save(run);
    this.#reportRoom(answer);
    if (!answer.ok) this.#onEvent({ type: 'run-not-kept', run, problem: answer.problem });
    return answer.ok;
  }

  #reportRoom(answer: Stored<MadeRoom>): void {
    if (answer.ok && answer.value.dropped.length > 0) {
      this.#onEvent({ type: 'weights-dropped', runIds: answer.value.dropped });
    }
  }
}
