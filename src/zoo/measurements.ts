import measured from './recipe-measurements.json' with { type: 'json' };

/** What one run of a recipe came to, by `npm run measure-recipes`. Shares are fractions. */
export interface MeasuredRun {
  readonly seed: number;
  /** On the whole test set; null if the loss was no longer a number. */
  readonly top1: number | null;
  readonly sparsity: number | null;
  /** Bits of a weight, averaged over all kernels. */
  readonly meanBits: number | null;
  /** Kernels packed to their bits, zeros left out where that is smaller. */
  readonly sizeBytes: number | null;
  /** Rounded afterwards, as the schedule's quantizer for the trained network says; absent without one. */
  readonly roundedTop1?: number;
  /** Day, as ISO 8601. */
  readonly date: string;
  /** Version and commit of the page that trained it. */
  readonly build: string;
  readonly device: string;
}

/** The runs of one text; those of an earlier text of the recipe do not count. */
export interface RecipeMeasurement {
  /** `textMark` of the text that was trained. */
  readonly text: string;
  readonly runs: readonly MeasuredRun[];
}

export type Measurements = Readonly<Record<string, RecipeMeasurement>>;

/** By the recipe's id; a recipe that nobody measured has no entry. */
export const measurements: Measurements = measured;

/** A short mark of a text (FNV-1a over its UTF-16 units, 32 bits), to notice that a text is another one. */
export function textMark(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
