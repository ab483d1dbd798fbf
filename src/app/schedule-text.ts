import { create } from 'zustand';
import { readDraft, writeDraft } from '../runs/draft.ts';
import { findRecipe } from '../zoo/recipes.ts';

/** The text in the editor: the single truth of the experiment. */
interface TextState {
  readonly text: string;
  /** Why the link that was opened could not be read; null if it could, or there was none. */
  readonly linkProblem: string | null;
}

const firstRecipe = 'gradual-90';

export const useScheduleText = create<TextState>(() => ({
  text: readDraft() ?? findRecipe(firstRecipe)?.text ?? '',
  linkProblem: null,
}));

/** The reader typed. */
export function typeText(text: string): void {
  if (text !== useScheduleText.getState().text) keep(text);
}

/** A recipe or a choice brings another text. Returns what stood there before. */
export function replaceText(text: string): string {
  const { text: before } = useScheduleText.getState();
  keep(text);
  return before;
}

/** The text of a link is shown; it becomes the draft, and leaves the address, with its first change. */
export function showLinkedText(text: string): void {
  useScheduleText.setState({ text, linkProblem: null });
}

/** A link could not be followed. */
export function refuseLink(linkProblem: string): void {
  useScheduleText.setState({ linkProblem });
}

export function dismissLinkProblem(): void {
  useScheduleText.setState({ linkProblem: null });
}

function keep(text: string): void {
  useScheduleText.setState({ text, linkProblem: null });
  writeDraft(text);
  // The address would otherwise go on claiming to be this experiment, and win over it after a reload.
  if (location.hash.length > 1) history.replaceState(null, '', location.pathname + location.search);
}
