import { changeText, scheduleDifference } from '../../schedule/schedule-changes.ts';
import type { Run } from '../run.ts';
import type { AuthorClaim } from './shared-experiment.ts';

/** Why a result is not the author's, as far as that can be known. */
export type ClaimReason =
  | { readonly kind: 'edited'; readonly changes: readonly string[] }
  | { readonly kind: 'other-seed'; readonly here: number }
  | { readonly kind: 'other-backend'; readonly here: string }
  /** Nothing that the page knows of is different. */
  | { readonly kind: 'sampling' };

export interface ComparedValue {
  /** Fractions. */
  readonly author: number;
  readonly here: number;
  /** Here minus author, in points of a percentage. */
  readonly points: number;
  readonly isSame: boolean;
}

export interface ClaimComparison {
  readonly isSame: boolean;
  readonly accuracy: ComparedValue;
  readonly sparsity: ComparedValue;
  /** Empty where the results are the same. */
  readonly reasons: readonly ClaimReason[];
}

/** What the page can claim about a run; null unless it was measured on the whole test set. */
export function claimOf(run: Run, tolerance: number): AuthorClaim | null {
  if (run.result === null) return null;
  const { top1: accuracy, sparsity } = run.result;
  return { accuracy, sparsity, seed: run.seed, backend: run.environment?.backend ?? 'cpu', tolerance };
}

/**
 * Lays the result of a run beside the one that the author of its link claims.
 *
 * @param text The schedule of the link: the run may have been started after an edit.
 * @returns null until the run has been measured on the whole test set.
 */
export function compareWithClaim(claim: AuthorClaim, text: string, run: Run): ClaimComparison | null {
  if (run.result === null) return null;
  const accuracy = compared(claim.accuracy, run.result.top1, claim.tolerance);
  const sparsity = compared(claim.sparsity, run.result.sparsity, claim.tolerance);
  const isSame = accuracy.isSame && sparsity.isSame;
  return { isSame, accuracy, sparsity, reasons: isSame ? [] : reasonsFor(claim, text, run) };
}

/** Links round to five places, so that much may always lie between. */
const rounding = 0.5e-5;

function compared(author: number, here: number, tolerance: number): ComparedValue {
  const difference = here - author;
  return { author, here, points: 100 * difference, isSame: Math.abs(difference) <= tolerance + rounding };
}

function reasonsFor(claim: AuthorClaim, text: string, run: Run): readonly ClaimReason[] {
  const reasons: ClaimReason[] = [];
  const difference = scheduleDifference(text, run.config.text);
  const changes = difference.kind === 'changes' ? difference.changes.map(changeText) : [];
  const others = changes.filter((change) => !change.startsWith('seed '));
  if (difference.kind === 'unreadable' || others.length > 0) reasons.push({ kind: 'edited', changes: others });
  if (run.seed !== claim.seed) reasons.push({ kind: 'other-seed', here: run.seed });
  const backend = run.environment?.backend;
  if (backend !== undefined && backend !== claim.backend) reasons.push({ kind: 'other-backend', here: backend });
  return reasons.length === 0 ? [{ kind: 'sampling' }] : reasons;
}
