import { create } from 'zustand';
import type { AnalysisTab } from '../runs/analyses.ts';

export type Tab = 'write' | 'watch' | 'layers' | 'runs';
/** What shares the place beside the layers on wide screens. */
export type Detail = 'inspect' | 'analyses' | 'cost';
export type OpenDialog = 'none' | 'share' | 'recipes' | 'help';

/** What the reader is looking at. The text and the runs live elsewhere. */
interface WorkbenchState {
  /** The one cursor of charts and timeline, in epochs. */
  readonly cursorEpoch: number | null;
  readonly isPinned: boolean;
  readonly selectedParameter: string | null;
  /** The policy that text, timeline and charts point at together, by its place in the file. */
  readonly pointedPolicy: number | null;
  /** The epoch that layers are compared with, as a tick of the ruler, and the run that it is of. */
  readonly compared: { readonly runId: string; readonly tick: number } | null;
  /** The part that narrow screens show. */
  readonly tab: Tab;
  readonly detail: Detail;
  /** The question that Analyses shows: it stays when the layout changes. */
  readonly analysis: AnalysisTab;
  readonly dialog: OpenDialog;
  /** Whether Try it is open, and what both networks answered last, as a sentence. */
  readonly isTrying: boolean;
  readonly tryFact: string | null;
}

export const useWorkbench = create<WorkbenchState>(() => ({
  cursorEpoch: null,
  isPinned: false,
  selectedParameter: null,
  pointedPolicy: null,
  compared: null,
  tab: 'write',
  detail: 'inspect',
  analysis: 'sensitivity',
  dialog: 'none',
  isTrying: false,
  tryFact: null,
}));

export function setCursor(cursorEpoch: number | null): void {
  useWorkbench.setState({ cursorEpoch });
}

export function setPinned(isPinned: boolean): void {
  useWorkbench.setState({ isPinned });
}

export function selectParameter(selectedParameter: string): void {
  useWorkbench.setState({ selectedParameter });
}

export function pointAtPolicy(pointedPolicy: number | null): void {
  useWorkbench.setState({ pointedPolicy });
}

export function compareWith(compared: WorkbenchState['compared']): void {
  useWorkbench.setState({ compared });
}

/** Puts the cursor where it stays, or lets everything follow the latest epoch. */
export function scrubTo(tick: number | null): void {
  useWorkbench.setState({ cursorEpoch: tick, isPinned: tick !== null });
}

export function showTab(tab: Tab): void {
  useWorkbench.setState({ tab });
}

export function showDetail(detail: Detail): void {
  useWorkbench.setState({ detail });
}

export function showAnalysis(analysis: AnalysisTab): void {
  useWorkbench.setState({ analysis });
}

export function openDialog(dialog: OpenDialog): void {
  useWorkbench.setState({ dialog });
}
