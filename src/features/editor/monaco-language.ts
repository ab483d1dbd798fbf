import * as monaco from 'monaco-editor/editor';
import type { Diagnostic, SourceRange } from '../../schedule/diagnostics.ts';
import { type CompletionItem, completions } from './completions.ts';
import type { EditorKnowledge } from './editor-knowledge.ts';
import { equationOf, registerFormulaHover } from './formula-hover.ts';
import { type HoverCard, hoverAt } from './hover-card.ts';
import { registerSweepCommand, sweepCodeActions } from './sweep-action.ts';
import { yamlConfiguration, yamlTokens } from './yaml-tokens.ts';

/** Id of the schedule's language in Monaco. */
export const LANGUAGE = 'schedule';

const knowledgeOf = new WeakMap<monaco.editor.ITextModel, EditorKnowledge>();
let isRegistered = false;

/** What is known about a model's text, for as long as it is open. */
export interface LanguageConnection extends monaco.IDisposable {
  readonly update: (knowledge: EditorKnowledge) => void;
}

/** Registers the language once, and gives a model what it needs to know. */
export function connectLanguage(model: monaco.editor.ITextModel): LanguageConnection {
  register();
  return {
    update: (knowledge) => knowledgeOf.set(model, knowledge),
    dispose: () => knowledgeOf.delete(model),
  };
}

function register(): void {
  if (isRegistered) return;
  isRegistered = true;
  monaco.languages.register({ id: LANGUAGE });
  monaco.languages.setMonarchTokensProvider(LANGUAGE, yamlTokens);
  monaco.languages.setLanguageConfiguration(LANGUAGE, yamlConfiguration);
  monaco.languages.registerCompletionItemProvider(LANGUAGE, {
    triggerCharacters: [' ', '[', '{', '.', ','],
    provideCompletionItems: (model, position) => ({ suggestions: suggestions(model, position) }),
  });
  monaco.languages.registerHoverProvider(LANGUAGE, { provideHover: hover });
  monaco.languages.registerCodeActionProvider(LANGUAGE, { provideCodeActions: quickFixes });
  registerFormulaHover(cardAt);
  registerSweepCommand();
}

/** Lines and columns count from 1 in both worlds. */
export function monacoRange({ start, end }: SourceRange): monaco.IRange {
  return { startLineNumber: start.line, startColumn: start.column, endLineNumber: end.line, endColumn: end.column };
}

const SEVERITIES = {
  error: monaco.MarkerSeverity.Error,
  warning: monaco.MarkerSeverity.Warning,
  hint: monaco.MarkerSeverity.Info,
} as const;

export function markersOf(diagnostics: readonly Diagnostic[]): monaco.editor.IMarkerData[] {
  return diagnostics.map(({ severity, message, code, range }) => ({
    ...monacoRange(range),
    severity: SEVERITIES[severity],
    message: message.replaceAll('`', ''),
    code,
  }));
}

const ITEM_KINDS = {
  section: monaco.languages.CompletionItemKind.Module,
  key: monaco.languages.CompletionItemKind.Property,
  class: monaco.languages.CompletionItemKind.Class,
  instance: monaco.languages.CompletionItemKind.Variable,
  name: monaco.languages.CompletionItemKind.Field,
  value: monaco.languages.CompletionItemKind.EnumMember,
  template: monaco.languages.CompletionItemKind.Snippet,
} as const satisfies Record<CompletionItem['kind'], monaco.languages.CompletionItemKind>;

function suggestions(model: monaco.editor.ITextModel, position: monaco.Position): monaco.languages.CompletionItem[] {
  const knowledge = knowledgeOf.get(model);
  if (!knowledge) return [];
  const { start, end, items } = completions(model.getValue(), model.getOffsetAt(position), knowledge);
  const range = rangeOf(model, start, end);
  return items.map((item, index) => ({
    label: { label: item.label, description: item.detail },
    kind: ITEM_KINDS[item.kind],
    documentation: item.documentation,
    insertText: item.insertText,
    range,
    sortText: String(index).padStart(4, '0'),
    ...(item.continues ? { command: { id: 'editor.action.triggerSuggest', title: 'Suggest' } } : {}),
  }));
}

async function hover(
  model: monaco.editor.ITextModel,
  position: monaco.Position,
): Promise<monaco.languages.Hover | null> {
  const card = cardAt(model, position);
  if (card === null) return null;
  const range = rangeOf(model, card.start, card.end);
  const { formula: _, ...withoutFormula } = card;
  const isTypeset = (await equationOf(card.className)) !== undefined;
  return { range, contents: hoverMarkdown(isTypeset ? withoutFormula : card) };
}

function cardAt(model: monaco.editor.ITextModel, position: monaco.Position): HoverCard | null {
  const knowledge = knowledgeOf.get(model);
  return knowledge ? hoverAt(model.getValue(), model.getOffsetAt(position), knowledge) : null;
}

/** Words from the text are written as code, never as markup. */
function hoverMarkdown({ title, fact, isExtension, sentences, formula, link }: HoverCard): monaco.IMarkdownString[] {
  const badge = isExtension ? ' · extension, not in Distiller' : '';
  const head = `${codeSpan(title)}${fact === '' ? '' : ` ${escapeMarkdown(fact)}`}${badge}`;
  return [
    { value: head },
    ...sentences.map((sentence) => ({ value: sentence })),
    ...(formula === undefined ? [] : [{ value: `\`\`\`\n${formula}\n\`\`\`` }]),
    ...(link === undefined ? [] : [{ value: `[${escapeMarkdown(link.title)}](${link.url})` }]),
  ];
}

function codeSpan(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}

function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+!<>|~]/g, String.raw`\$&`);
}

function quickFixes(model: monaco.editor.ITextModel, range: monaco.Range): monaco.languages.CodeActionList {
  const touching = (knowledgeOf.get(model)?.diagnostics ?? []).filter((diagnostic) =>
    monaco.Range.areIntersectingOrTouching(monacoRange(diagnostic.range), range),
  );
  const actions = touching.flatMap((diagnostic) =>
    diagnostic.fixes.map((fix, index) => ({
      title: fix.title.replaceAll('`', ''),
      kind: 'quickfix',
      isPreferred: index === 0,
      diagnostics: markersOf([diagnostic]),
      edit: {
        edits: [
          {
            resource: model.uri,
            versionId: model.getVersionId(),
            textEdit: { range: monacoRange(fix.range), text: fix.text },
          },
        ],
      },
    })),
  );
  return { actions: [...actions, ...sweepCodeActions(model, range)], dispose: () => undefined };
}

function rangeOf(model: monaco.editor.ITextModel, start: number, end: number): monaco.Range {
  return monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end));
}
