import { lazy, type ReactElement, useMemo } from 'react';
import { useStore } from 'zustand';
import type { ComparedText } from '../features/compare/diff-tab.tsx';
import type { OverlayTabProps } from '../features/compare/overlay-tab.tsx';
import { type RunRow, runRows } from '../features/compare/run-rows.ts';
import { RunsPanel } from '../features/compare/runs-panel.tsx';
import type { RunsTeaching } from '../features/compare/teaches-cell.tsx';
import { SeriesNotice } from '../features/sweep/series-notice.tsx';
import { baselineRun } from '../runs/baseline-choice.ts';
import type { Run } from '../runs/run.ts';
import { runningSeries } from '../runs/run-queue.ts';
import { teachingProblem, teachingRun } from '../runs/teaching.ts';
import { Banner } from '../ui/banner.tsx';
import { useStableList } from '../ui/use-stable-list.ts';
import { chooseBaseline, setCompareNotice, setOverlaid, showRunsTab, useCompare } from './compare-store.ts';
import { recipeOf } from './recipes.ts';
import { chooseTeacher, deleteRun, dismissKeepingNotice, useKeeping } from './run-keeping.ts';
import { runsMenu } from './runs-menu.ts';
import { runQueue } from './series-queue.ts';
import { trainingClient } from './services.ts';
import { useClassroom } from './teaching-run.ts';
import { useActions } from './use-actions.ts';
import { setCursor, setPinned, useWorkbench } from './workbench-store.ts';
import type { WorkbenchView } from './workbench-view.ts';

const SeriesPart = lazy(async () => ({ default: (await import('./series-part.tsx')).SeriesPart }));

interface RunsPartProps {
  readonly view: WorkbenchView;
}

/** The runs of this device: which is shown, which teaches, how they compare, and what runs in series. */
export function RunsPart({ view }: RunsPartProps): ReactElement {
  const actions = useActions();
  const { problem, notice } = useKeeping();
  const tab = useCompare((state) => state.tab);
  const baselineId = useCompare((state) => state.baselineId);
  const runs = useStableList(Object.values(view.runs));
  const baseline = baselineRun(runs, baselineId);
  const rows = useMemo(() => runRows(runs, { nameOf: recipeName, baseline }), [runs, baseline]);
  const { overlaid, overlay } = useOverlay(runs, rows);
  const onOpenText = (id: string): void => {
    const run = view.runs[id];
    if (run) actions.openText(run.config.text, `The schedule of run ${run.number} replaced yours.`);
  };
  return (
    <RunsPanel
      rows={rows}
      tab={tab}
      onTab={showRunsTab}
      shown={view.run?.id ?? null}
      overlaid={overlaid}
      overlay={overlay}
      diff={{ texts: comparedTexts(view, rows), before: baseline?.id ?? null, after: afterId(view, baseline) }}
      series={<SeriesPart view={view} onOpenText={onOpenText} />}
      notices={<Notices />}
      menu={runsMenu(view)}
      teaching={useTeaching(view)}
      keepingProblem={problem}
      keepingNotice={notice}
      onDismissNotice={dismissKeepingNotice}
      onShow={(id) => trainingClient.selectRun(id)}
      onLabel={(id, label) => trainingClient.labelRun(id, label)}
      onBaseline={chooseBaseline}
      onOverlay={(id) => setOverlaid(toggled(overlaid, id))}
      onOpenText={onOpenText}
      onDelete={(id) => {
        const run = view.runs[id];
        if (!run) return;
        const undo = deleteRun(run);
        actions.offer(`Run ${run.number} was deleted.`, 'Undo', undo);
      }}
    />
  );
}

function recipeName(text: string): string | null {
  return recipeOf(text)?.title ?? null;
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** So many of the newest runs are overlaid until the reader chooses. */
const newestOverlaid = 4;

function useOverlay(
  runs: readonly Run[],
  rows: readonly RunRow[],
): { readonly overlaid: ReadonlySet<string>; readonly overlay: OverlayTabProps } {
  const chosen = useCompare((state) => state.overlaid);
  const epoch = useWorkbench((state) => state.cursorEpoch);
  const isPinned = useWorkbench((state) => state.isPinned);
  const newest = useMemo(
    () =>
      new Set(
        rows
          .filter(({ last }) => last !== null)
          .slice(0, newestOverlaid)
          .map(({ id }) => id),
      ),
    [rows],
  );
  const overlaid = chosen ?? newest;
  const shown = useStableList(runs.filter(({ id }) => overlaid.has(id)).toSorted((a, b) => a.number - b.number));
  const names = useStableList(shown.map(({ id }) => rows.find((row) => row.id === id)?.name ?? ''));
  const nameOf = useMemo(() => (id: string) => names[shown.findIndex((run) => run.id === id)] ?? '', [names, shown]);
  const cursor = { epoch, onChange: setCursor, isPinned, onPinnedChange: setPinned };
  return { overlaid, overlay: { runs: shown, nameOf, cursor } };
}

const editorId = 'editor';

/** The text in the editor, then those of the runs, the newest first. */
function comparedTexts({ experiment, runs }: WorkbenchView, rows: readonly RunRow[]): readonly ComparedText[] {
  const ofRuns = rows.map(({ id, number, name }) => ({
    id,
    label: `Run ${number}`,
    note: name,
    text: runs[id]?.config.text ?? '',
  }));
  return [{ id: editorId, label: 'Editor', note: 'the text as it is now', text: experiment.text }, ...ofRuns];
}

/** The run that is shown, unless it is the baseline itself. */
function afterId({ run }: WorkbenchView, baseline: Run | null): string {
  return run === null || run.id === baseline?.id ? editorId : run.id;
}

/** What goes on in series, and what came of an import. */
function Notices(): ReactElement {
  const running = useStore(runQueue.store, runningSeries);
  const tab = useCompare((state) => state.tab);
  const notice = useCompare((state) => state.notice);
  return (
    <>
      {running && tab !== 'series' && <SeriesNotice series={running} onCancel={() => runQueue.cancel()} />}
      {notice && (
        <Banner
          severity={notice.isProblem ? 'warning' : 'info'}
          fact={notice.fact}
          onDismiss={() => setCompareNotice(null)}
        >
          {notice.details.join(' ')}
        </Banner>
      )}
    </>
  );
}

/** Which run teaches by the last text without errors; null if it asks for none. */
function useTeaching({ lastValid, runs }: WorkbenchView): RunsTeaching | null {
  const known = useClassroom(lastValid?.schedule ?? null);
  if (known === null) return null;
  const classroom = { ...known, runs: Object.values(runs) };
  return {
    teacherId: teachingRun(classroom)?.id ?? null,
    problemOf: (id) => {
      const run = runs[id];
      return run === undefined ? null : teachingProblem(run, classroom);
    },
    onChoose: chooseTeacher,
  };
}
