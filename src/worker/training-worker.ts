import type { PageMessage } from '../protocol/page-message.ts';
import type { TrainingEvent } from '../protocol/training-event.ts';
import { TrainingHost } from './training-host.ts';

/** The part of a dedicated worker's global scope that is used here. */
interface WorkerScope {
  postMessage(event: TrainingEvent, transfer: Transferable[]): void;
  onmessage: ((message: { readonly data: PageMessage }) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;
const host = new TrainingHost((event) => {
  scope.postMessage(event, transferable(event));
});

scope.onmessage = ({ data }) => {
  host.handle(data);
};

/** Weights are handed over, not copied: the host made them for this event. */
function transferable(event: TrainingEvent): Transferable[] {
  if (event.type !== 'weights') return [];
  return event.parameters.map(({ values }) => values.buffer);
}
