import type { EpochSteps } from './epoch-steps.ts';
import type { PauseGate } from './pause-gate.ts';
import type { SessionOptions } from './session-options.ts';
import type { Teachers } from './teachers.ts';

export interface Preparation extends Pick<SessionOptions, 'runId' | 'environment' | 'emit'> {
  readonly teachers: Teachers;
  readonly steps: EpochSteps;
  readonly gate: PauseGate;
}

const millisecondsBetweenEvents = 100;

/**
 * All that comes before the first epoch, and says how far it is.
 *
 * @throws RunStopped if the run is stopped meanwhile; Diverged if a teacher cannot be trained.
 */
export async function prepareRun(preparation: Preparation): Promise<void> {
  await trainTeachers(preparation);
  await compileShaders(preparation);
}

/** Sends a batch through and back, without moving anything, where a backend compiles on first use. */
async function compileShaders({ runId, environment, steps, gate, emit }: Preparation): Promise<void> {
  if (environment.backend === 'cpu') return;
  emit({ type: 'preparing', runId, what: 'shaders', done: 0, total: 1 });
  await steps.prepare();
  gate.throwIfStopped();
}

async function trainTeachers({ runId, teachers, gate, emit }: Preparation): Promise<void> {
  let saidAt = 0;
  await teachers.prepare({
    onStep: (done, total) => {
      gate.throwIfStopped();
      if (done < total && performance.now() - saidAt < millisecondsBetweenEvents) return;
      saidAt = performance.now();
      emit({ type: 'preparing', runId, what: 'teacher', done, total });
    },
  });
}
