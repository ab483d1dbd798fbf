/** What Monaco has no types for: its registry of what may show parts in a hover. Checked against 0.57. */
declare module 'monaco-editor/editor/contrib/hover/browser/hoverTypes.js' {
  import type { editor, IRange, Range } from 'monaco-editor/editor';

  export interface HoverAnchor {
    /** 1: a range of the text. */
    readonly type: number;
    readonly range: Range;
  }

  export interface HoverPart {
    readonly owner: HoverParticipant;
    readonly range: IRange;
    isValidForHoverAnchor(anchor: HoverAnchor): boolean;
  }

  export interface HoverParticipant {
    /** Parts stand in the order of these; Monaco's own text has 3. */
    readonly hoverOrdinal: number;
    computeSync(anchor: HoverAnchor): readonly HoverPart[];
    computeAsync(anchor: HoverAnchor): AsyncIterable<HoverPart>;
    renderHoverParts(context: { readonly fragment: DocumentFragment }, parts: readonly HoverPart[]): RenderedHoverParts;
    getAccessibleContent(part: HoverPart): string;
  }

  interface RenderedHoverPart {
    readonly hoverPart: HoverPart;
    readonly hoverElement: HTMLElement;
    dispose(): void;
  }

  export class RenderedHoverParts {
    readonly renderedHoverParts: readonly RenderedHoverPart[];
    constructor(parts: readonly RenderedHoverPart[]);
  }

  export const HoverParticipantRegistry: {
    register(participant: new (editor: editor.ICodeEditor) => HoverParticipant): void;
  };
}
