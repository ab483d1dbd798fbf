import { useCpuBackend } from '../engine/backend-cpu.ts';
import type { AnswersEvent, AnswersMessage } from '../protocol/answers.ts';
import { AnswersHost } from './answers-host.ts';

/** The part of a dedicated worker's global scope that is used here. */
interface WorkerScope {
  postMessage(event: AnswersEvent, transfer: Transferable[]): void;
  onmessage: ((message: { readonly data: AnswersMessage }) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;
// Plain JavaScript: one input needs no device, and the one that there is belongs to training.
const host = new AnswersHost((event) => scope.postMessage(event, transferable(event)), useCpuBackend);

scope.onmessage = ({ data }) => {
  host.handle(data);
};

/** Large numbers are handed over, not copied. */
function transferable(event: AnswersEvent): Transferable[] {
  if (event.type === 'samples') return [event.samples.inputs.buffer, event.samples.labels.buffer];
  return event.type === 'answers' ? [event.probabilities.buffer] : [];
}
