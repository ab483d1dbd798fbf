/** Thrown at the next step once a run is stopped. */
export class RunStopped extends Error {
  constructor() {
    super('The run was stopped');
  }
}

/** Where a run waits before a step while it is paused, and ends when it is stopped. */
export class PauseGate {
  private isPaused: boolean;
  private isStopped = false;
  private stepUnit: 'minibatch' | 'epoch' | null = null;
  private open: (() => void) | null = null;
  private readonly stopping: Promise<never>;
  private sayStopped: () => void = () => undefined;

  constructor(paused: boolean) {
    this.isPaused = paused;
    this.stopping = new Promise((_, reject) => {
      this.sayStopped = () => reject(new RunStopped());
    });
    // Most runs are stopped while nobody waits for that.
    this.stopping.catch(() => undefined);
  }

  /** Whether no more than the next minibatch may pass. */
  get isStepping(): boolean {
    return this.isPaused;
  }

  pause(): void {
    this.isPaused = true;
    this.stepUnit = null;
  }

  /** @returns False if there was nothing to resume. */
  resume(): boolean {
    const wasPaused = this.isPaused;
    this.isPaused = false;
    this.stepUnit = null;
    this.pass();
    return wasPaused;
  }

  /** Lets one minibatch or the rest of the epoch pass, then pauses again. */
  step(unit: 'minibatch' | 'epoch'): void {
    this.isPaused = unit === 'minibatch';
    this.stepUnit = unit;
    this.pass();
  }

  stop(): void {
    this.isStopped = true;
    this.sayStopped();
    this.pass();
  }

  /** Waits while paused; `onPause` runs each time the wait begins. Throws `RunStopped`. */
  async beforeStep(onPause: () => Promise<void>): Promise<void> {
    this.throwIfStopped();
    if (this.isPaused && !this.takeStep()) {
      await onPause();
      await this.wait();
      this.throwIfStopped();
    }
  }

  /** An epoch that was stepped to its end pauses before the next one. */
  afterEpoch(): void {
    if (this.stepUnit !== 'epoch') return;
    this.stepUnit = null;
    this.isPaused = true;
  }

  throwIfStopped(): void {
    if (this.isStopped) throw new RunStopped();
  }

  /** What some work comes to, or `RunStopped` at once when the run is stopped; nobody hears of the work then. */
  unlessStopped<T>(work: Promise<T>): Promise<T> {
    return Promise.race([this.stopping, work]);
  }

  private async wait(): Promise<void> {
    // A command may have come while `onPause` was at work.
    if (!this.isPaused || this.isStopped || this.takeStep()) return;
    await new Promise<void>((resolve) => {
      this.open = resolve;
    });
    this.takeStep();
  }

  /** Uses up the permission for one minibatch. */
  private takeStep(): boolean {
    if (this.stepUnit !== 'minibatch') return false;
    this.stepUnit = null;
    return true;
  }

  private pass(): void {
    this.open?.();
    this.open = null;
  }
}
