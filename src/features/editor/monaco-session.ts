import './monaco-features.ts';
import * as monaco from 'monaco-editor/editor';
import type { SourceRange } from '../../schedule/diagnostics.ts';
import type { NumberPlace } from '../../schedule/number-place.ts';
import { readToken, type Theme } from '../../ui/theme.ts';
import { gutterDecorations, hintDecorations, nameDecorations, policyDecorations } from './decorations.ts';
import type { EditorKnowledge } from './editor-knowledge.ts';
import { connectLanguage, LANGUAGE, markersOf, monacoRange } from './monaco-language.ts';
import { THEME_NAMES, themeData } from './monaco-theme.ts';
import type { TextSurface } from './plain-text-editor.tsx';
import { linesOfPolicy } from './policy-places.ts';
import { addSweepAction } from './sweep-action.ts';
import { smallestChange } from './text-change.ts';

/** One Monaco editor over one text. Plain calls in, plain callbacks out: no React in here. */
export interface EditorSession extends TextSurface {
  /** The text that the page now has. Whatever the editor itself reported is taken as read; anything else replaces the text. */
  readonly setText: (text: string) => void;
  readonly setKnowledge: (knowledge: EditorKnowledge) => void;
  /** The running epoch, whose policies are marked; null: none. */
  readonly setEpoch: (epoch: number | null) => void;
  /** The policy whose lines are lit; null: none. Its lines come into view unless the caret is among them. */
  readonly setPointedPolicy: (policy: number | null) => void;
  readonly setTheme: (theme: Theme) => void;
  readonly setReadOnly: (readOnly: boolean) => void;
  /** Goes on where another editor of the same text stood. */
  readonly resume: (place: EditorPlace) => void;
  readonly dispose: () => void;
}

export interface EditorPlace {
  /** Offsets of the selection. */
  readonly start: number;
  readonly end: number;
  readonly scrollTop: number;
  readonly hasFocus: boolean;
}

export interface EditorSessionOptions {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onFocusChange: (hasFocus: boolean) => void;
  /** The reader moved the caret. */
  readonly onCaretChange: (offset: number) => void;
  /** *Sweep this number* was chosen; null: the caret is in no number. */
  readonly onSweep: (place: NumberPlace | null) => void;
}

globalThis.MonacoEnvironment = {
  getWorker: () => new Worker(new URL('./editor-worker.ts', import.meta.url), { type: 'module' }),
};

// F8 belongs to the list of problems, which comes back here; Monaco's own walk would open a second list in the text.
monaco.editor.addKeybindingRules([
  { keybinding: monaco.KeyCode.F8, command: null },
  { keybinding: monaco.KeyMod.Shift | monaco.KeyCode.F8, command: null },
]);

// Several lines that arrive at once (dictation, input methods) are text to be taken as it is: typed one by one, each line
// would be indented like the one before, on top of its own spaces.
monaco.editor.registerCommand('type', (_, { text }: { readonly text: string }) => {
  const editor = monaco.editor.getEditors().find((candidate) => candidate.hasTextFocus());
  const isBlock = text.length > 1 && /[\r\n]/.test(text);
  editor?.trigger('keyboard', isBlock ? 'paste' : 'default:type', isBlock ? { text, pasteOnNewLine: false } : { text });
});

/** Waits for the editor's font, which Monaco measures on opening. */
export async function loadCodeFont(): Promise<void> {
  await document.fonts.load(`13px ${readToken('--font-code')}`).catch(() => undefined);
}

/** Opens Monaco inside of an element. */
export function openEditorSession(host: HTMLElement, options: EditorSessionOptions): EditorSession {
  const model = monaco.editor.createModel(options.text, LANGUAGE);
  const editor = monaco.editor.create(host, { ...editorOptions(readToken('--font-code')), model });
  addSweepAction(editor, options.onSweep);
  return startSession(editor, model, options);
}

function editorOptions(fontFamily: string): monaco.editor.IStandaloneEditorConstructionOptions {
  const rootSize = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  const fontSize = rootSize * 0.8125;
  return {
    ariaLabel: 'Schedule text',
    automaticLayout: true,
    cursorBlinking: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'solid' : 'blink',
    fixedOverflowWidgets: true,
    folding: true,
    foldingHighlight: false,
    fontFamily,
    fontLigatures: '"tnum", "calt" 0',
    fontSize,
    glyphMargin: true,
    guides: { indentation: false },
    hideCursorInOverviewRuler: true,
    hover: { delay: 300 },
    lineDecorationsWidth: 14,
    lineHeight: Math.round((fontSize * 20) / 13),
    lineNumbersMinChars: 3,
    minimap: { enabled: false },
    occurrencesHighlight: 'off',
    overviewRulerBorder: false,
    padding: { top: 6, bottom: 28 },
    quickSuggestions: { other: true, strings: true, comments: false },
    renderFinalNewline: 'on',
    renderLineHighlight: 'line',
    renderWhitespace: 'none',
    roundedSelection: false,
    scrollBeyondLastLine: false,
    scrollbar: { horizontalScrollbarSize: 10, verticalScrollbarSize: 10, useShadows: false },
    stickyScroll: { enabled: false },
    suggest: { showStatusBar: false, preview: false, showWords: false },
    suggestLineHeight: 24,
    tabSize: 2,
    detectIndentation: false,
    insertSpaces: true,
    wordBasedSuggestions: 'off',
    wordWrap: 'on',
    wrappingIndent: 'indent',
  };
}

