import { createStore, type StoreApi } from 'zustand/vanilla';
import { isOver } from './reduce-run.ts';
import type { Run } from './run.ts';
import {
  nextItem,
  resumedSeries,
  runningItem,
  type Series,
  type SeriesItem,
  type SeriesItemState,
  textOfValue,
  withItem,
} from './series.ts';
import type { TrainingClient } from './training-client.ts';

/** Every series of this device, the newest first; at most one is running. */
export interface QueueState {
  readonly series: readonly Series[];
}

export type StartedRun =
  | { readonly ok: true; readonly runId: string }
  | { readonly ok: false; readonly message: string };

export interface RunQueueOptions {
  readonly client: Pick<TrainingClient, 'store' | 'stop'>;
  /** Starts a run of this text as Train would; runs of one series are to have the same teacher. */
  readonly startRun: (text: string, seriesId: string) => Promise<StartedRun>;
  /** Series of earlier visits. */
  readonly kept?: readonly Series[];
}

/** Trains series of runs one after another. */
export interface RunQueue {
  readonly store: StoreApi<QueueState>;
  /** Begins a series as soon as nothing else trains. Returns false if another series is running. */
  start(series: Series): boolean;
  /** Ends the running series, with the run that is under way; finished runs stay. */
  cancel(): void;
  /** Goes on with a series that was cancelled or interrupted, or tries again what failed. Returns false if another is running. */
  resume(id: string): boolean;
  /** Forgets a series that is not running; its runs stay. */
  remove(id: string): void;
  /** Adds series of a file; known ones stay as they are. */
  add(series: readonly Series[]): void;
}

export function createRunQueue(options: RunQueueOptions): RunQueue {
  return new Queue(options);
}

/** The series that is running; undefined if none is. */
export function runningSeries({ series }: QueueState): Series | undefined {
  return series.find(({ state }) => state === 'running');
}

class Queue implements RunQueue {
  readonly store: StoreApi<QueueState>;
  readonly #options: RunQueueOptions;
  #isStarting = false;
  #isPumpPlanned = false;

  constructor(options: RunQueueOptions) {
    this.#options = options;
    this.store = createStore<QueueState>(() => ({ series: options.kept ?? [] }));
    options.client.store.subscribe(() => this.#planPump());
  }

  start(series: Series): boolean {
    const state = this.store.getState();
    if (runningSeries(state) !== undefined) return false;
    this.store.setState({ series: [series, ...state.series] });
    this.#planPump();
    return true;
  }

  cancel(): void {
    const series = runningSeries(this.store.getState());
    if (series === undefined) return;
    const item = runningItem(series);
    const run = this.#runOf(item);
    this.#put({ ...this.#withEnd(series, 'stopped', null), state: 'cancelled' });
    if (run !== undefined && !isOver(run)) this.#options.client.stop();
  }

  resume(id: string): boolean {
    const state = this.store.getState();
    const series = state.series.find((one) => one.id === id);
    if (series === undefined || runningSeries(state) !== undefined) return false;
    this.#put(resumedSeries(series));
    this.#planPump();
    return true;
  }

  remove(id: string): void {
    const { series } = this.store.getState();
    this.store.setState({ series: series.filter((one) => one.id !== id || one.state === 'running') });
  }

  add(added: readonly Series[]): void {
    const { series } = this.store.getState();
    const fresh = added.filter(({ id }) => !series.some((one) => one.id === id));
    const all = [...series, ...fresh];
    this.store.setState({ series: all.toSorted((a, b) => b.createdAt - a.createdAt) });
  }

  /** After whoever else hears of a run's end: its weights are asked for before the next run takes their place. */
  #planPump(): void {
    if (this.#isPumpPlanned || runningSeries(this.store.getState()) === undefined) return;
    this.#isPumpPlanned = true;
    queueMicrotask(() => {
      this.#isPumpPlanned = false;
      this.#pump();
    });
  }

  #pump(): void {
    const series = this.#settled();
    if (series === undefined || this.#isStarting || runningItem(series) !== undefined || this.#isBusy()) return;
    const index = nextItem(series);
    const item = series.items[index];
    if (item === undefined) this.#put({ ...series, state: 'done' });
    else void this.#startItem(series, index, item);
  }

  /** The running series, with the end of its run written down if there was one. */
  #settled(): Series | undefined {
    const series = runningSeries(this.store.getState());
    const item = series && runningItem(series);
    if (series === undefined || item === undefined || this.#isStarting) return series;
    const run = this.#runOf(item);
    if (run !== undefined && !isOver(run)) return series;
    const ended = this.#withEnd(series, this.#endOf(run), run?.failure?.message ?? null);
    this.#put(ended);
    return ended;
  }

  /** A run that another took the place of waits for its turn again; one that the reader stopped does not. */
  #endOf(run: Run | undefined): SeriesItemState {
    if (run?.status === 'finished' || run?.status === 'failed') return run.status;
    return this.#isBusy() ? 'waiting' : 'stopped';
  }

  async #startItem(series: Series, index: number, item: SeriesItem): Promise<void> {
    this.#isStarting = true;
    const answer = await this.#answerOf(series, item);
    this.#isStarting = false;
    const current = this.store.getState().series.find(({ id }) => id === series.id);
    if (current === undefined || current.state !== 'running') {
      // Cancelled while its teacher was fetched.
      if (answer.ok) this.#options.client.stop();
      return;
    }
    this.#put(
      answer.ok
        ? withItem(current, index, { state: 'running', runId: answer.runId, problem: null })
        : withItem(current, index, { state: 'failed', problem: answer.message }),
    );
    this.#planPump();
  }

  async #answerOf(series: Series, item: SeriesItem): Promise<StartedRun> {
    const text = textOfValue(series, item.value);
    if (text === null) return { ok: false, message: `The schedule has no number at ${series.path}.` };
    try {
      return await this.#options.startRun(text, series.id);
    } catch (error) {
      return { ok: false, message: error instanceof Error ? error.message : String(error) };
    }
  }

  #withEnd(series: Series, state: SeriesItemState, problem: string | null): Series {
    const index = series.items.findIndex((item) => item.state === 'running');
    return index < 0 ? series : withItem(series, index, { state, problem });
  }

  #runOf(item: SeriesItem | undefined): Run | undefined {
    return item?.runId === null || item === undefined ? undefined : this.#runs()[item.runId];
  }

  #isBusy(): boolean {
    return Object.values(this.#runs()).some((run) => !isOver(run));
  }

  #runs(): Readonly<Record<string, Run>> {
    return this.#options.client.store.getState().runs;
  }

  #put(series: Series): void {
    const { series: all } = this.store.getState();
    this.store.setState({ series: all.map((one) => (one.id === series.id ? series : one)) });
  }
}
