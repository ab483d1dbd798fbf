import type { SentSchedule } from '../schedule/schedule-data.ts';
import type { AnalysisRequest } from './analysis.ts';
import type { Checkpoint } from './epoch-memory.ts';
import type { NamedTensor } from './training-event.ts';

/** What a finished run has learned. */
export interface TrainedRun {
  /** Name of its model in the zoo. */
  readonly model: string;
  /** As a `weights` event brought them. */
  readonly parameters: readonly NamedTensor[];
}

/** What the page asks of the worker. Commands for a run that is not the current one are dropped. */
export type PageMessage =
  /** Answered by an `environment` event: which device will be used. */
  | { readonly type: 'probe' }
  | {
      readonly type: 'start';
      readonly runId: string;
      /** As the page has read it: the worker has no parser. */
      readonly schedule: SentSchedule;
      /** Where the data shards lie, absolute, ending in a slash. */
      readonly dataUrl: string;
      /** Start paused before the first minibatch, for stepping. */
      readonly paused: boolean;
      /** The finished run that the schedule means by the teacher `run`; null: none; absent: the one that the worker holds. */
      readonly teacher?: TrainedRun | null;
      /** Goes on from here instead of from the first weights. */
      readonly from?: Checkpoint;
      /** Say `epoch-kept` after each epoch. */
      readonly keepsEpochs?: boolean;
    }
  | { readonly type: 'pause'; readonly runId: string }
  | { readonly type: 'resume'; readonly runId: string }
  /** Trains one minibatch, or to the end of the epoch, then pauses. */
  | { readonly type: 'step'; readonly runId: string; readonly unit: 'minibatch' | 'epoch' }
  | { readonly type: 'stop'; readonly runId: string }
  /** Answered by a `weights` event with the values that inference uses, also if a new run is started meanwhile. */
  | { readonly type: 'read-weights'; readonly runId: string }
  /** Answered by `analysis-progress` and one `analysis-end` event. One at a time. */
  | { readonly type: 'analyze'; readonly runId: string; readonly analysisId: string; readonly request: AnalysisRequest }
  | { readonly type: 'cancel-analysis'; readonly runId: string; readonly analysisId: string };
