import { type ReactElement, useImperativeHandle, useRef, useState } from 'react';
import { PlainTextEditor, type TextSurface } from './plain-text-editor.tsx';
import { policyAt } from './policy-places.ts';
import { RichTextEditor } from './rich-text-editor.tsx';
import styles from './schedule-editor.module.css';
import type { ScheduleEditorProps } from './schedule-editor-props.ts';
import { useMediaQuery } from '../../ui/use-media-query.ts';

/**
 * The schedule's text. A plain field is there at once; Monaco takes over text, selection and focus when it has loaded.
 * Small screens, and pages where Monaco cannot load, keep the plain field.
 */
export function ScheduleEditor(props: ScheduleEditorProps): ReactElement {
  const { text, onChange, onPointPolicy, readOnly = false, ref } = props;
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
      edit: (changes) => surface()?.edit(changes),
      undo: () => surface()?.undo(),
      redo: () => surface()?.redo(),
      focus: () => surface()?.focus(),
    };
  }, []);

  const isPlain = isSmall || load !== 'ready';
  return (
    <div className={styles.frame}>
      {isPlain && (
        <PlainTextEditor
          text={text}
          onChange={onChange}
          onCaretChange={(offset) => onPointPolicy?.(policyAt(text, offset))}
          readOnly={readOnly}
          onSweep={props.onSweep}
          ref={plain}
          elementRef={field}
        />
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
