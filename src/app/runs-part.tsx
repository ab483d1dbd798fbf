import { type ReactElement, useMemo } from 'react';
import { runRows } from '../features/compare/run-rows.ts';
import { RunsPanel } from '../features/compare/runs-panel.tsx';
import type { RunsTeaching } from '../features/compare/teaches-cell.tsx';
import { teachingProblem, teachingRun } from '../runs/teaching.ts';
import { recipeOf } from './recipes.ts';
import { chooseTeacher, deleteRun, dismissKeepingNotice, useKeeping } from './run-keeping.ts';
import { trainingClient } from './services.ts';
import { useClassroom } from './teaching-run.ts';
import { useActions } from './use-actions.ts';
import type { WorkbenchView } from './workbench-view.ts';

/** The runs of this device: which is shown, which teaches, what the reader calls them. */
export function RunsPart({ view }: { readonly view: WorkbenchView }): ReactElement {
  const actions = useActions();
  const { problem, notice } = useKeeping();
  const teaching = useTeaching(view);
  const rows = useMemo(() => runRows(Object.values(view.runs), (text) => recipeOf(text)?.title ?? null), [view.runs]);
  return (
    <RunsPanel
      rows={rows}
      shown={view.run?.id ?? null}
      teaching={teaching}
      keepingProblem={problem}
      keepingNotice={notice}
      onDismissNotice={dismissKeepingNotice}
      onShow={(id) => trainingClient.selectRun(id)}
      onLabel={(id, label) => trainingClient.labelRun(id, label)}
      onOpenText={(id) => {
        const run = view.runs[id];
        if (run) actions.openText(run.config.text, `The schedule of run ${run.number} replaced yours.`);
      }}
      onDelete={(id) => {
        const run = view.runs[id];
        if (!run) return;
        const undo = deleteRun(run);
        actions.offer(`Run ${run.number} was deleted.`, 'Undo', undo);
      }}
    />
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
