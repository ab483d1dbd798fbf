import { type ReactElement, useMemo } from 'react';
import { create } from 'zustand';
import { ShareDialog } from '../features/share/share-dialog.tsx';
import { draftOptions, emptyDraft, type ShareDraft } from '../features/share/share-draft.ts';
import type { Run } from '../runs/run.ts';
import { claimOf } from '../runs/share/author-claim.ts';
import { encodeLink } from '../runs/share-link.ts';
import { numbersOfText } from '../schedule/number-place.ts';
import { scheduleDifference } from '../schedule/schedule-changes.ts';
import { stripComments } from '../schedule/strip-comments.ts';
import { currentView } from './link-view.ts';

/** What was chosen last: a teacher who closes the dialog to look something up finds it again. */
const useShareDraft = create<{ readonly draft: ShareDraft }>(() => ({ draft: emptyDraft }));

export interface SharePartProps {
  readonly text: string;
  /** The run that is shown: its result may go along if it is of this text. */
  readonly run: Run | null;
  readonly onClose: () => void;
}

export function SharePart({ text, run, onClose }: SharePartProps): ReactElement {
  const draft = useShareDraft((state) => state.draft);
  const bare = useMemo(() => stripComments(text), [text]);
  const numbers = useMemo(() => numbersOfText(text), [text]);
  const claim = useMemo(() => (run !== null && isOf(run, text) ? claimOf(run, 0) : null), [run, text]);
  const link = useMemo(() => {
    const known = numbers.map(({ path }) => path);
    const unlocked = draft.unlocked.filter((path) => known.includes(path));
    const options = draftOptions({ ...draft, unlocked }, { view: currentView(), claim });
    // Without the query of this page: what is looked at goes along only if it is asked for.
    return new URL(encodeLink({ text: draft.comments ? text : bare, ...options }), location.origin + location.pathname)
      .href;
  }, [draft, text, bare, claim, numbers]);
  return (
    <ShareDialog
      onClose={onClose}
      link={link}
      draft={draft}
      onDraft={(next) => useShareDraft.setState({ draft: next })}
      hasComments={bare !== text}
      claim={claim}
      numbers={numbers}
    />
  );
}

/** Whether the run was of this schedule, whatever its comments. */
function isOf(run: Run, text: string): boolean {
  const difference = scheduleDifference(run.config.text, text).kind;
  return difference === 'same' || difference === 'layout';
}
