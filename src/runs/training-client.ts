import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AnalysisRequest } from '../protocol/analysis.ts';
import type { Checkpoint } from '../protocol/epoch-memory.ts';
import type { PageMessage } from '../protocol/page-message.ts';
import type { AnalysisOutcome, Environment, TrainingEvent } from '../protocol/training-event.ts';
import { sendSchedule } from '../schedule/send-schedule.ts';
import { zoo } from '../zoo/zoo.ts';
import { type Analyses, analysisUnderWay, changeUnderWay, reduceAnalyses, startAnalysis } from './analyses.ts';
import { emptyMemory, type EpochMemory, memoryBefore, rememberEpoch } from './epoch-memory.ts';
import { createRun, inheritedFrom, isOver, reduceRun } from './reduce-run.ts';
import type { Run, RunLabel } from './run.ts';
import type { GivenTeacher } from './teaching.ts';
import { completeAnalysis } from './complete-analysis.ts';
import { openGuardedPort, type PortListener, type TrainingPort } from './training-port.ts';
import { WeightReaders, type WeightsAnswer } from './weight-readers.ts';

/** Everything the page knows about runs. Changed by the client alone. */
export interface RunsState {
  readonly runs: Readonly<Record<string, Run>>;
  /** The run that charts and controls show; null before the first and after a reset. */
  readonly currentRunId: string | null;
  /** The device that trains, once the worker has tried it. */
  readonly environment: Environment | null;
  /** The run whose weights the worker holds: the one started last; null before the first and after a crash. */
  readonly inMemoryRunId: string | null;
  readonly analyses: Analyses;
  /** What is kept of the epochs of runs, by run: of those that train or are shown; others are in the archive. */
  readonly memories: Readonly<Record<string, EpochMemory>>;
}

export interface StartOptions {
  /** Waits before the first minibatch. */
  readonly paused?: boolean;
  /** Null: there is none. Absent: the worker takes the run that it holds. */
  readonly teacher?: GivenTeacher | null;
  /** Goes on from an epoch of another run. */
  readonly from?: { readonly run: Run; readonly checkpoint: Checkpoint };
}

export interface TrainingClient {
  readonly store: StoreApi<RunsState>;
  /** Starts the worker and asks which device it will use; the answer is `environment` in the store. */
  probe(): void;
  /** Stops what trains and starts a new run with this text, which becomes the current one. Returns its id. */
  start(text: string, options?: StartOptions): string;
  pause(): void;
  resume(): void;
  /** Trains one minibatch, or to the end of the epoch, then pauses. */
  step(unit: 'minibatch' | 'epoch'): void;
  stop(): void;
  /** Stops the current run and shows none; the run itself is kept. */
  reset(): void;
  /**
   * The weights that inference uses. Only those of the run that was started last, the default, are in memory; who asks before
   * another is started gets them all the same.
   */
  readWeights(runId?: string): Promise<WeightsAnswer>;
  /**
   * Asks about the weights in memory; progress and answer are in `analyses` of the store. Does nothing if no weights are in
   * memory, or while another question is under way.
   */
  analyze(request: AnalysisRequest): void;
  /** Ends the question that is under way; it stays open until the worker confirms. */
  cancelAnalysis(): void;
  /** Adds runs of an earlier visit; known ones stay as they are. */
  addRuns(runs: readonly Run[]): void;
  /** Takes in what an archive kept of a run's epochs. */
  addMemory(runId: string, memory: EpochMemory): void;
  /** Lets go of what is kept of these runs' epochs. */
  dropMemories(runIds: readonly string[]): void;
  /** Shows this run; unknown ids change nothing. */
  selectRun(runId: string): void;
  /** Writes down what the reader says about a run. */
  labelRun(runId: string, label: RunLabel): void;
  /** Forgets a run that is not training. */
  removeRun(runId: string): void;
  dispose(): void;
}

export interface TrainingClientOptions {
  /** Opens a worker; called when the first command needs it, and again after a crash. */
  readonly createPort: (listener: PortListener) => TrainingPort;
  /** Where the data shards lie, absolute, ending in a slash. */
  readonly dataUrl: string;
  readonly now?: () => number;
  readonly createId?: () => string;
  /** How long a stopping worker may take before it is ended. */
  readonly stopTimeoutMs?: number;
  /** Keep what each epoch was like, and what training can go on from. */
  readonly keepsEpochs?: boolean;
}

/** The page's side of training: sends commands, grows runs from events, survives a crash of its worker. */
export function createTrainingClient(options: TrainingClientOptions): TrainingClient {
  return new Client(options);
}

/** The run that charts and controls show. */
export function currentRun(state: RunsState): Run | null {
  return state.currentRunId === null ? null : (state.runs[state.currentRunId] ?? null);
}

