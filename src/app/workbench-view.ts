import type { ParameterSpec } from '../core/network.ts';
import type { LayerRow } from '../features/layers/layer-rows.ts';
import type { Environment, EpochMetrics } from '../protocol/training-event.ts';
import type { EpochMemory } from '../runs/epoch-memory.ts';
import type { Run } from '../runs/run.ts';
import type { Preflight } from '../schedule/preflight-types.ts';
import type { ChartEvent } from '../ui/chart-types.ts';
import type { Experiment } from './experiment.ts';

/** Everything the parts of the workbench show, derived from the text, the runs and the cursor. */
export interface WorkbenchView {
  /** Of the text in the editor. */
  readonly written: Experiment;
  /** The same, or what a drag on the timeline would make of it. */
  readonly experiment: Experiment;
  /** The experiment of the last text without errors. */
  readonly lastValid: Experiment | null;
  /** Of this text, or of the last one without errors. */
  readonly promise: Preflight | null;
  /** The promise if it is about the model of the run that is shown. */
  readonly shownPromise: Preflight | null;
  readonly isPromiseStale: boolean;
  /** Of the run that is shown, else of the experiment. */
  readonly parameters: readonly ParameterSpec[];
  readonly run: Run | null;
  readonly runs: Readonly<Record<string, Run>>;
  readonly environment: Environment | null;
  readonly layers: readonly LayerRow[];
  /** What is kept of the epochs of the run that is shown. */
  readonly memory: EpochMemory | null;
  /** Tick of the epoch that the layers are compared with. */
  readonly comparedTick: number | null;
  /** Of the epoch that the layers show: the one under the cursor, else the latest; undefined before any is measured. */
  readonly layerMetrics: EpochMetrics | undefined;
  readonly selectedLayer: LayerRow | null;
  readonly events: readonly ChartEvent[];
  /** True if the text differs from that of the run that is shown. */
  readonly isEdited: boolean;
}
