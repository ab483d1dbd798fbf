import { type ReactElement, type Ref, useImperativeHandle, useRef } from 'react';
import type { SourceRange } from '../../schedule/diagnostics.ts';
import { applyTextEdits } from '../../schedule/edit-policy-timing.ts';
import styles from './schedule-editor.module.css';
import type { TextChange } from './text-change.ts';

/** What the page can ask of either form of the editor. */
export interface TextSurface {
  /** Selects a place, scrolls to it and takes the focus. */
  readonly reveal: (range: SourceRange) => void;
  /** Replaces a place by text, as one step that can be undone. */
  readonly replace: (range: SourceRange, text: string) => void;
  /** Changes places in ascending order, all as one step that can be undone, and leaves the focus where it is. */
  readonly edit: (changes: readonly TextChange[]) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly focus: () => void;
}

export interface PlainTextEditorProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onCaretChange: (offset: number) => void;
  readonly readOnly: boolean;
  readonly ref: Ref<TextSurface>;
  readonly elementRef: { current: HTMLTextAreaElement | null };
}

/** The schedule in a plain field: there at once, on small screens for good. */
export function PlainTextEditor(props: PlainTextEditorProps): ReactElement {
  const { text, onChange, onCaretChange, readOnly, ref, elementRef } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(ref, () => plainSurface(field, onChange), [onChange]);
  return (
    <textarea
      ref={(element) => {
        field.current = element;
        elementRef.current = element;
      }}
      className={styles.plain}
      aria-label="Schedule text"
      value={text}
      readOnly={readOnly}
      spellCheck={false}
      autoCapitalize="off"
      autoCorrect="off"
      wrap="off"
      onChange={(event) => onChange(event.target.value)}
      onSelect={(event) => onCaretChange(event.currentTarget.selectionStart)}
    />
  );
}

function plainSurface(field: { current: HTMLTextAreaElement | null }, onChange: (text: string) => void): TextSurface {
  return {
    focus: () => field.current?.focus(),
    reveal: ({ start, end }) => {
      const element = field.current;
      if (!element) return;
      element.focus();
      element.setSelectionRange(start.offset, end.offset);
      const lineHeight = Number.parseFloat(getComputedStyle(element).lineHeight) || 20;
      element.scrollTop = Math.max(0, (start.line - 4) * lineHeight);
    },
    replace: ({ start, end }, text) => {
      const element = field.current;
      if (!element) return;
      const value = element.value.slice(0, start.offset) + text + element.value.slice(end.offset);
      element.focus();
      onChange(value);
    },
    edit: (changes) => {
      if (field.current) onChange(applyTextEdits(field.current.value, changes));
    },
    // A field that React fills forgets its own history: phones have no key for it either.
    undo: () => undefined,
    redo: () => undefined,
  };
}
