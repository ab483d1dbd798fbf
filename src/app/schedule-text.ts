import { create } from 'zustand';
import { readDraft, writeDraft } from '../runs/draft.ts';
import { decodeLink } from '../runs/share-link.ts';
import { findRecipe } from '../zoo/recipes.ts';

/** The text in the editor: the single truth of the experiment. */
interface TextState {
  readonly text: string;
  /** Why the link that was opened could not be read; null if it could, or there was none. */
  readonly linkProblem: string | null;
  /** The reader's own text that a link took the place of when the page opened, until Undo was offered. */
  readonly replacedByLink: string | null;
}

const firstRecipe = 'gradual-90';

export const useScheduleText = create<TextState>(() => initialState(location.hash));

/** A link wins over what was typed here before, which Undo brings back; a broken link costs nothing. */
function initialState(hash: string): TextState {
  const draft = readDraft();
  const fallback = draft ?? findRecipe(firstRecipe)?.text ?? '';
  if (hash.length < 2) return { text: fallback, linkProblem: null, replacedByLink: null };
  const decoded = decodeLink(hash);
  if (!decoded.ok) return { text: fallback, linkProblem: decoded.problem.message, replacedByLink: null };
  const { text } = decoded.value;
  return { text, linkProblem: null, replacedByLink: draft === text ? null : draft };
}

/** The reader typed. */
export function typeText(text: string): void {
  if (text !== useScheduleText.getState().text) keep(text);
}

/** A recipe, a link or a choice brings another text. Returns what stood there before. */
export function replaceText(text: string): string {
  const { text: before } = useScheduleText.getState();
  keep(text);
  return before;
}

/** Follows a link that was put into the address of the open page. Returns what stood there before, null if nothing changed. */
export function followHash(hash: string): string | null {
  if (hash.length < 2) return null;
  const decoded = decodeLink(hash);
  if (!decoded.ok) {
    useScheduleText.setState({ linkProblem: decoded.problem.message });
    return null;
  }
  return decoded.value.text === useScheduleText.getState().text ? null : replaceText(decoded.value.text);
}

export function dismissLinkProblem(): void {
  useScheduleText.setState({ linkProblem: null });
}

/** Undo for what a link replaced has been offered. */
export function takeReplacedByLink(): string | null {
  const { replacedByLink } = useScheduleText.getState();
  useScheduleText.setState({ replacedByLink: null });
  return replacedByLink;
}

function keep(text: string): void {
  useScheduleText.setState({ text, linkProblem: null });
  writeDraft(text);
  // The address would otherwise go on claiming to be this experiment, and win over it after a reload.
  if (location.hash.length > 1) history.replaceState(null, '', location.pathname + location.search);
}
