import type { ModelToAsk } from '../../runs/answers-client.ts';

/** A network of the comparison. */
export interface ShownModel {
  readonly model: ModelToAsk;
  /** "run 1, at its end" */
  readonly when: string;
}

/** The epochs of the time machine. */
export interface EpochsToPlay {
  /** Tick n is the state after n epochs. */
  readonly tick: number;
  readonly done: number;
  readonly onMove: (tick: number) => void;
}
