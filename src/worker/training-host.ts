import { chooseBackend } from '../engine/backend.ts';
import type { ComputeBackend, DeviceFailure } from '../engine/compute-backend.ts';
import type { SessionOptions } from '../engine/session-options.ts';
import { TrainingSession } from '../engine/training-session.ts';
import { loadMethods } from '../methods/load-methods.ts';
import type { PageMessage } from '../protocol/page-message.ts';
import type { TrainingEvent, TrainingFailure } from '../protocol/training-event.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { scheduleOf } from '../schedule/schedule-data.ts';
import { wantsRun } from '../schedule/wants-run.ts';
import { type AnalyzableRun, AnalysisHost } from './analysis-host.ts';
import { openTrainingData } from './load-training-data.ts';

type StartMessage = Extract<PageMessage, { type: 'start' }>;

interface CurrentRun {
  readonly runId: string;
  /** Null until schedule and device are known. */
  session: TrainingSession | null;
  /** Whether the session has its samples. */
  isLoaded: boolean;
  epoch: number;
  isOver: boolean;
  hasFailed: boolean;
  /** Waits before a minibatch. */
  isPaused: boolean;
  /** Stops the preparation too. */
  readonly abort: AbortController;
  /** Commands that came before the session was made, in order. */
  readonly waiting: ((session: TrainingSession) => void)[];
  /** Resolves once nothing of the run is at work any more. Never rejects. */
  ended: Promise<void>;
  /** Resolves once nobody reads its weights any more. Never rejects. */
  read: Promise<void>;
}

/** What decides about the teacher of a run. */
interface Inheritance {
  readonly schedule: Schedule;
  readonly sent: StartMessage['teacher'];
  readonly before: CurrentRun | null;
}

/** Turns messages into engine calls and engine events into messages. One run at a time; a new one ends the one before. */
export class TrainingHost {
  private readonly emit: (event: TrainingEvent) => void;
  private readonly analyses: AnalysisHost;
  private backend: Promise<ComputeBackend> | null = null;
  private current: CurrentRun | null = null;

  constructor(emit: (event: TrainingEvent) => void) {
    this.emit = emit;
    this.analyses = new AnalysisHost(emit);
  }

  handle(message: PageMessage): void {
    switch (message.type) {
      case 'probe':
        void this.openBackend();
        return;
      case 'start':
        this.start(message);
        return;
      case 'pause':
        this.command(message.runId, (session) => session.pause());
        return;
      case 'resume':
        this.command(message.runId, (session) => session.resume());
        return;
      case 'step':
        this.command(message.runId, (session) => session.step(message.unit));
        if (this.current?.runId === message.runId) this.current.isPaused = false;
        return;
      case 'stop':
        this.stop(message.runId);
        return;
      case 'read-weights':
        this.readWeights(message.runId);
        return;
      case 'analyze':
      case 'cancel-analysis':
        this.analysis(message);
        return;
      default:
        message satisfies never;
    }
  }

  private analysis(message: Extract<PageMessage, { type: 'analyze' | 'cancel-analysis' }>): void {
    if (message.type === 'analyze') this.analyses.start(message, this.analyzable(message.runId));
    else this.analyses.cancel(message.analysisId);
  }

  /** The session of a run whose weights do not move, or why there is none. */
  private analyzable(runId: string): AnalyzableRun {
    const run = this.current;
    if (run?.runId !== runId) return 'Only the weights of the latest run are in memory. Train this one again.';
    if (run.hasFailed) return 'The run failed, so it has no trained model. Correct what it says and train again.';
    const session = run.isLoaded ? run.session : null;
    if (run.isOver) return session ?? 'The run was stopped before it had weights. Train it again.';
    return run.isPaused && session !== null ? session : 'The run is training. Pause it, or wait for its end.';
  }

  /** Tries the devices once; says the outcome each time it is asked for. */
  private async openBackend(): Promise<ComputeBackend> {
    this.backend ??= chooseBackend().then((backend) => {
      backend.onFailure = (failure) => this.onDeviceFailure(backend, failure);
      return backend;
    });
    const backend = await this.backend;
    this.emit({ type: 'environment', environment: backend.environment });
    return backend;
  }

  private start(message: StartMessage): void {
    const before = this.current;
    if (before !== null) stopRun(before);
    this.analyses.end({ ok: false, cancelled: true, message: 'A new run took the place of this one.' });
    const run: CurrentRun = {
      runId: message.runId,
      session: null,
      isLoaded: false,
      epoch: 0,
      isOver: false,
      hasFailed: false,
      isPaused: false,
      abort: new AbortController(),
      waiting: [],
      ended: Promise.resolve(),
      read: Promise.resolve(),
    };
    this.current = run;
    run.ended = (before?.ended ?? Promise.resolve()).then(() => this.train(run, message, before));
  }

  private async train(run: CurrentRun, message: StartMessage, before: CurrentRun | null): Promise<void> {
    try {
      const session = await this.prepare(run, message, before);
      if (session === null) return;
      run.session = session;
      for (const command of run.waiting.splice(0)) command(session);
      await session.run();
    } catch (error) {
      this.fail(run, failureOf(error));
    } finally {
      // Where the schedule could not even be read.
      await disposeRun(before);
    }
  }

