import type { Ref } from 'react';
import type { Fix, SourceRange } from '../../schedule/diagnostics.ts';
import type { Theme } from '../../ui/theme.ts';
import type { EditorKnowledge } from './editor-knowledge.ts';

/** What the page may ask of the editor: problems, timeline and charts lead here. */
export interface ScheduleEditorHandle {
  /** Goes to a place in the text and takes the focus. */
  readonly reveal: (range: SourceRange) => void;
  /** Mends the text, as one step that can be undone. */
  readonly applyFix: (fix: Fix) => void;
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
  readonly ref?: Ref<ScheduleEditorHandle>;
}
