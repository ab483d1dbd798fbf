import type { ClaimComparison, ClaimReason, ComparedValue } from './author-claim.ts';
import type { AuthorClaim } from './shared-experiment.ts';

/** A fraction as the page shows it: 0.9712 is "97.1 %". */
export function percentText(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

/** Points between two percentages, without a sign: "0.6 points". */
export function pointsText(points: number): string {
  const size = Math.abs(points);
  const digits = size < 0.1 ? 2 : 1;
  const words = size.toFixed(digits);
  return `${words} ${Number(words) === 1 ? 'point' : 'points'}`;
}

/** "Same as the author's: yes, within 0.5 points.", or how far the two lie apart. */
export function comparisonText({ isSame, accuracy, sparsity }: ClaimComparison, { tolerance }: AuthorClaim): string {
  if (isSame) return `Same as the author’s: yes, within ${pointsText(100 * tolerance)}.`;
  const parts = [
    ...(accuracy.isSame ? [] : [differenceText('accuracy', accuracy)]),
    ...(sparsity.isSame ? [] : [differenceText('sparsity', sparsity)]),
  ];
  return `Not the author’s result. ${parts.join(' ')}`;
}

/** Both values, whichever way the comparison went. */
export function valuesText({ accuracy, sparsity }: ClaimComparison): string {
  return `Accuracy: author ${percentText(accuracy.author)}, here ${percentText(accuracy.here)}. Sparsity: author ${percentText(sparsity.author)}, here ${percentText(sparsity.here)}.`;
}

function differenceText(what: string, { author, here, points }: ComparedValue): string {
  return `Author: ${percentText(author)} ${what}, here: ${percentText(here)}; differs by ${pointsText(points)}.`;
}

/** So far apart do roundings of another device bring two runs; about as far as two seeds of a small network lie. */
const roundingPoints = 3;

/**
 * The reason in a sentence.
 *
 * @param points How far the accuracies lie apart.
 */
export function reasonText(reason: ClaimReason, claim: AuthorClaim, points = 0): string {
  switch (reason.kind) {
    case 'edited':
      return `The schedule was edited${reason.changes.length > 0 ? `: ${reason.changes.slice(0, 3).join('; ')}${reason.changes.length > 3 ? '; …' : ''}` : ''}.`;
    case 'other-seed':
      return `The seed is ${reason.here}, the author’s was ${claim.seed}: other first weights, another order of the samples.`;
    case 'other-backend':
      return `Computed on ${backendNames[reason.here] ?? reason.here}, the author’s on ${backendNames[claim.backend]}: they add numbers in another order.`;
    case 'sampling':
      if (Math.abs(points) > roundingPoints) {
        return 'Schedule, seed and backend are the same. Sums that another graphics processor rounds differently explain a few points, not so many: the claim may be of another text, or of another version of this page.';
      }
      return 'Schedule, seed and backend are the same. Another graphics processor rounds sums differently, and training lets that grow: about as much as another seed does.';
    default:
      return reason satisfies never;
  }
}

const backendNames: Readonly<Record<string, string>> = { webgpu: 'WebGPU', webgl: 'WebGL', cpu: 'the processor' };
