import { createRef } from 'react';
import type { ScheduleEditorHandle } from '../features/editor/schedule-editor-props.ts';
import type { Fix, SourceRange } from '../schedule/diagnostics.ts';
import { showTab } from './workbench-store.ts';

/** The one editor of the page, while it is on screen. */
export const editorRef = createRef<ScheduleEditorHandle>();

/** Shows the editor, where it is behind a tab, and goes to a place in the text. */
export function revealInEditor(range: SourceRange): void {
  showTab('write');
  editorRef.current?.reveal(range);
}

/** Mends the text. */
export function applyFixInEditor(fix: Fix): void {
  editorRef.current?.applyFix(fix);
}
