import { memo, type ReactElement } from 'react';
import type { RunStatus } from '../../runs/run.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import styles from './training.module.css';

export interface TransportControlsProps {
  /** Status of the current run; null when there is none. */
  readonly status: RunStatus | null;
  /** Why the schedule cannot be trained now. */
  readonly blocked: string | undefined;
  readonly onTrain: () => void;
  readonly onPause: () => void;
  readonly onResume: () => void;
  /** One minibatch, or to the end of the epoch; starts a paused run if there is none. */
  readonly onStep: (unit: 'minibatch' | 'epoch') => void;
  readonly onStop: () => void;
  readonly onReset: () => void;
}

/** Whether a run is under way: it can be stopped, and nothing else can start. */
export function isRunning(status: RunStatus | null): boolean {
  return status === 'preparing' || status === 'training' || status === 'paused' || status === 'testing';
}

/** Train, Pause or Resume in one place; Step, Stop and Reset keep theirs. */
export const TransportControls = memo(function TransportControls(props: TransportControlsProps): ReactElement {
  const { status, blocked, onStep, onStop, onReset } = props;
  const running = isRunning(status);
  const canStep = status === 'paused' || (!running && blocked === undefined);
  const stepReason = running ? 'Pause first: Step runs one minibatch of a paused run.' : blocked;
  return (
    <div className={styles.transport} role="group" aria-label="Training controls">
      <PrimaryControl {...props} />
      <IconButton
        icon="step"
        label="Step"
        size="large"
        hint="Step runs one minibatch. Hold Shift for a whole epoch."
        disabledReason={canStep ? undefined : stepReason}
        onClick={(event) => onStep(event.shiftKey ? 'epoch' : 'minibatch')}
      />
      <IconButton
        icon="stop"
        label="Stop"
        size="large"
        disabledReason={running ? undefined : 'Nothing is training.'}
        onClick={onStop}
      />
      <IconButton
        icon="reset"
        label="Reset"
        size="large"
        hint="Reset: leaves this run and shows what the schedule promises."
        disabledReason={status === null ? 'There is no run to leave.' : undefined}
        onClick={onReset}
      />
    </div>
  );
});

function PrimaryControl({ status, blocked, onTrain, onPause, onResume }: TransportControlsProps): ReactElement {
  if (status === 'paused') {
    return (
      <Button variant="primary" size="large" icon="play" className={styles.primary} onClick={onResume}>
        Resume
      </Button>
    );
  }
  if (isRunning(status)) {
    const reason = status === 'training' ? undefined : 'Training has not reached its first step, or is over.';
    return (
      <Button
        variant="primary"
        size="large"
        icon="pause"
        className={styles.primary}
        disabledReason={reason}
        onClick={onPause}
      >
        Pause
      </Button>
    );
  }
  return (
    <Button
      variant="primary"
      size="large"
      icon="play"
      className={styles.primary}
      hint="Train from new weights (Ctrl+Enter)"
      disabledReason={blocked}
      onClick={onTrain}
    >
      Train
    </Button>
  );
}
