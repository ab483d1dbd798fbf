import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AnalysisRequest } from '../protocol/analysis.ts';
import type { PageMessage } from '../protocol/page-message.ts';
import type { AnalysisOutcome, TrainingEvent } from '../protocol/training-event.ts';
import { sendSchedule } from '../schedule/send-schedule.ts';
import { zoo } from '../zoo/zoo.ts';
import { type Analyses, analysisUnderWay, changeUnderWay, reduceAnalyses, startAnalysis } from './analyses.ts';
import { completeAnalysis } from './complete-analysis.ts';
import { emptyMemory, type EpochMemory, memoryBefore, rememberEpoch } from './epoch-memory.ts';
import { createRun, inheritedFrom, isOver, reduceRun } from './reduce-run.ts';
import type { Run, RunLabel } from './run.ts';
import type { RunsState, StartOptions, TrainingClient, TrainingClientOptions } from './training-client.ts';
import { openGuardedPort, type TrainingPort } from './training-port.ts';
import { WeightReaders, type WeightsAnswer } from './weight-readers.ts';

/** The page's side of training: sends commands, grows runs from events, survives a crash of its worker. */
export function createTrainingClient(options: TrainingClientOptions): TrainingClient {
  return new Client(options);
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
