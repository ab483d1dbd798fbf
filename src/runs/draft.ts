import { z } from 'zod';
import { maximumTextLength } from '../protocol/run-config.ts';

/** The part of `localStorage` that a draft needs. */
export interface DraftStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const draftKey = 'distiller-playground.draft';
const draftVersion = 1;

const draftSchema = z.strictObject({
  version: z.literal(draftVersion),
  text: z.string().max(maximumTextLength),
});

const versionSchema = z.looseObject({ version: z.int().min(1).max(draftVersion) });

/** Takes a stored draft of version n (by position, from 1) to version n + 1. */
const migrations: readonly ((draft: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>)[] = [];

/** The editor's text of the last visit; null if there is none, or it cannot be read. */
export function readDraft(storage?: DraftStorage): string | null {
  try {
    const stored: unknown = JSON.parse((storage ?? localStorage).getItem(draftKey) ?? 'null');
    const known = versionSchema.safeParse(stored);
    if (!known.success) return null;
    const current = migrations
      .slice(known.data.version - 1)
      .reduce<Readonly<Record<string, unknown>>>((draft, migrate) => migrate(draft), known.data);
    return draftSchema.safeParse(current).data?.text ?? null;
  } catch {
    // Private windows may forbid storage, and anybody may write there: the page then begins as on a first visit.
    return null;
  }
}

/** Keeps the editor's text for the next visit. Returns false if the browser keeps nothing; the page works on without. */
export function writeDraft(text: string, storage?: DraftStorage): boolean {
  try {
    (storage ?? localStorage).setItem(draftKey, JSON.stringify({ version: draftVersion, text }));
    return true;
  } catch {
    return false;
  }
}
