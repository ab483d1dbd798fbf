import type { Ref } from 'react';
import type { Fix, SourceRange } from '../../schedule/diagnostics.ts';
import type { NumberPlace } from '../../schedule/number-place.ts';
import type { Theme } from '../../ui/theme.ts';
import type { EditorKnowledge } from './editor-knowledge.ts';
import type { TextChange } from './text-change.ts';

/** What the page may ask of the editor: problems, timeline and charts lead here. */
export interface ScheduleEditorHandle {
  /** Goes to a place in the text and takes the focus. */
  readonly reveal: (range: SourceRange) => void;
  /** Mends the text, as one step that can be undone. */
  readonly applyFix: (fix: Fix) => void;
  /** Changes places in ascending order, all as one step that can be undone; the focus stays where it is. */
  readonly edit: (changes: readonly TextChange[]) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly focus: () => void;
}

/** The text, and what is known about it; null promises while it cannot be read. Keep the identity of catalogue and zoo. */
export interface ScheduleEditorProps extends EditorKnowledge {
  /** The schedule. Another value than the last one given to `onChange` replaces the text, which Ctrl+Z undoes. */
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly theme: Theme;
  /** How far the run is, in epochs; policies in force now are marked. */
  readonly playhead?: number | null;
  readonly readOnly?: boolean;
  /** The reader wants to train with several values of the number at the caret; null: there is none. */
  readonly onSweep?: (place: NumberPlace | null) => void;
  /** The policy, by its place in the list, that the page points at: its lines are lit. */
  readonly pointedPolicy?: number | null;
  /** The reader moved the caret into a policy, or its instance; null: out of all. */
  readonly onPointPolicy?: (policy: number | null) => void;
  readonly ref?: Ref<ScheduleEditorHandle>;
}
