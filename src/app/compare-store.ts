import { create } from 'zustand';
import type { RunsTab } from '../features/compare/runs-panel.tsx';
import { draftFor, emptyDraft, type SweepDraft } from '../features/sweep/sweep-draft.ts';
import { readBaselineChoice, writeBaselineChoice } from '../runs/baseline-choice.ts';
import type { NumberPlace } from '../schedule/number-place.ts';
import { showTab } from './workbench-store.ts';

/** How the reader looks at the runs. */
interface CompareState {
  readonly tab: RunsTab;
  /** Runs of the overlaid charts; null until the reader chooses: then the newest. */
  readonly overlaid: ReadonlySet<string> | null;
  readonly baselineId: string | null;
  readonly draft: SweepDraft;
  /** What came of the last import or export; null once it is closed. */
  readonly notice: { readonly fact: string; readonly details: readonly string[]; readonly isProblem: boolean } | null;
}

export const useCompare = create<CompareState>(() => ({
  tab: 'table',
  overlaid: null,
  baselineId: readBaselineChoice(),
  draft: emptyDraft,
  notice: null,
}));

export function showRunsTab(tab: RunsTab): void {
  useCompare.setState({ tab });
}

export function setOverlaid(overlaid: ReadonlySet<string>): void {
  useCompare.setState({ overlaid });
}

/** From now on the others are compared with this run, on later visits too. */
export function chooseBaseline(baselineId: string): void {
  useCompare.setState({ baselineId });
  writeBaselineChoice(baselineId);
}

export function setSweepDraft(draft: SweepDraft): void {
  useCompare.setState({ draft });
}

export function setCompareNotice(notice: CompareState['notice']): void {
  useCompare.setState({ notice });
}

/** Opens the form of a sweep, filled in for this number. */
export function proposeSweep(place: NumberPlace): void {
  useCompare.setState(({ draft }) => ({ tab: 'series', draft: draftFor(place, draft) }));
  showTab('runs');
}
