import { z } from 'zod';
import { maximumTextLength } from '../protocol/run-config.ts';
import { decodeLink, type LinkProblem } from './share-link.ts';

/** The part of `localStorage` that a draft needs. */
export interface DraftStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** The editor's text between visits, and the text that a link or recipe last took the place of. */
export interface Draft {
  readonly text: string;
  /** What Undo brings back; null if nothing was replaced. */
  readonly replaced: string | null;
}

const draftKey = 'distiller-playground.draft';
const draftVersion = 1;

const versionSchema = z.looseObject({ version: z.int().min(1).max(draftVersion) });

const draftSchema = z.strictObject({
  version: z.literal(draftVersion),
  text: z.string().max(maximumTextLength),
  replaced: z.string().max(maximumTextLength).nullable(),
});

type StoredDraft = Readonly<Record<string, unknown>>;

/** Takes a stored draft of version n (by position, from 1) to version n + 1. */
const migrations: readonly ((draft: StoredDraft) => StoredDraft)[] = [];

/** The stored draft; null if there is none, or it cannot be read. */
export function loadDraft(storage: DraftStorage): Draft | null {
  try {
    const stored: unknown = JSON.parse(storage.getItem(draftKey) ?? 'null');
    const known = versionSchema.safeParse(stored);
    if (!known.success) return null;
    const current = migrations
      .slice(known.data.version - 1)
      .reduce<StoredDraft>((draft, migrate) => migrate(draft), known.data);
    const { success, data } = draftSchema.safeParse(current);
    return success ? { text: data.text, replaced: data.replaced } : null;
  } catch {
    // Private windows may forbid storage, and anybody may write there: the page then begins as on a first visit.
    return null;
  }
}

/** Keeps the draft for the next visit. Returns false if the browser keeps nothing; the page works on without. */
export function saveDraft(storage: DraftStorage, { text, replaced }: Draft): boolean {
  try {
    storage.setItem(draftKey, JSON.stringify({ version: draftVersion, text, replaced }));
    return true;
  } catch {
    return false;
  }
}

/** The draft after a recipe or link brought another text: the old one is kept for Undo. */
export function replaceDraft(draft: Draft | null, text: string): Draft {
  if (draft === null || draft.text === text) return { text, replaced: draft?.replaced ?? null };
  return { text, replaced: draft.text };
}

/** What the editor shows first, and why. */
export interface Opening {
  readonly draft: Draft;
  readonly source: 'link' | 'draft' | 'recipe';
  /** Why the link in the address gave no text. */
  readonly problem: LinkProblem | null;
}

/**
 * A link wins over the stored draft, which Undo then brings back; a broken link costs nothing; a first visit gets a recipe.
 */
export function openText(from: {
  readonly hash: string;
  readonly stored: Draft | null;
  readonly recipe: string;
}): Opening {
  const hasLink = from.hash !== '' && from.hash !== '#';
  const link = hasLink ? decodeLink(from.hash) : null;
  if (link?.ok === true) return { draft: replaceDraft(from.stored, link.value.text), source: 'link', problem: null };
  const problem = link === null ? null : link.problem;
  if (from.stored !== null) return { draft: from.stored, source: 'draft', problem };
  return { draft: { text: from.recipe, replaced: null }, source: 'recipe', problem };
}
