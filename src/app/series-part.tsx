import { type ReactElement, useMemo } from 'react';
import { useStore } from 'zustand';
import { SeriesTab } from '../features/sweep/series-tab.tsx';
import { draftOfSweep, sweepYaml } from '../features/sweep/sweep-draft.ts';
import { runningSeries } from '../runs/run-queue.ts';
import { numbersOfText } from '../schedule/number-place.ts';
import { writeSweep } from '../schedule/write-sweep.ts';
import { setSweepDraft, useCompare } from './compare-store.ts';
import { trainingBlock } from './experiment.ts';
import { runQueue, startSeeds, startSweep } from './series-queue.ts';
import { trainingClient } from './services.ts';
import { useActions } from './use-actions.ts';
import type { WorkbenchView } from './workbench-view.ts';

/** Sweeps and seeds of the text in the editor, and what earlier ones came to. */
export function SeriesPart({
  view,
  onOpenText,
}: {
  readonly view: WorkbenchView;
  readonly onOpenText: (id: string) => void;
}): ReactElement {
  const actions = useActions();
  const series = useStore(runQueue.store, (state) => state.series);
  const running = useStore(runQueue.store, runningSeries);
  const draft = useCompare((state) => state.draft);
  const { text, schedule } = view.experiment;
  const numbers = useMemo(() => numbersOfText(text), [text]);
  // What the text itself says stands in the form until the reader chooses another number.
  const shownDraft = draft.path === '' && schedule?.sweep ? draftOfSweep(schedule.sweep) : draft;
  const busy = running && 'Another series is running. Cancel it, or wait for its end.';
  return (
    <SeriesTab
      numbers={numbers}
      draft={shownDraft}
      onDraft={setSweepDraft}
      blocked={busy ?? trainingBlock(view.experiment)}
      series={series}
      runs={view.runs}
      shown={view.run?.id ?? null}
      onStart={(sweep) => startSweep(text, sweep)}
      onWrite={(sweep) => {
        const written = writeSweep(text, sweepYaml(sweep));
        if (written === null) actions.report('The schedule has no place for a sweep. Mend its problems first.');
        else actions.openText(written, 'The sweep is in the schedule.');
      }}
      onSeeds={(count) => startSeeds(text, count)}
      onCancel={() => runQueue.cancel()}
      onResume={(id) => runQueue.resume(id)}
      onRemove={(id) => runQueue.remove(id)}
      onShow={(id) => trainingClient.selectRun(id)}
      onOpenText={onOpenText}
    />
  );
}
