import type { ChartEvent } from '../../ui/chart-types.ts';

/** What all charts share: one ruler, one cursor, one playhead, the same marks. */
export interface ChartAxis {
  readonly epochs: number;
  readonly playhead: number | null;
  readonly cursorEpoch: number | null;
  readonly onCursorChange: (epoch: number | null) => void;
  readonly pinned: boolean;
  readonly onPinnedChange: (pinned: boolean) => void;
  readonly events: readonly ChartEvent[];
  readonly onEventSelect: (event: ChartEvent) => void;
  /** What saved files begin with: "run-3", or "promise" before a run. */
  readonly fileName: string;
}
