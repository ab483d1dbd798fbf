import type { editor } from 'monaco-editor/editor';
import type { MethodKind } from '../../methods/define-method.ts';
import type { Preflight } from '../../schedule/preflight-types.ts';
import type { EditorKnowledge } from './editor-knowledge.ts';
import { inlayHints } from './inlay-hints.ts';
import { coloredNames } from './name-colors.ts';
import type { LineSpan } from './policy-places.ts';
import styles from './schedule-editor.module.css';

type Decoration = editor.IModelDeltaDecoration;

const KIND_CLASSES: Readonly<Record<MethodKind, string | undefined>> = {
  pruner: styles.kindPruner,
  regularizer: styles.kindRegularizer,
  quantizer: styles.kindQuantizer,
  lr_scheduler: styles.kindLr,
  extension: styles.kindExtension,
};

/** Class and instance names in the colour of their kind, the colour of their bar in the timeline. */
export function nameDecorations(text: string): Decoration[] {
  return coloredNames(text).map(({ kind, line, startColumn, endColumn }) => ({
    range: { startLineNumber: line, startColumn, endLineNumber: line, endColumn },
    options: { inlineClassName: `${styles.name} ${KIND_CLASSES[kind]}` },
  }));
}

/** A glyph where a policy begins, and a strip along the policies in force in `epoch`. */
export function gutterDecorations(preflight: Preflight, epoch: number | null): Decoration[] {
  return preflight.lanes.flatMap((lane) => {
    const { start, end } = lane.range;
    const glyph: Decoration = {
      range: { startLineNumber: start.line, startColumn: 1, endLineNumber: start.line, endColumn: 1 },
      options: { glyphMarginClassName: `${styles.glyph} ${KIND_CLASSES[lane.kind]}` },
    };
    if (epoch === null || !lane.epochs.includes(epoch)) return [glyph];
    const lastLine = end.column === 1 && end.line > start.line ? end.line - 1 : end.line;
    const strip: Decoration = {
      range: { startLineNumber: start.line, startColumn: 1, endLineNumber: lastLine, endColumn: 1 },
      options: { isWholeLine: true, marginClassName: `${styles.live}` },
    };
    return [glyph, strip];
  });
}

/** Lines that another part of the page points at. */
export function policyDecorations(spans: readonly LineSpan[]): Decoration[] {
  return spans.map(({ first, last }) => ({
    range: { startLineNumber: first, startColumn: 1, endLineNumber: last, endColumn: 1 },
    options: { isWholeLine: true, className: `${styles.pointed}`, marginClassName: `${styles.pointed}` },
  }));
}

/** What names resolve to, after the end of their line; orange where they match nothing. */
export function hintDecorations(text: string, knowledge: EditorKnowledge | null): Decoration[] {
  if (knowledge === null) return [];
  const lines = text.split('\n');
  return inlayHints(text, knowledge, knowledge.preflight?.lanes).map(({ line, words, isWarning }) => {
    const column = (lines[line - 1]?.trimEnd().length ?? 0) + 1;
    return {
      range: { startLineNumber: line, startColumn: column, endLineNumber: line, endColumn: column },
      options: {
        showIfCollapsed: true,
        after: {
          content: words.replaceAll(' ', '\u00a0'),
          inlineClassName: `${styles.inlay} ${isWarning ? styles.inlayWarning : ''}`,
          inlineClassNameAffectsLetterSpacing: true,
        },
      },
    };
  });
}
