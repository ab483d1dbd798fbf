import * as tf from '@tensorflow/tfjs-core';
import { webgpuDevice } from './reference-backend.ts';

interface QueueOwner {
  readonly commandEncoder?: unknown;
  endComputePassEncoder?(): void;
  submitQueue?(): void;
}

/**
 * Resolves once everything that was asked of the current backend so far is done. Backends that compute at once (or only
 * tell by a read) resolve immediately.
 */
export function whenDeviceIsDone(): Promise<unknown> {
  const backend = tf.backend() as unknown as QueueOwner;
  if (backend.commandEncoder != null) {
    backend.endComputePassEncoder?.();
    backend.submitQueue?.();
  }
  return webgpuDevice()?.queue.onSubmittedWorkDone() ?? Promise.resolve();
}

/** Lets waiting messages be handled: a turn of the event loop, without the delay of a timer. */
export function yieldToMessages(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Keeps the number of submitted but unfinished steps small, so that pause and stop act at once. */
export class StepQueue {
  private readonly running: Promise<unknown>[] = [];
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Notes what was just submitted; waits while too much is under way. */
  async push(): Promise<void> {
    this.running.push(whenDeviceIsDone());
    if (this.running.length >= this.limit) await this.running.shift();
  }

  async drain(): Promise<void> {
    await Promise.all(this.running.splice(0));
  }
}
