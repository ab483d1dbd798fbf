import type {
  AuthorClaim,
  HideablePart,
  LinkOptions,
  LinkView,
  Predictable,
  TeachingOptions,
} from '../../runs/share/shared-experiment.ts';

/** What the reader wants a link to hold, as the share dialog edits it. */
export interface ShareDraft {
  readonly comments: boolean;
  readonly view: boolean;
  readonly claim: boolean;
  /** Points of a percentage. */
  readonly tolerance: number;
  readonly hide: readonly HideablePart[];
  readonly lock: 'none' | 'all' | 'some';
  /** Paths of the numbers that stay open under the lock `some`. */
  readonly unlocked: readonly string[];
  readonly predict: readonly Predictable[];
}

export const emptyDraft: ShareDraft = {
  comments: true,
  view: false,
  claim: false,
  tolerance: 0.5,
  hide: [],
  lock: 'none',
  unlocked: [],
  predict: [],
};

/** Distances, in points, within which results count as the same: of one device, of two, of two seeds. */
export const tolerances = [0.1, 0.5, 1, 2] as const;

/** What a draft comes to, given what the page looks like and what the run gave; null where it has no result to give. */
export function draftOptions(
  draft: ShareDraft,
  { view, claim }: { readonly view: LinkView; readonly claim: AuthorClaim | null },
): LinkOptions {
  const teaching = teachingOptions(draft);
  return {
    ...(draft.view && Object.keys(view).length > 0 && { view }),
    ...(draft.claim && claim && { claim: { ...claim, tolerance: draft.tolerance / 100 } }),
    ...(Object.keys(teaching).length > 0 && { teaching }),
  };
}

function teachingOptions({ hide, lock, unlocked, predict }: ShareDraft): TeachingOptions {
  return {
    ...(hide.length > 0 && { hide }),
    ...(lock !== 'none' && { lock: lock === 'all' || unlocked.length === 0 ? 'all' : unlocked }),
    ...(predict.length > 0 && { predict }),
  };
}

/** A list with one member put in or taken out, in the order of all. */
export function toggled<T extends string>(list: readonly T[], member: T, all: readonly T[]): readonly T[] {
  const isIn = list.includes(member);
  return all.filter((one) => (one === member ? !isIn : list.includes(one)));
}

export const partWords: Readonly<Record<HideablePart, { readonly label: string; readonly note: string }>> = {
  promise: { label: 'Promised curves', note: 'What the schedule will do is worked out, not read off.' },
  measured: { label: 'Measured curves until the end', note: 'Draw your own curve on paper, then look.' },
  notes: { label: 'Notes on the recipe', note: 'They say what to look for, so they give it away.' },
  problems: { label: 'Problems in the text', note: 'For schedules with a mistake to be found.' },
};

export const predictWords: Readonly<Record<Predictable, string>> = {
  accuracy: 'Accuracy at the end',
  sparsity: 'Sparsity at the end',
};