function startSession(
  editor: monaco.editor.IStandaloneCodeEditor,
  model: monaco.editor.ITextModel,
  { onChange, onFocusChange, onCaretChange }: EditorSessionOptions,
): EditorSession {
  const language = connectLanguage(model);
  const text = followText(model, onChange);
  const words = editor.createDecorationsCollection();
  const gutter = editor.createDecorationsCollection();
  const pointed = pointAtPolicies(editor, model);
  let knowledge: EditorKnowledge | null = null;
  let epoch: number | null = null;
  const showWords = (): void => {
    words.set([...nameDecorations(model.getValue()), ...hintDecorations(model.getValue(), knowledge)]);
  };
  const showGutter = (): void => {
    // While the text has an error, the marks stay with their lines.
    if (knowledge?.preflight) gutter.set(gutterDecorations(knowledge.preflight, epoch));
  };
  showWords();
  const subscriptions = [
    model.onDidChangeContent(({ changes }) => {
      showWords();
      // Marks of replaced lines would collapse into one place.
      if (changes.some(({ range }) => range.endLineNumber > range.startLineNumber)) gutter.clear();
    }),
    editor.onDidFocusEditorText(() => onFocusChange(true)),
    editor.onDidBlurEditorText(() => onFocusChange(false)),
    editor.onDidChangeCursorPosition(({ position }) => {
      if (editor.hasTextFocus()) onCaretChange(model.getOffsetAt(position));
    }),
  ];
  return {
    ...surfaceOf(editor, model),
    setPointedPolicy: pointed,
    setText: text.set,
    setKnowledge: (next) => {
      knowledge = next;
      language.update(next);
      monaco.editor.setModelMarkers(model, 'schedule', markersOf(next.diagnostics));
      showWords();
      showGutter();
    },
    setEpoch: (next) => {
      epoch = next;
      showGutter();
    },
    setTheme: (theme) => {
      monaco.editor.defineTheme(THEME_NAMES[theme], themeData(theme, readToken));
      monaco.editor.setTheme(THEME_NAMES[theme]);
    },
    setReadOnly: (readOnly) => editor.updateOptions({ readOnly }),
    resume: (place) => resume(editor, model, place),
    dispose: () => {
      for (const subscription of [...subscriptions, language, editor, model]) subscription.dispose();
    },
  };
}

function resume(editor: monaco.editor.ICodeEditor, model: monaco.editor.ITextModel, place: EditorPlace): void {
  editor.layout();
  editor.setSelection(monaco.Selection.fromPositions(model.getPositionAt(place.start), model.getPositionAt(place.end)));
  editor.setScrollTop(place.scrollTop);
  if (place.hasFocus) editor.focus();
}

/** Lights the lines of a policy and of its instance; they follow the text until the next call. */
function pointAtPolicies(
  editor: monaco.editor.IStandaloneCodeEditor,
  model: monaco.editor.ITextModel,
): (policy: number | null) => void {
  const lit = editor.createDecorationsCollection();
  return (policy) => {
    const spans = policy === null ? [] : linesOfPolicy(model.getValue(), policy);
    lit.set(policyDecorations(spans));
    const [own] = spans;
    if (own && !editor.hasTextFocus()) editor.revealLinesInCenterIfOutsideViewport(own.first, own.last);
  };
}

function surfaceOf(editor: monaco.editor.IStandaloneCodeEditor, model: monaco.editor.ITextModel): TextSurface {
  return {
    focus: () => editor.focus(),
    edit: (changes) => {
      const edits = changes.map(({ start, end, text }) => ({
        range: monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end)),
        text,
        forceMoveMarkers: true,
      }));
      editor.pushUndoStop();
      editor.executeEdits('timeline', edits);
      editor.pushUndoStop();
    },
    undo: () => void model.undo(),
    redo: () => void model.redo(),
    reveal: (range) => {
      editor.focus();
      editor.setSelection(monacoRange(range));
      editor.revealRangeInCenterIfOutsideViewport(monacoRange(range), monaco.editor.ScrollType.Immediate);
      // At once, so that what is typed next replaces the selection.
      editor.render(true);
    },
    replace: (range: SourceRange, text: string) => {
      editor.pushUndoStop();
      editor.executeEdits('fix', [{ range: monacoRange(range), text, forceMoveMarkers: true }]);
      editor.pushUndoStop();
      editor.focus();
    },
  };
}

/** Keeps the page and the model at one text, without taking an echo of the reader's typing for a new text. */
function followText(
  model: monaco.editor.ITextModel,
  onChange: (text: string) => void,
): { readonly set: (text: string) => void } {
  let reported: string[] = [];
  let isReplacing = false;
  model.onDidChangeContent(() => {
    if (isReplacing) return;
    const text = model.getValue();
    reported.push(text);
    onChange(text);
  });
  return {
    set: (text) => {
      const echo = reported.lastIndexOf(text);
      // What was reported and is no echo now will be none later: pasting the same text twice reports it twice, and the page
      // answers once.
      reported = echo >= 0 ? reported.slice(echo + 1) : [];
      if (echo >= 0) return;
      const change = smallestChange(model.getValue(), text);
      if (change === null) return;
      const range = monaco.Range.fromPositions(model.getPositionAt(change.start), model.getPositionAt(change.end));
      isReplacing = true;
      model.pushStackElement();
      model.pushEditOperations([], [{ range, text: change.text }], () => null);
      model.pushStackElement();
      isReplacing = false;
    },
  };
}
