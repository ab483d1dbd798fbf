import type { StoreApi } from 'zustand/vanilla';
import type { AnalysisRequest } from '../protocol/analysis.ts';
import type { Checkpoint } from '../protocol/epoch-memory.ts';
import type { Environment } from '../protocol/training-event.ts';
import type { Analyses } from './analyses.ts';
import type { EpochMemory } from './epoch-memory.ts';
import type { Run, RunLabel } from './run.ts';
import type { GivenTeacher } from './teaching.ts';
import type { PortListener, TrainingPort } from './training-port.ts';
import type { WeightsAnswer } from './weight-readers.ts';

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

/** The run that charts and controls show. */
export function currentRun(state: RunsState): Run | null {
  return state.currentRunId === null ? null : (state.runs[state.currentRunId] ?? null);
}
