import type { EpochSteps } from './epoch-steps.ts';
import type { PauseGate } from './pause-gate.ts';
import type { SessionOptions } from './session-options.ts';
import type { Teachers } from './teachers.ts';

export interface Preparation extends Pick<SessionOptions, 'runId' | 'environment' | 'emit' | 'data'> {
  readonly teachers: Teachers;
  readonly steps: EpochSteps;
  readonly gate: PauseGate;
}

const millisecondsBetweenEvents = 100;

/**
 * All that comes before the first epoch, and says how far it is. Shaders depend on shapes, not on samples: they are compiled
 * while the data is on its way, unless a teacher has to learn from it before.
 *
 * @throws RunStopped as soon as the run is stopped; Diverged if a teacher cannot be trained; what `data.whenLoaded` rejects
 *   with.
 */
export async function prepareRun(preparation: Preparation): Promise<void> {
  const { data, gate, teachers } = preparation;
  const loaded = gate.unlessStopped(data.whenLoaded ?? Promise.resolve());
  if (teachers.areTrained) await loaded;
  const compiled = trainTeachers(preparation).then(() => gate.unlessStopped(compileShaders(preparation)));
  await Promise.all([loaded, compiled]);
}

/** Sends a batch through and back, without moving anything, where a backend compiles on first use. */
async function compileShaders({ runId, environment, steps, emit }: Preparation): Promise<void> {
  if (environment.backend === 'cpu') return;
  emit({ type: 'preparing', runId, what: 'shaders', done: 0, total: 1 });
  await steps.prepare();
  // Where all of it was compiled for another run nothing else says so.
  emit({ type: 'preparing', runId, what: 'shaders', done: 1, total: 1 });
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
