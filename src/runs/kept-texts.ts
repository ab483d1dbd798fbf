import { maximumTextLength } from '../protocol/run-config.ts';
import type { DraftStorage } from './draft.ts';

const key = 'distiller-playground.before-links';
const version = 1;

/** So many texts are kept: links are opened one after the other, and each may come over work. */
const mostTexts = 5;

/** The reader's own texts that links took the place of, the newest first. */
export function readKeptTexts(storage?: DraftStorage): readonly string[] {
  try {
    const stored: unknown = JSON.parse((storage ?? localStorage).getItem(key) ?? 'null');
    if (!isKept(stored)) return [];
    return stored.texts.filter(isText).slice(0, mostTexts);
  } catch {
    // Private windows may forbid storage, and anybody may write there: there is then nothing to bring back.
    return [];
  }
}

/** Keeps a text that a link takes the place of. Returns what is kept now. */
export function keepText(text: string, storage?: DraftStorage): readonly string[] {
  const others = readKeptTexts(storage).filter((other) => other !== text);
  return write([text, ...others].slice(0, mostTexts), storage);
}

/** Lets go of a text that is back in the editor. Returns what is kept now. */
export function forgetText(text: string, storage?: DraftStorage): readonly string[] {
  return write(
    readKeptTexts(storage).filter((other) => other !== text),
    storage,
  );
}

function write(texts: readonly string[], storage?: DraftStorage): readonly string[] {
  try {
    (storage ?? localStorage).setItem(key, JSON.stringify({ version, texts }));
  } catch {
    // Without storage the texts last as long as the page.
  }
  return texts;
}

function isKept(stored: unknown): stored is { readonly texts: readonly unknown[] } {
  return (
    typeof stored === 'object' &&
    stored !== null &&
    'version' in stored &&
    stored.version === version &&
    'texts' in stored &&
    Array.isArray(stored.texts)
  );
}

function isText(text: unknown): text is string {
  return typeof text === 'string' && text.length <= maximumTextLength;
}