  /** Schedule and device, while the data is on its way. Null: an event has said why. */
  private async prepare(
    run: CurrentRun,
    { runId, schedule: read, dataUrl, paused, teacher: sent, from, keepsEpochs = false }: StartMessage,
    before: CurrentRun | null,
  ): Promise<TrainingSession | null> {
    if (!read.ok) {
      this.fail(run, { kind: 'invalid-schedule', message: read.message });
      return null;
    }
    const schedule = scheduleOf(read.value, await loadMethods(read.value.components.map(({ kind }) => kind)));
    const teacher = await this.takeOver(run, { schedule, sent, before });
    if (teacher === null) return null;
    this.say(run, { type: 'preparing', runId, what: 'device', done: 0, total: 1 });
    const data = this.openData(run, schedule, dataUrl);
    const { environment } = await this.openBackend();
    this.say(run, { type: 'preparing', runId, what: 'device', done: 1, total: 1 });
    if (run.abort.signal.aborted) this.say(run, { type: 'stopped', runId });
    if (run.isOver) return null;
    const emit = (event: TrainingEvent): void => this.say(run, event);
    return this.createSession(run, {
      ...{ runId, schedule, data, environment, paused, emit, from, keepsEpochs },
      ...teacher,
    });
  }

  /** Begins to load what a run trains on. If that fails, the run has failed, and an event has said so. */
  private openData(run: CurrentRun, { training }: Schedule, dataUrl: string): ReturnType<typeof openTrainingData> {
    const { runId } = run;
    const data = openTrainingData({
      ...{ settings: training, dataUrl, signal: run.abort.signal },
      onProgress: ({ loadedBytes: done, totalBytes: total }) =>
        this.say(run, { type: 'preparing', runId, what: 'data', done, total }),
    });
    data.whenLoaded.then(
      () => {
        run.isLoaded = true;
      },
      (error: unknown) => {
        const { dataset } = training;
        const message = `The data of ${dataset} could not be loaded (${messageOf(error)}).`;
        this.fail(run, { kind: 'data-unavailable', message, dataset });
      },
    );
    return data;
  }

  /** Null: the schedule cannot go on from where it should, and an event has said so. */
  private createSession(run: CurrentRun, options: SessionOptions): TrainingSession | null {
    try {
      return new TrainingSession(options);
    } catch (error) {
      if (!(error instanceof RangeError) || options.from === undefined) throw error;
      this.fail(run, { kind: 'invalid-schedule', message: error.message });
      return null;
    }
  }

  /** What the run before leaves to this one, before its weights are freed. Null: an event has said what is missing. */
  private async takeOver(
    run: CurrentRun,
    { schedule, sent, before }: Inheritance,
  ): Promise<Pick<SessionOptions, 'teacher'> | null> {
    const last = before?.isLoaded === true && !before.hasFailed ? before.session : null;
    try {
      if (!wantsRun(schedule)) return {};
      const { findTeacher } = await import('./find-teacher.ts');
      return { teacher: await findTeacher(schedule, sent, last) };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.fail(run, { kind: 'invalid-schedule', message: error.message });
      return null;
    } finally {
      await disposeRun(before);
    }
  }

  private command(runId: string, command: (session: TrainingSession) => void): void {
    const run = this.current;
    if (run?.runId !== runId || run.isOver) return;
    if (run.session === null) run.waiting.push(command);
    else command(run.session);
  }

  private stop(runId: string): void {
    const run = this.current;
    if (run?.runId === runId) stopRun(run);
  }

  /** Answers in any case: somebody waits. */
  private readWeights(runId: string): void {
    const run = this.current?.runId === runId ? this.current : null;
    const parameters = run?.session?.readWeights() ?? Promise.resolve([]);
    const answered = parameters
      // A lost device has no weights, and has said so itself.
      .catch(() => [])
      .then((read) => this.emit({ type: 'weights', runId, parameters: read }));
    if (run !== null) run.read = Promise.all([run.read, answered]).then(() => undefined);
  }

  /** Passes an event on, unless the run has ended for the page already. */
  private say(run: CurrentRun, event: TrainingEvent): void {
    if (run.isOver) return;
    if (event.type === 'progress') run.epoch = event.epoch;
    if (event.type === 'paused' || event.type === 'resumed') run.isPaused = event.type === 'paused';
    run.hasFailed = event.type === 'failed';
    if (event.type === 'finished' || event.type === 'stopped' || event.type === 'failed') run.isOver = true;
    this.emit(event);
  }

  private fail(run: CurrentRun, failure: TrainingFailure): void {
    if (run.abort.signal.aborted) this.say(run, { type: 'stopped', runId: run.runId });
    else this.say(run, { type: 'failed', runId: run.runId, failure });
  }

  private onDeviceFailure(backend: ComputeBackend, failure: DeviceFailure): void {
    const run = this.current;
    this.analyses.end({ ok: false, cancelled: false, message: failure.message });
    if (run !== null) this.fail(run, failure.kind === 'device-lost' ? { ...failure, epoch: run.epoch } : failure);
    if (failure.kind !== 'device-lost') {
      run?.session?.stop();
      return;
    }
    // Nothing that waits for this device ever resolves: the next run starts afresh, with a device of its own.
    run?.abort.abort();
    this.current = null;
    this.backend = null;
    backend.close();
  }
}

function stopRun(run: CurrentRun): void {
  run.abort.abort();
  run.session?.stop();
}

/** Frees the weights of a run that has ended, after those who still read them. */
async function disposeRun(run: CurrentRun | null): Promise<void> {
  await run?.read;
  run?.session?.dispose();
}

function failureOf(error: unknown): TrainingFailure {
  const message = messageOf(error);
  return { kind: /out of memory|allocation failed/i.test(message) ? 'out-of-memory' : 'internal', message };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
