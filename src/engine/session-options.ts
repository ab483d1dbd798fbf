import type { Checkpoint } from '../protocol/epoch-memory.ts';
import type { Environment, TrainingEvent } from '../protocol/training-event.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { Normalization, SampleSet } from './batches.ts';
import type { GivenTeacher } from './teachers.ts';

/** What a run trains on; the zoo's `LoadedDataset` is one. */
export interface TrainingData extends Normalization {
  readonly train: SampleSet;
  readonly test: SampleSet;
  /** Of teachers, where these see more than the student; its first samples are those of `train`. */
  readonly teaching?: SampleSet;
  /** Resolves once samples and labels are there, whose number is right before. Absent: they are there. */
  readonly whenLoaded?: Promise<void>;
}

export interface SessionOptions {
  readonly runId: string;
  readonly schedule: Schedule;
  readonly data: TrainingData;
  readonly environment: Environment;
  readonly emit: (event: TrainingEvent) => void;
  /** Wait before the first minibatch. */
  readonly paused?: boolean;
  /** The finished run that a policy means by the teacher `run`. */
  readonly teacher?: GivenTeacher;
  /** Goes on from here instead of from the first weights. */
  readonly from?: Checkpoint | undefined;
  /** Say `epoch-kept` after each epoch. */
  readonly keepsEpochs?: boolean;
}
