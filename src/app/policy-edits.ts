import { create } from 'zustand';
import type { Retimed, TimelineEdits } from '../features/timeline/timeline-edits.ts';
import { applyTextEdits, editPolicyTiming, findPolicy, type PolicyText } from '../schedule/edit-policy-timing.ts';
import type { TextEdit } from '../schedule/edit-training.ts';
import { editorRef } from './editor-access.ts';
import { readExperiment } from './experiment.ts';
import { lockReason } from './link-session.ts';
import { typeText, useScheduleText } from './schedule-text.ts';

/** A text that is only looked at while a lane is dragged; null: none. */
export const usePreviewText = create<{ readonly text: string | null }>(() => ({ text: null }));

/** How the timeline changes the text: through the editor, so that each change is one step back. */
export const timelineEdits: TimelineEdits = {
  retime: (index, change) => {
    const { text } = useScheduleText.getState();
    const policy = policyIn(text, index);
    const wanted = policy && change(policy.timing);
    const edits = policy && wanted && editPolicyTiming(policy, wanted);
    if (!wanted || !edits) return nowhere;
    const why = whyNot(text, applyTextEdits(text, edits));
    if (why !== null) return { ok: false, why };
    if (edits.length > 0) write(text, edits);
    return { ok: true, timing: wanted };
  },
  preview: (index, timing) => {
    const { text } = useScheduleText.getState();
    const policy = policyIn(text, index);
    const edits = policy && editPolicyTiming(policy, timing);
    if (!edits) return nowhere;
    const previewed = applyTextEdits(text, edits);
    const why = whyNot(text, previewed);
    if (why !== null) return { ok: false, why };
    usePreviewText.setState({ text: previewed });
    return { ok: true, timing };
  },
  endPreview: () => usePreviewText.setState({ text: null }),
  undo: () => editorRef.current?.undo(),
  redo: () => editorRef.current?.redo(),
};

const nowhere: Retimed = { ok: false, why: 'the text has no place for this. Change its epochs there.' };

function write(text: string, edits: readonly TextEdit[]): void {
  if (editorRef.current === null) typeText(applyTextEdits(text, edits));
  else editorRef.current.edit(edits);
}

/** The lock of a link, or the first error that a change would bring, such as a ramp of a single epoch; null: it may be made. */
function whyNot(before: string, after: string): string | null {
  if (before === after) return null;
  const locked = lockReason();
  if (locked !== undefined) return locked;
  const error = readExperiment(after).diagnostics.find(({ severity }) => severity === 'error');
  return error === undefined ? null : error.message.replaceAll('`', '');
}

/** While a lane is dragged its text stays the same, and is searched once. */
let found: { readonly index: number; readonly policy: PolicyText } | null = null;

function policyIn(text: string, index: number): PolicyText | null {
  if (found?.index === index && found.policy.text === text) return found.policy;
  const policy = findPolicy(text, index);
  found = policy && { index, policy };
  return policy;
}
