import type { RunLabel } from '../../runs/run.ts';

/** A label as a form holds it: tags are one text. */
export interface RunLabelDraft extends Omit<RunLabel, 'tags'> {
  readonly tags: string;
}

export const maximumLength = { name: 80, tags: 200, note: 2000 } as const;

export function draftOf(label: RunLabel): RunLabelDraft {
  return { ...label, tags: label.tags.join(', ') };
}

/** What a form says, without blanks around; tags are parted by commas, each counts once. */
export function labelOf({ name, color, tags, note }: RunLabelDraft): RunLabel {
  const words = tags.split(',').map((tag) => tag.trim().replace(/\s+/g, ' '));
  return { name: name.trim(), color, tags: [...new Set(words.filter((word) => word !== ''))], note: note.trim() };
}
