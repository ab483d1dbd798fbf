import type { ReactNode } from 'react';

/** Words with names between backticks as text nodes and `<code>`: what a person wrote never becomes HTML. */
export function codeSpans(text: string): readonly ReactNode[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}
