import type * as monaco from 'monaco-editor/editor';
import {
  type HoverAnchor,
  type HoverParticipant,
  HoverParticipantRegistry,
  type HoverPart,
  RenderedHoverParts,
} from 'monaco-editor/editor/contrib/hover/browser/hoverTypes.js';
import type { MethodEquation } from 'virtual:method-equations';
import formulaStyles from '../../ui/formula.module.css';
import type { HoverCard } from './hover-card.ts';
import styles from './schedule-editor.module.css';

/** The formula of a class as the reference sets it; undefined if it has none, or if it cannot be loaded. */
export async function equationOf(className: string | undefined): Promise<MethodEquation | undefined> {
  if (className === undefined) return undefined;
  try {
    return (await import('virtual:method-equations')).default[className];
  } catch {
    // The card then has the formula as plain text.
    return undefined;
  }
}

/** Monaco's hovers are Markdown, which it cleans of MathML: the formula joins them as a part of its own. Call once. */
export function registerFormulaHover(
  cardAt: (model: monaco.editor.ITextModel, position: monaco.Position) => HoverCard | null,
): void {
  class FormulaHover implements HoverParticipant {
    readonly hoverOrdinal = 3.5;
    readonly #editor: monaco.editor.ICodeEditor;

    constructor(editor: monaco.editor.ICodeEditor) {
      this.#editor = editor;
    }

    computeSync(): readonly HoverPart[] {
      return [];
    }

    async *computeAsync({ type, range }: HoverAnchor): AsyncIterable<HoverPart> {
      const model = this.#editor.getModel();
      const card = model && type === 1 ? cardAt(model, range.getStartPosition()) : null;
      const equation = await equationOf(card?.className);
      if (equation !== undefined) yield new FormulaPart(this, range, equation);
    }

    renderHoverParts({ fragment }: { readonly fragment: DocumentFragment }, parts: readonly HoverPart[]) {
      const rendered = parts.flatMap((part) => {
        if (!(part instanceof FormulaPart)) return [];
        const hoverElement = formulaElement(part.equation);
        fragment.append(hoverElement);
        return [{ hoverPart: part, hoverElement, dispose: () => hoverElement.remove() }];
      });
      return new RenderedHoverParts(rendered);
    }

    getAccessibleContent(part: HoverPart): string {
      return part instanceof FormulaPart ? formulaElement(part.equation).textContent : '';
    }
  }
  HoverParticipantRegistry.register(FormulaHover);
}

class FormulaPart implements HoverPart {
  readonly owner: HoverParticipant;
  readonly range: monaco.Range;
  readonly equation: MethodEquation;

  constructor(owner: HoverParticipant, range: monaco.Range, equation: MethodEquation) {
    this.owner = owner;
    this.range = range;
    this.equation = equation;
  }

  isValidForHoverAnchor({ type, range }: HoverAnchor): boolean {
    return type === 1 && this.range.containsRange(range);
  }
}

/** Markup that the build made of this project's own TeX; words between backticks become code. */
function formulaElement({ lines, where }: MethodEquation): HTMLElement {
  const row = document.createElement('div');
  // Monaco's own class lays a row out from left to right.
  row.className = 'hover-row';
  const column = document.createElement('div');
  column.className = `${formulaStyles.formula} ${styles.formula}`;
  row.append(column);
  column.append(...lines.map((line) => markup('div', line)));
  const words = document.createElement('p');
  where.forEach((part, index) => {
    if (index % 2 === 1) words.append(markup('span', part));
    else words.append(...withCode(part));
  });
  column.append(words);
  return row;
}

function markup(tag: 'div' | 'span', html: string): HTMLElement {
  const element = document.createElement(tag);
  element.innerHTML = html;
  return element;
}

function withCode(text: string): readonly (Node | string)[] {
  return text.split('`').map((part, index) => {
    if (index % 2 === 0) return part;
    const code = document.createElement('code');
    code.textContent = part;
    return code;
  });
}
