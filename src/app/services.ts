import { createTrainingClient, type TrainingClient } from '../runs/training-client.ts';
import { openWorkerPort } from '../runs/worker-port.ts';

/** The page's line to its training worker; the worker loads when the first command needs it. */
export const trainingClient: TrainingClient = createTrainingClient({
  createPort: (listener) =>
    openWorkerPort(new Worker(new URL('../worker/training-worker.ts', import.meta.url), { type: 'module' }), listener),
  dataUrl: new URL('data/', document.baseURI).href,
});
