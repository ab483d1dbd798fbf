import type { PolicyTiming } from '../../schedule/policy-timing.ts';

/** Other epochs, or the sentence that says why not. */
export type Retimed =
  | { readonly ok: true; readonly timing: PolicyTiming }
  | { readonly ok: false; readonly why: string };

/** What the timeline may do to the text. A policy is named by its place in the list. */
export interface TimelineEdits {
  /** Writes other epochs into the text, as one step that can be undone. The change gets what the text says now. */
  readonly retime: (policy: number, change: (timing: PolicyTiming) => PolicyTiming) => Retimed;
  /** Shows what other epochs would come to, and leaves the text alone. */
  readonly preview: (policy: number, timing: PolicyTiming) => Retimed;
  readonly endPreview: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
}
