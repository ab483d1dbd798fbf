import { create } from 'zustand';
import { forgetText, keepText } from '../runs/kept-texts.ts';
import type { Predicted } from '../runs/share/prediction.ts';
import type { HideablePart, LinkOptions } from '../runs/share/shared-experiment.ts';
import { replaceText, useScheduleText } from './schedule-text.ts';

/** The link whose schedule is looked at, and what its author asks for. */
interface LinkSession extends LinkOptions {
  /** The part after `#`. */
  readonly hash: string;
  readonly text: string;
  /** What of it could not be followed, as sentences. */
  readonly notes: readonly string[];
}

interface LinkState {
  readonly session: LinkSession | null;
  /** The reader's own texts that links took the place of, the newest first. */
  readonly keptTexts: readonly string[];
  /** Whether the page says what the link asks for and what came of it. */
  readonly isSaid: boolean;
  /** What the reader predicted, by run. */
  readonly predictions: Readonly<Record<string, Predicted>>;
  /** Waits for a prediction; null: nobody asks. */
  readonly asking: ((answer: PredictionAnswer) => void) | null;
  /** The last answer, until its run has begun. */
  readonly predicted: Predicted | null;
}

/** null: the reader does not want to train now. Empty: trains without a prediction. */
export type PredictionAnswer = Predicted | null;

export const useLinkSession = create<LinkState>(() => ({
  session: null,
  keptTexts: [],
  isSaid: false,
  predictions: {},
  asking: null,
  predicted: null,
}));

const storageKey = 'distiller-playground.link';

/** What this tab remembers of a link, as `storeLink` wrote it. */
export function readStoredLink(): string | null {
  try {
    return sessionStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

/** Keeps the link for this tab, since its address goes away as soon as the text is edited. */
export function storeLink(): void {
  const { session, predictions } = useLinkSession.getState();
  try {
    if (session === null) sessionStorage.removeItem(storageKey);
    else
      sessionStorage.setItem(storageKey, JSON.stringify({ hash: session.hash, predictions, own: !session.teaching }));
  } catch {
    // Without storage the link is followed until the page is loaded again.
  }
}

/** Whether the author of the link keeps this part of the page for later. */
export function useHides(part: HideablePart): boolean {
  return useLinkSession(({ session }) => session?.teaching?.hide?.includes(part) === true);
}

/** Why the text cannot be edited, with the way out; undefined if it can. */
export function lockReason(): string | undefined {
  return useLinkSession.getState().session?.teaching?.lock === undefined ? undefined : lockWords;
}

export function useLockReason(): string | undefined {
  return useLinkSession(lockReason);
}

const lockWords = 'The author of this link locked the schedule. Press Make my own copy to edit it.';

/** From now on the text is the reader's: nothing is locked, hidden or asked for. */
export function makeOwnCopy(): void {
  const { session } = useLinkSession.getState();
  if (session === null) return;
  const { teaching: _, ...rest } = session;
  useLinkSession.setState({ session: rest });
  replaceText(useScheduleText.getState().text);
  storeLink();
}

/** Shows what the author hid; locks and questions stay. */
export function showHidden(): void {
  const { session } = useLinkSession.getState();
  if (session === null) return;
  const { hide: _, ...teaching } = session.teaching ?? {};
  useLinkSession.setState({ session: { ...session, teaching } });
}

export function closeLinkWords(): void {
  useLinkSession.setState({ isSaid: false });
}

/** Puts an own text back; what was made of the link is kept in its place. */
export function bringBack(text: string): void {
  const { session } = useLinkSession.getState();
  useLinkSession.setState({ session: null, isSaid: false });
  const before = replaceText(text);
  const kept = forgetText(text);
  useLinkSession.setState({ keptTexts: session !== null && before !== session.text ? keepText(before) : kept });
  storeLink();
}

/** Another text was chosen: the link is left. */
export function leaveLink(): void {
  if (useLinkSession.getState().session === null) return;
  useLinkSession.setState({ session: null, isSaid: false });
  storeLink();
}

/** Asks for a prediction where the link wants one. Resolves to whether to train; undefined: nothing is asked. */
export function predictFirst(): Promise<boolean> | undefined {
  const { session, asking } = useLinkSession.getState();
  if (session?.teaching?.predict === undefined || session.teaching.predict.length === 0) return undefined;
  asking?.(null);
  return new Promise((resolve) => {
    useLinkSession.setState({
      asking: (answer) => {
        useLinkSession.setState({ asking: null, predicted: answer });
        resolve(answer !== null);
      },
    });
  });
}

/** The run that the last prediction is about has begun. */
export function notePrediction(runId: string): void {
  const { predicted, predictions } = useLinkSession.getState();
  if (predicted === null) return;
  useLinkSession.setState({ predicted: null, predictions: { ...predictions, [runId]: predicted } });
  storeLink();
}
