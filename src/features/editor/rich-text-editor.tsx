import {
  type CSSProperties,
  type ReactElement,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { KIND_PATHS } from '../../ui/icons.tsx';
import type { EditorPlace, EditorSession } from './monaco-session.ts';
import type { TextSurface } from './plain-text-editor.tsx';
import { policyAt } from './policy-places.ts';
import type { ScheduleEditorProps } from './schedule-editor-props.ts';
import styles from './schedule-editor.module.css';

export interface RichTextEditorProps extends ScheduleEditorProps {
  /** The plain field that Monaco takes over from, while it is there. */
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly surfaceRef: RefObject<TextSurface | null>;
  readonly onOpen: () => void;
  readonly onClose: () => void;
  readonly onFailed: () => void;
}

/** Monaco, loaded when this is first shown. Invisible until it is ready. */
export function RichTextEditor(props: RichTextEditorProps): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const [opening, setOpening] = useState<Opening | null>(null);
  const [hasFocus, setFocus] = useState(false);
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    let isGone = false;
    let opened: EditorSession | null = null;
    const open = async (): Promise<void> => {
      const { loadCodeFont, openEditorSession } = await import('./monaco-session.ts');
      await loadCodeFont();
      const element = host.current;
      if (isGone || element === null) return;
      const { text, onOpen, surfaceRef } = latest.current;
      const session = openEditorSession(element, {
        text,
        onChange: (changed) => latest.current.onChange(changed),
        onFocusChange: setFocus,
        onSweep: (place) => latest.current.onSweep?.(place),
        onCaretChange: (offset) => latest.current.onPointPolicy?.(policyAt(latest.current.text, offset)),
      });
      opened = session;
      surfaceRef.current = session;
      setOpening({ session, place: placeIn(latest.current.field.current) });
      onOpen();
    };
    open().catch(() => {
      if (!isGone) latest.current.onFailed();
    });
    return () => {
      isGone = true;
      if (opened === null) return;
      opened.dispose();
      latest.current.surfaceRef.current = null;
      latest.current.onClose();
    };
  }, []);

  return <Opened {...props} opening={opening} host={host} hasFocus={hasFocus} />;
}

interface Opening {
  readonly session: EditorSession;
  /** Where the reader was in the plain field; null if it was not there. */
  readonly place: EditorPlace | null;
}

function placeIn(field: HTMLTextAreaElement | null): EditorPlace | null {
  if (field === null) return null;
  const { selectionStart: start, selectionEnd: end, scrollTop } = field;
  return { start, end, scrollTop, hasFocus: document.activeElement === field };
}

interface OpenedProps extends RichTextEditorProps {
  readonly opening: Opening | null;
  readonly host: RefObject<HTMLDivElement | null>;
  readonly hasFocus: boolean;
}

function Opened(props: OpenedProps): ReactElement {
  const { opening, host, hasFocus, text, diagnostics, preflight, catalogue, zoo, theme } = props;
  const { playhead = null, readOnly = false, pointedPolicy = null } = props;
  const session = opening?.session ?? null;
  // The element is visible from this commit on, so that it can take the focus.
  useLayoutEffect(() => {
    if (opening?.place) opening.session.resume(opening.place);
  }, [opening]);
  useLayoutEffect(() => session?.setText(text), [session, text]);
  useLayoutEffect(() => session?.setTheme(theme), [session, theme]);
  useEffect(
    () => session?.setKnowledge({ diagnostics, preflight, catalogue, zoo }),
    [session, diagnostics, preflight, catalogue, zoo],
  );
  const epoch = playhead === null ? null : Math.floor(playhead);
  useEffect(() => session?.setEpoch(epoch), [session, epoch]);
  useEffect(() => session?.setReadOnly(readOnly), [session, readOnly]);
  // Also after each change of the text, which moves the lines.
  useEffect(() => session?.setPointedPolicy(pointedPolicy), [session, pointedPolicy, text]);
  return (
    <>
      <div ref={host} className={styles.host} data-waiting={session === null || undefined} style={GLYPHS} />
      {hasFocus && <p className={styles.hint}>{`Tab leaves after ${isMac() ? 'Ctrl+Shift+M' : 'Ctrl+M'}`}</p>}
    </>
  );
}

function isMac(): boolean {
  return navigator.userAgent.includes('Mac OS');
}

/** The glyphs of the page as masks for the gutter, which Monaco draws without React. */
const GLYPHS = Object.fromEntries(
  Object.entries(KIND_PATHS).map(([kind, path]) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 14 14"><path d="${path}" fill="none" stroke="#000" stroke-width="1.5"/></svg>`;
    return [`--glyph-${kind}`, `url("data:image/svg+xml,${encodeURIComponent(svg)}")`];
  }),
) as CSSProperties;
