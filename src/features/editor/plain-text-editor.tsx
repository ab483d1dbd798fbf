import { type ReactElement, type Ref, useImperativeHandle, useRef } from 'react';
import type { SourceRange } from '../../schedule/diagnostics.ts';
import { applyTextEdits } from '../../schedule/edit-policy-timing.ts';
import { numberAtOffset, type NumberPlace } from '../../schedule/number-place.ts';
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
  /** As in Monaco: Ctrl+Alt+S on a number. */
  readonly onSweep: ((place: NumberPlace | null) => void) | undefined;
  readonly ref: Ref<TextSurface>;
  readonly elementRef: { current: HTMLTextAreaElement | null };
}

/** The schedule in a plain field: there at once, on small screens for good. */
export function PlainTextEditor(props: PlainTextEditorProps): ReactElement {
  const { text, onChange, onCaretChange, readOnly, onSweep, ref, elementRef } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const history = useRef<History>({ past: [], future: [] });
  useImperativeHandle(ref, () => plainSurface(field, history.current, onChange), [onChange]);
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
      wrap="soft"
      onChange={(event) => onChange(event.target.value)}
      onSelect={(event) => onCaretChange(event.currentTarget.selectionStart)}
      onKeyDown={(event) => {
        if (event.code !== 'KeyS' || !event.altKey || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        onSweep?.(numberAtOffset(text, event.currentTarget.selectionStart));
      }}
    />
  );
}

/** What other parts of the page changed: a field that React fills forgets its own history. */
interface History {
  readonly past: Step[];
  readonly future: Step[];
}

interface Step {
  readonly before: string;
  readonly after: string;
}

function rowHeight(element: HTMLTextAreaElement): number {
  return Number.parseFloat(getComputedStyle(element).lineHeight) || 20;
}

/** How many rows of the field lie above a place, long lines wrapped as the field wraps them. */
function rowsBefore(element: HTMLTextAreaElement, offset: number): number {
  const { paddingLeft, paddingRight, font } = getComputedStyle(element);
  const pen = document.createElement('canvas').getContext('2d');
  if (pen) pen.font = font;
  const width = element.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
  const columns = Math.max(1, Math.floor(width / (pen?.measureText('0').width || 8)) || 80);
  const lines = element.value.slice(0, offset).split('\n');
  return lines.slice(0, -1).reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / columns)), 0);
}

function plainSurface(
  field: { current: HTMLTextAreaElement | null },
  history: History,
  onChange: (text: string) => void,
): TextSurface {
  /** Goes from one side of the latest step to the other, if nothing was typed since. */
  const step = (from: Step[], to: Step[], sides: readonly [keyof Step, keyof Step]): void => {
    const last = from.at(-1);
    if (!last || field.current?.value !== last[sides[0]]) return;
    from.pop();
    to.push(last);
    onChange(last[sides[1]]);
  };
  return {
    focus: () => field.current?.focus(),
    reveal: ({ start, end }) => {
      const element = field.current;
      if (!element) return;
      element.focus();
      element.setSelectionRange(start.offset, end.offset);
      element.scrollTop = Math.max(0, rowsBefore(element, start.offset) - 3) * rowHeight(element);
    },
    replace: ({ start, end }, text) => {
      const element = field.current;
      if (!element) return;
      const value = element.value.slice(0, start.offset) + text + element.value.slice(end.offset);
      element.focus();
      onChange(value);
    },
    edit: (changes) => {
      if (!field.current) return;
      const before = field.current.value;
      const after = applyTextEdits(before, changes);
      history.past.push({ before, after });
      history.future.length = 0;
      onChange(after);
    },
    undo: () => step(history.past, history.future, ['after', 'before']),
    redo: () => step(history.future, history.past, ['before', 'after']),
  };
}
