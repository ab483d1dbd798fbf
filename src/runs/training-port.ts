import type { PageMessage } from '../protocol/page-message.ts';
import type { TrainingEvent } from '../protocol/training-event.ts';

/** A line to a training worker. Tests hand over a fake one. */
export interface TrainingPort {
  postMessage(message: PageMessage): void;
  terminate(): void;
}

/** What a port reports back; nothing after `terminate`. */
export interface PortListener {
  readonly onEvent: (event: TrainingEvent) => void;
  /** The worker cannot go on, or never came up. */
  readonly onCrash: (message: string) => void;
}

/** Opens a port of which nothing is heard any more once it is terminated. */
export function openGuardedPort(
  createPort: (listener: PortListener) => TrainingPort,
  { onEvent, onCrash }: PortListener,
): TrainingPort {
  let isOpen = true;
  const port = createPort({
    onEvent: (event) => {
      if (isOpen) onEvent(event);
    },
    onCrash: (message) => {
      if (isOpen) onCrash(message);
    },
  });
  return {
    postMessage: (message) => port.postMessage(message),
    terminate: () => {
      isOpen = false;
      port.terminate();
    },
  };
}
