import { createTrainingClient } from '../runs/create-training-client.ts';
import type { TrainingClient } from '../runs/training-client.ts';
import { openWorkerPort } from '../runs/worker-port.ts';

/** The page's line to its training worker; the worker loads when the first command needs it. */
export const trainingClient: TrainingClient = openTrainingClient({ keepsEpochs: true });

/** @param options Whether the epochs of a run can be looked back at, and gone on from. */
export function openTrainingClient(options: { readonly keepsEpochs: boolean }): TrainingClient {
  return createTrainingClient({
    ...options,
    createPort: (listener) =>
      openWorkerPort(
        new Worker(new URL('../worker/training-worker.ts', import.meta.url), { type: 'module' }),
        listener,
      ),
    dataUrl: new URL('data/', document.baseURI).href,
  });
}
