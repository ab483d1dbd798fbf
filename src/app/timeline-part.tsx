import type { ReactElement } from 'react';
import { playheadOf } from '../features/metrics/chart-series.ts';
import { Timeline } from '../features/timeline/timeline.tsx';
import { revealInEditor } from './editor-access.ts';
import { timelineEdits } from './policy-edits.ts';
import { pointAtPolicy, setCursor, useWorkbench } from './workbench-store.ts';
import type { WorkbenchView } from './workbench-view.ts';

/** The policies over the epochs; moving them writes the text. */
export function TimelinePart({ view }: { readonly view: WorkbenchView }): ReactElement {
  const cursorEpoch = useWorkbench((state) => state.cursorEpoch);
  const isPinned = useWorkbench((state) => state.isPinned);
  const pointedPolicy = useWorkbench((state) => state.pointedPolicy);
  return (
    <Timeline
      preflight={view.promise}
      stale={view.isPromiseStale}
      cursorEpoch={cursorEpoch}
      onCursorChange={setCursor}
      pinned={isPinned}
      playhead={playheadOf(view.run)}
      pointedPolicy={pointedPolicy}
      onPointPolicy={pointAtPolicy}
      edits={timelineEdits}
      onSelectPolicy={revealInEditor}
    />
  );
}