class Client implements TrainingClient {
  readonly store: StoreApi<RunsState> = createStore<RunsState>(() => ({
    runs: {},
    currentRunId: null,
    environment: null,
    inMemoryRunId: null,
    analyses: {},
    memories: {},
  }));
  readonly #options: TrainingClientOptions;
  #port: TrainingPort | null = null;
  /** The run that was started last in this port; events of any other are late and dropped. */
  #portRunId: string | null = null;
  #stopTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #weightReaders = new WeightReaders();

  constructor(options: TrainingClientOptions) {
    this.#options = options;
  }

  probe(): void {
    this.#send({ type: 'probe' });
  }

  start(text: string, options: StartOptions = {}): string {
    this.#abandon();
    this.#endAnalysis({
      ok: false,
      cancelled: true,
      message: 'A new run took the place of the one that was analyzed.',
    });
    const run = this.#newRun(text, options);
    const { runs, memories } = this.store.getState();
    const { teacher, from, paused = false } = options;
    const memory = from ? memoryBefore(memories[from.run.id] ?? emptyMemory, from.checkpoint.epoch) : emptyMemory;
    this.store.setState({
      ...{ runs: { ...runs, [run.id]: run }, currentRunId: run.id, inMemoryRunId: run.id },
      memories: { ...memories, [run.id]: memory },
    });
    this.#portRunId = run.id;
    const { dataUrl, keepsEpochs } = this.#options;
    this.#send({
      ...({ type: 'start', runId: run.id, schedule: sendSchedule(text, zoo), dataUrl, paused } as const),
      ...(teacher !== undefined && { teacher: teacher?.trained ?? null }),
      ...(from && { from: from.checkpoint }),
      ...(keepsEpochs && { keepsEpochs }),
    });
    return run.id;
  }

  #newRun(text: string, { teacher, from }: StartOptions): Run {
    const { now = Date.now, createId = randomId } = this.#options;
    const { runs } = this.store.getState();
    return createRun({
      id: createId(),
      number: 1 + Math.max(0, ...Object.values(runs).map(({ number }) => number)),
      config: { version: 1, text },
      startedAt: now(),
      ...(teacher && { taughtBy: { runId: teacher.runId, number: teacher.number } }),
      ...(from && { inherited: inheritedFrom(from.run, from.checkpoint.epoch) }),
    });
  }

  pause(): void {
    this.#command((runId) => ({ type: 'pause', runId }));
  }

  resume(): void {
    this.cancelAnalysis();
    this.#command((runId) => ({ type: 'resume', runId }));
  }

  step(unit: 'minibatch' | 'epoch'): void {
    this.cancelAnalysis();
    this.#command((runId) => ({ type: 'step', runId, unit }));
  }

  stop(): void {
    this.#command((runId) => ({ type: 'stop', runId }));
    if (this.#activeRun() === null || this.#stopTimer !== undefined) return;
    // A worker deep in a shader compilation hears nothing; the reader's Stop counts all the same.
    this.#stopTimer = setTimeout(() => {
      this.#stopTimer = undefined;
      this.#abandon();
      this.#closePort('The run was stopped.');
    }, this.#options.stopTimeoutMs ?? 4000);
  }

  reset(): void {
    this.#abandon();
    this.store.setState({ currentRunId: null });
  }

  readWeights(runId: string | null = this.#portRunId): Promise<WeightsAnswer> {
    if (runId === null || runId !== this.#portRunId || this.#port === null) {
      const message = 'Only the weights of the latest run are in memory. Train this one again to have its weights.';
      return Promise.resolve({ ok: false, message });
    }
    return this.#weightReaders.wait(runId, () => this.#send({ type: 'read-weights', runId }));
  }

  analyze(request: AnalysisRequest): void {
    const { runs, analyses } = this.store.getState();
    const run = this.#portRunId === null ? undefined : runs[this.#portRunId];
    if (run === undefined || analysisUnderWay(analyses) !== null) return;
    const analysis = startAnalysis((this.#options.createId ?? randomId)(), run, request);
    this.store.setState({ analyses: { ...analyses, [request.kind]: analysis } });
    try {
      const complete = completeAnalysis(request);
      this.#send({ type: 'analyze', runId: run.id, analysisId: analysis.id, request: complete });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#endAnalysis({ ok: false, cancelled: false, message: error.message });
    }
  }

  cancelAnalysis(): void {
    const { analyses } = this.store.getState();
    const analysis = analysisUnderWay(analyses);
    if (analysis === null || analysis.isCancelling) return;
    this.store.setState({ analyses: changeUnderWay(analyses, { isCancelling: true }) });
    this.#send({ type: 'cancel-analysis', runId: analysis.runId, analysisId: analysis.id });
  }

  addRuns(added: readonly Run[]): void {
    const { runs } = this.store.getState();
    this.store.setState({ runs: { ...Object.fromEntries(added.map((run) => [run.id, run])), ...runs } });
  }

  addMemory(runId: string, memory: EpochMemory): void {
    const { memories } = this.store.getState();
    if (!(runId in memories)) this.store.setState({ memories: { ...memories, [runId]: memory } });
  }

  dropMemories(runIds: readonly string[]): void {
    const { memories } = this.store.getState();
    const kept = Object.entries(memories).filter(([id]) => !runIds.includes(id));
    this.store.setState({ memories: Object.fromEntries(kept) });
  }

  selectRun(runId: string): void {
    if (runId in this.store.getState().runs) this.store.setState({ currentRunId: runId });
  }

  labelRun(runId: string, label: RunLabel): void {
    const { runs } = this.store.getState();
    const run = runs[runId];
    if (run !== undefined) this.store.setState({ runs: { ...runs, [runId]: { ...run, label } } });
  }

  removeRun(runId: string): void {
    if (this.#activeRun()?.id === runId) return;
    const { currentRunId, runs } = this.store.getState();
    const kept = Object.fromEntries(Object.entries(runs).filter(([id]) => id !== runId));
    this.store.setState({ runs: kept, currentRunId: currentRunId === runId ? null : currentRunId });
  }

  dispose(): void {
    this.#abandon();
    this.#closePort('The page was closed.');
  }

  /** The run that the worker is at; null if it is over or there is none. */
  #activeRun(): Run | null {
    const run = this.#portRunId === null ? undefined : this.store.getState().runs[this.#portRunId];
    return run === undefined || isOver(run) ? null : run;
  }

  #command(message: (runId: string) => PageMessage): void {
    const run = this.#activeRun();
    if (run !== null) this.#send(message(run.id));
  }

  #send(message: PageMessage): void {
    this.#port ??= this.#openPort();
    this.#port.postMessage(message);
  }

  #openPort(): TrainingPort {
    return openGuardedPort(this.#options.createPort, {
      onEvent: (event) => this.#receive(event),
      onCrash: (message) => this.#crash(message),
    });
  }

  #receive(event: TrainingEvent): void {
    if (event.type === 'environment') {
      this.store.setState({ environment: event.environment });
      return;
    }
    if (event.type === 'weights') this.#weightReaders.receive(event.runId, event.parameters);
    if (event.runId !== this.#portRunId) return;
    if (event.type === 'started') this.store.setState({ environment: event.environment });
    if (event.type === 'epoch-kept') {
      const { memories } = this.store.getState();
      const memory = rememberEpoch(memories[event.runId] ?? emptyMemory, event);
      this.store.setState({ memories: { ...memories, [event.runId]: memory } });
    }
    this.#apply(event);
    this.#changeAnalyses((analyses) => reduceAnalyses(analyses, event));
    if (this.#activeRun() === null) this.#clearStopTimer();
    // Nothing can be computed on a lost device or after an unforeseen error: the next run gets a fresh worker.
    if (event.type === 'failed' && needsFreshWorker.has(event.failure.kind)) this.#closePort(event.failure.message);
  }

  #apply(event: TrainingEvent & { readonly runId: string }): void {
    const { runs } = this.store.getState();
    const run = runs[event.runId];
    if (run === undefined) return;
    const next = reduceRun(run, event);
    if (next !== run) this.store.setState({ runs: { ...runs, [run.id]: next } });
  }

  #changeAnalyses(change: (analyses: Analyses) => Analyses): void {
    const { analyses } = this.store.getState();
    const next = change(analyses);
    if (next !== analyses) this.store.setState({ analyses: next });
  }

  /** Answers the question that is under way in the worker's place. */
  #endAnalysis(outcome: AnalysisOutcome): void {
    this.#changeAnalyses((analyses) => changeUnderWay(analyses, { outcome }));
  }

  #crash(reason: string): void {
    const run = this.#activeRun();
    const message = `Training broke off: ${reason}`;
    if (run !== null) this.#apply({ type: 'failed', runId: run.id, failure: { kind: 'internal', message } });
    this.#closePort(message);
  }

  /** Ends the active run without waiting for the worker, whose later events about it are dropped. */
  #abandon(): void {
    this.#clearStopTimer();
    const run = this.#activeRun();
    if (run === null) return;
    this.#send({ type: 'stop', runId: run.id });
    this.#apply({ type: 'stopped', runId: run.id });
  }

  #closePort(reason: string): void {
    this.#clearStopTimer();
    this.#port?.terminate();
    this.#port = null;
    this.#portRunId = null;
    this.store.setState({ inMemoryRunId: null });
    const message = `${reason} Its weights are no longer in memory.`;
    this.#weightReaders.refuseAll(message);
    this.#endAnalysis({ ok: false, cancelled: false, message: `${message} Train again, then repeat the analysis.` });
  }

  #clearStopTimer(): void {
    clearTimeout(this.#stopTimer);
    this.#stopTimer = undefined;
  }
}

const needsFreshWorker: ReadonlySet<string> = new Set(['device-lost', 'out-of-memory', 'internal']);

/** Unlike `crypto.randomUUID`, works on pages served without encryption in a local network too. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
