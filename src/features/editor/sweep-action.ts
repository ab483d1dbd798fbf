import * as monaco from 'monaco-editor/editor';
import { numberAtOffset, type NumberPlace } from '../../schedule/number-place.ts';

const ACTION = 'sweep-number';
const COMMAND = 'schedule.sweepNumber';
const TITLE = 'Sweep this number';

/** *Sweep this number*, by key and by the menu of the editor. @param onSweep Null: the caret is in no number. */
export function addSweepAction(
  editor: monaco.editor.IStandaloneCodeEditor,
  onSweep: (place: NumberPlace | null) => void,
): void {
  editor.addAction({
    id: ACTION,
    label: TITLE,
    keybindings: [monaco.KeyMod.CtrlCmd | monaco.KeyMod.Alt | monaco.KeyCode.KeyS],
    contextMenuGroupId: 'navigation',
    run: (own) => {
      const [model, position] = [own.getModel(), own.getPosition()];
      if (model && position) onSweep(numberAtOffset(model.getValue(), model.getOffsetAt(position)));
    },
  });
}

/** For the list of quick fixes, which Ctrl+. opens. Call once. */
export function registerSweepCommand(): void {
  monaco.editor.registerCommand(COMMAND, (_, uri: string) => {
    const editor = monaco.editor.getEditors().find((one) => one.getModel()?.uri.toString() === uri);
    void editor?.getAction(ACTION)?.run();
  });
}

/** The quick fix of a number at the caret; none elsewhere. */
export function sweepCodeActions(
  model: monaco.editor.ITextModel,
  range: monaco.Range,
): readonly monaco.languages.CodeAction[] {
  if (!range.isEmpty()) return [];
  if (numberAtOffset(model.getValue(), model.getOffsetAt(range.getStartPosition())) === null) return [];
  return [
    { title: TITLE, kind: 'refactor', command: { id: COMMAND, title: TITLE, arguments: [model.uri.toString()] } },
  ];
}
