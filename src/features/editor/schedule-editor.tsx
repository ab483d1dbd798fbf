import { type ReactElement, type Ref, useImperativeHandle, useRef, useState } from 'react';
import type { MethodDefinition } from '../../methods/define-method.ts';
import type { Diagnostic, Fix, SourceRange } from '../../schedule/diagnostics.ts';
import type { Preflight } from '../../schedule/preflight-types.ts';
import type { Zoo } from '../../schedule/zoo-port.ts';
import type { Theme } from '../../ui/theme.ts';
import { PlainTextEditor, type TextSurface } from './plain-text-editor.tsx';
import { RichTextEditor } from './rich-text-editor.tsx';
import styles from './schedule-editor.module.css';
import { useMediaQuery } from './use-media-query.ts';

/** What the page may ask of the editor: problems, timeline and charts lead here. */
export interface ScheduleEditorHandle {
  /** Goes to a place in the text and takes the focus. */
  readonly reveal: (range: SourceRange) => void;
  /** Mends the text, as one step that can be undone. */
  readonly applyFix: (fix: Fix) => void;
  readonly focus: () => void;
}

export interface ScheduleEditorProps {
  /** The schedule. Another value than the last one given to `onChange` replaces the text, which Ctrl+Z undoes. */
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly diagnostics: readonly Diagnostic[];
  /** For glyphs beside policies, and what patterns resolve to; null while the text cannot be read. */
  readonly preflight: Preflight | null;
  /** What completion and hover know. Keep the identity. */
  readonly catalogue: readonly MethodDefinition[];
  readonly zoo: Zoo;
  readonly theme: Theme;
  /** How far the run is, in epochs; policies in force now are marked. */
  readonly playhead?: number | null;
  readonly readOnly?: boolean;
  readonly ref?: Ref<ScheduleEditorHandle>;
}

/**
 * The schedule's text. A plain field is there at once; Monaco takes over text, selection and focus when it has loaded.
 * Small screens, and pages where Monaco cannot load, keep the plain field.
 */
export function ScheduleEditor(props: ScheduleEditorProps): ReactElement {
  const { text, onChange, readOnly = false, ref } = props;
  const isSmall = useMediaQuery('(max-width: 560px)');
  const [load, setLoad] = useState<'loading' | 'ready' | 'failed'>('loading');
  const plain = useRef<TextSurface>(null);
  const rich = useRef<TextSurface>(null);
  const field = useRef<HTMLTextAreaElement>(null);

  useImperativeHandle(ref, () => {
    const surface = (): TextSurface | null => rich.current ?? plain.current;
    return {
      reveal: (range) => surface()?.reveal(range),
      applyFix: (fix) => surface()?.replace(fix.range, fix.text),
      focus: () => surface()?.focus(),
    };
  }, []);

  const isPlain = isSmall || load !== 'ready';
  return (
    <div className={styles.frame}>
      {isPlain && (
        <PlainTextEditor text={text} onChange={onChange} readOnly={readOnly} ref={plain} elementRef={field} />
      )}
      {load === 'failed' && !isSmall && (
        <p className={styles.note}>The full editor could not be loaded. The text can be edited all the same.</p>
      )}
      {!isSmall && load !== 'failed' && (
        <RichTextEditor
          {...props}
          field={field}
          surfaceRef={rich}
          onOpen={() => setLoad('ready')}
          onClose={() => setLoad('loading')}
          onFailed={() => setLoad('failed')}
        />
      )}
    </div>
  );
}
