import { readDraft } from '../runs/draft.ts';
import { keepText, readKeptTexts } from '../runs/kept-texts.ts';
import type { Predicted } from '../runs/share/prediction.ts';
import { decodeLink } from '../runs/share-link.ts';
import { storeLink, useLinkSession } from './link-session.ts';
import { applyView } from './link-view.ts';
import { refuseLink, showLinkedText, useScheduleText } from './schedule-text.ts';

/**
 * Shows what a link holds. It wins over what was typed here before, which is kept; a broken link costs nothing.
 *
 * @param stored What this tab remembers of a link, as `storeLink` wrote it.
 */
export function openLink(hash: string, stored: string | null = null): void {
  const decoded = decodeLink(hash);
  if (!decoded.ok) {
    refuseLink(decoded.problem.message);
    return;
  }
  const { version: _, ...shared } = decoded.value;
  const replaced = replacedText(shared.text);
  const known = readStored(stored);
  showLinkedText(shared.text);
  const notes = [...decoded.notes, ...(shared.view ? applyView(shared.view, shared.text) : [])];
  useLinkSession.setState({
    session: { hash, notes, ...shared },
    keptTexts: replaced === null ? readKeptTexts() : keepText(replaced),
    isSaid: replaced !== null || notes.length > 0 || shared.claim !== undefined || shared.teaching !== undefined,
    predictions: known?.hash === hash ? known.predictions : {},
  });
  storeLink();
}

/** Goes on with the link of this tab, whose text was edited: its author's wishes hold on. */
export function resumeLink(stored: string | null): void {
  const known = readStored(stored);
  if (known === null) return;
  const decoded = decodeLink(known.hash);
  if (!decoded.ok) return;
  const { version: _, view: _view, teaching, ...shared } = decoded.value;
  const options = { ...shared, ...(teaching && !known.own && { teaching }) };
  useLinkSession.setState({
    session: { hash: known.hash, notes: [], ...options },
    keptTexts: readKeptTexts(),
    isSaid: options.claim !== undefined || options.teaching !== undefined,
    predictions: known.predictions,
  });
}

/** The reader's own text that goes away: the draft while the page opens, what the editor holds later. */
function replacedText(text: string): string | null {
  const { session } = useLinkSession.getState();
  const { text: shown } = useScheduleText.getState();
  const own = session === null ? readDraft() : shown;
  return own === text || own === session?.text ? null : own;
}

interface StoredLink {
  readonly hash: string;
  readonly own: boolean;
  readonly predictions: Readonly<Record<string, Predicted>>;
}

/** Whoever shares the origin may have written it: nothing but strings and fractions is taken. */
function readStored(stored: string | null): StoredLink | null {
  try {
    const value = JSON.parse(stored ?? 'null') as Partial<StoredLink> | null;
    if (typeof value?.hash !== 'string') return null;
    const predictions = Object.entries(value.predictions ?? {}).map(
      ([runId, prediction]) => [runId, fractions(prediction)] as const,
    );
    return { hash: value.hash, own: value.own === true, predictions: Object.fromEntries(predictions) };
  } catch {
    return null;
  }
}

function fractions(prediction: Predicted): Predicted {
  const isFraction = ([, value]: [string, number]): boolean => typeof value === 'number' && value >= 0 && value <= 1;
  return Object.fromEntries(Object.entries(prediction).filter(isFraction));
}
