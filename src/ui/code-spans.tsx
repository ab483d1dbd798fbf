import type { ReactNode } from 'react';

/** Words with names between backticks as text nodes and `<code>`: what a person wrote never becomes HTML. */
export function codeSpans(text: string): readonly ReactNode[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}

/** The same, and words between asterisks in bold: for words of this page's own. */
export function markedWords(text: string): readonly ReactNode[] {
  return text
    .split(/(`[^`]*`|\*[^*]+\*)/)
    .filter((part) => part !== '')
    .map((part, index) => {
      if (part.startsWith('`')) return <code key={index}>{part.slice(1, -1)}</code>;
      return part.startsWith('*') ? <b key={index}>{part.slice(1, -1)}</b> : part;
    });
}
