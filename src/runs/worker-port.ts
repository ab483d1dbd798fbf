import type { TrainingEvent } from '../protocol/training-event.ts';
import type { PortListener, TrainingPort } from './training-port.ts';

/** A training worker as the port that `createTrainingClient` asks for. */
export function openWorkerPort(worker: Worker, listener: PortListener): TrainingPort {
  worker.addEventListener('message', ({ data }: MessageEvent<TrainingEvent>) => {
    // Both ends are built together from the same union, so the message is what its type says.
    listener.onEvent(data);
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    listener.onCrash(event.message || 'the worker could not be loaded');
  });
  worker.addEventListener('messageerror', () => {
    listener.onCrash('a message of the worker could not be read');
  });
  return {
    postMessage: (message) => worker.postMessage(message),
    terminate: () => worker.terminate(),
  };
}
