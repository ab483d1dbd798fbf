import type { ReactElement, ReactNode } from 'react';
import { type ClaimComparison, compareWithClaim } from '../../runs/share/author-claim.ts';
import { comparisonText, percentText, reasonText, valuesText } from '../../runs/share/claim-text.ts';
import { type Predicted, predictionGaps } from '../../runs/share/prediction.ts';
import type { AuthorClaim, HideablePart } from '../../runs/share/shared-experiment.ts';
import type { Run } from '../../runs/run.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { Menu } from '../../ui/menu.tsx';
import { predictedWords } from './prediction-words.ts';
import styles from './link-facts.module.css';

export interface LinkFactsProps {
  /** What of the link could not be followed. */
  readonly notes: readonly string[];
  readonly hidden: readonly HideablePart[];
  readonly onShowHidden: () => void;
  readonly claim: AuthorClaim | undefined;
  /** The schedule of the link. */
  readonly text: string;
  /** The run that is shown. */
  readonly run: Run | null;
  readonly prediction: Predicted | undefined;
  readonly asksPrediction: boolean;
  /** The reader's own texts that links took the place of. */
  readonly keptTexts: readonly { readonly text: string; readonly label: string; readonly note: string }[];
  readonly onBringBack: (text: string) => void;
  readonly onClose: () => void;
}

const hiddenWords: Readonly<Record<HideablePart, string>> = {
  promise: 'promised curves',
  measured: 'measured curves until the run is over',
  notes: 'the notes on the recipe',
  problems: 'the list of problems',
};

/** What the link on screen asks for, and after the run how the result compares. */
export function LinkFacts(props: LinkFactsProps): ReactElement {
  const { notes, hidden, onShowHidden, asksPrediction, onClose } = props;
  return (
    <section aria-label="Link" className={styles.facts}>
      <div className={styles.words} role="status">
        <ul className={styles.list}>
          <li>This schedule comes from a link.</li>
          {hidden.length > 0 && (
            <li>
              Hidden by its author: {hidden.map((part) => hiddenWords[part]).join(', ')}.
              <Button size="small" onClick={onShowHidden}>
                Show
              </Button>
            </li>
          )}
          {asksPrediction && props.prediction === undefined && <li>Train asks for a prediction first.</li>}
          <ResultFacts {...props} />
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      </div>
      <span className={styles.tools}>
        <KeptTexts {...props} />
        <IconButton icon="close" label="Close" variant="quiet" size="small" onClick={onClose} />
      </span>
    </section>
  );
}

/** The gap of a prediction, and the author's result beside the one here. */
export function ResultFacts({
  claim,
  text,
  run,
  prediction,
}: Pick<LinkFactsProps, 'claim' | 'text' | 'run' | 'prediction'>): ReactNode {
  const gaps = run === null || prediction === undefined ? [] : predictionGaps(prediction, run);
  const comparison = run === null || claim === undefined ? null : compareWithClaim(claim, text, run);
  return (
    <>
      {gaps.map((gap) => (
        <li key={gap.what}>{predictedWords(gap)}</li>
      ))}
      {claim !== undefined && comparison === null && (
        <li>
          The author claims {percentText(claim.accuracy)} accuracy and {percentText(claim.sparsity)} sparsity. Train to
          check it.
        </li>
      )}
      {claim !== undefined && comparison !== null && <ComparedResult claim={claim} comparison={comparison} />}
    </>
  );
}

function ComparedResult({
  claim,
  comparison,
}: {
  readonly claim: AuthorClaim;
  readonly comparison: ClaimComparison;
}): ReactElement {
  return (
    <li>
      <Chip tone={comparison.isSame ? 'live' : 'warning'}>{comparison.isSame ? 'same result' : 'other result'}</Chip>
      <span title={valuesText(comparison)}>{comparisonText(comparison, claim)}</span>
      {comparison.reasons.map((reason) => (
        <span key={reason.kind}>{reasonText(reason, claim, comparison.accuracy.points)}</span>
      ))}
    </li>
  );
}

function KeptTexts({ keptTexts, onBringBack }: LinkFactsProps): ReactNode {
  const [newest, ...others] = keptTexts;
  if (newest === undefined) return null;
  if (others.length === 0) {
    return (
      <Button size="small" icon="undo" hint={newest.note} onClick={() => onBringBack(newest.text)}>
        Bring back my schedule
      </Button>
    );
  }
  return (
    <Menu
      label="My schedules from before links"
      items={keptTexts.map(({ text, label, note }) => ({ id: text, label, note, onSelect: () => onBringBack(text) }))}
      trigger={
        <Button size="small" icon="undo">
          Bring back my schedule
        </Button>
      }
    />
  );
}
