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

/** Large numbers are handed over, not copied: they were made for this event, and nobody here looks at them again. */
function transferable(event: TrainingEvent): Transferable[] {
  if (event.type === 'weights') return event.parameters.map(({ values }) => values.buffer);
  if (event.type !== 'epoch-kept') return [];
  const { snapshot, checkpoint } = event;
  return [
    ...snapshot.tensors.map(({ halves }) => halves.buffer),
    ...checkpoint.values.map(({ values }) => values.buffer),
    ...checkpoint.optimizer.state.flatMap(({ slots }) => slots.map((slot) => slot.buffer)),
  ];
}
