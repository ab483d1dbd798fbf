import { type ReactElement, type ReactNode, useId, useState } from 'react';
import { Button } from './button.tsx';
import styles from './prediction.module.css';

/** A number on a slider and in a field, or one of a few answers. */
export type PredictionAsk =
  | {
      readonly kind: 'number';
      readonly min: number;
      readonly max: number;
      readonly step: number;
      /** Stands after the number: "%". */
      readonly unit: string;
    }
  | {
      readonly kind: 'choice';
      readonly options: readonly { readonly value: string; readonly label: string }[];
    };

export type PredictionValue = number | string;

export interface PredictionProps {
  /** Asked as a sentence; the accessible name of the group. */
  readonly question: ReactNode;
  readonly ask: PredictionAsk;
  /** What the reader said; null while nothing is said. */
  readonly value: PredictionValue | null;
  readonly onPredict: (value: PredictionValue) => void;
  /** Takes the answer back; without it an answer stands. */
  readonly onRevise?: (() => void) | undefined;
  /** What the button that fixes the answer says. */
  readonly verb?: string;
}

/** Asks before the answer is known, and keeps what was said. Nothing is filled in beforehand: a given number would be the answer. */
export function Prediction({
  question,
  ask,
  value,
  onPredict,
  onRevise,
  verb = 'Predict',
}: PredictionProps): ReactElement {
  const id = useId();
  const [draft, setDraft] = useState<PredictionValue | null>(null);
  const problem = predictionProblem(ask, draft);
  return (
    <div role="group" aria-labelledby={id}>
      <form
        className={styles.prediction}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (draft !== null && problem === undefined) onPredict(draft);
        }}
      >
        <p id={id} className={styles.question}>
          {question}
        </p>
        {value === null ? (
          <>
            <AskControl ask={ask} draft={draft} onDraft={setDraft} />
            <Button type="submit" className={styles.verb} disabledReason={problem}>
              {verb}
            </Button>
          </>
        ) : (
          <p className={styles.said}>
            <span>
              You predict <b>{predictionText(ask, value)}</b>.
            </span>
            {onRevise && (
              <Button size="small" variant="quiet" onClick={onRevise}>
                Change it
              </Button>
            )}
          </p>
        )}
      </form>
    </div>
  );
}

export interface PredictionFieldProps {
  /** Asked as a sentence; the accessible name of the group. */
  readonly question: ReactNode;
  readonly ask: PredictionAsk;
  /** null: nothing said yet. */
  readonly draft: PredictionValue | null;
  readonly onDraft: (value: PredictionValue | null) => void;
}

/** One question of a form that asks several and is sent as a whole. */
export function PredictionField({ question, ...asked }: PredictionFieldProps): ReactElement {
  const id = useId();
  return (
    <div role="group" aria-labelledby={id} className={styles.prediction}>
      <p id={id} className={styles.question}>
        {question}
      </p>
      <AskControl {...asked} />
    </div>
  );
}

function AskControl({ ask, draft, onDraft }: Omit<PredictionFieldProps, 'question'>): ReactElement {
  const problem = draft === null ? undefined : draftProblem(ask, draft);
  return (
    <>
      {ask.kind === 'number' ? (
        <NumberAsk ask={ask} draft={draft} onDraft={onDraft} />
      ) : (
        <ChoiceAsk ask={ask} draft={draft} onDraft={onDraft} />
      )}
      {problem !== undefined && <p className={styles.problem}>{problem}</p>}
    </>
  );
}

/** Why this is no answer yet, as a sentence; undefined if it is one. */
export function predictionProblem(ask: PredictionAsk, draft: PredictionValue | null): string | undefined {
  return draft === null ? 'Say what you expect first.' : draftProblem(ask, draft);
}

interface AskProps<Kind extends PredictionAsk['kind']> {
  readonly ask: Extract<PredictionAsk, { kind: Kind }>;
  readonly draft: PredictionValue | null;
  readonly onDraft: (value: PredictionValue | null) => void;
}

function NumberAsk({ ask, draft, onDraft }: AskProps<'number'>): ReactElement {
  const { min, max, step, unit } = ask;
  const limits = { min, max, step };
  const said = typeof draft === 'number' ? draft : null;
  return (
    <div className={styles.number}>
      <input
        type="range"
        {...limits}
        aria-label="Prediction, as a slider"
        aria-valuetext={said === null ? 'nothing said yet' : predictionText(ask, said)}
        data-untouched={said === null || undefined}
        value={said ?? (min + max) / 2}
        onChange={(event) => onDraft(event.target.valueAsNumber)}
        // A press where the slider stands already says that number too.
        onPointerUp={(event) => onDraft(event.currentTarget.valueAsNumber)}
      />
      <label className={styles.field}>
        <input
          type="number"
          inputMode="decimal"
          {...limits}
          aria-label="Prediction"
          value={said ?? ''}
          onChange={({ target }) => onDraft(Number.isNaN(target.valueAsNumber) ? null : target.valueAsNumber)}
        />
        {unit}
      </label>
    </div>
  );
}

function ChoiceAsk({ ask, draft, onDraft }: AskProps<'choice'>): ReactElement {
  const name = useId();
  return (
    <div className={styles.choices}>
      {ask.options.map(({ value, label }) => (
        <label key={value}>
          <input type="radio" name={name} checked={draft === value} onChange={() => onDraft(value)} />
          {label}
        </label>
      ))}
    </div>
  );
}

function draftProblem(ask: PredictionAsk, draft: PredictionValue): string | undefined {
  if (ask.kind !== 'number' || typeof draft !== 'number' || (draft >= ask.min && draft <= ask.max)) return undefined;
  return `${draft} is outside of ${ask.min} to ${ask.max} ${ask.unit}.`.replace(' .', '.');
}

/** "93 %", or the words of the answer. */
export function predictionText(ask: PredictionAsk, value: PredictionValue): string {
  if (ask.kind === 'number') return `${value} ${ask.unit}`.trim();
  return ask.options.find((option) => option.value === value)?.label ?? String(value);
}

export interface PredictionGapProps {
  /** What is measured: "Accuracy". */
  readonly label: string;
  readonly ask: Extract<PredictionAsk, { kind: 'number' }>;
  readonly predicted: number;
  readonly measured: number;
  /** Where other runs ended, lowest to highest, and who ran them: "the playground’s own 2 runs". */
  readonly others?: { readonly range: readonly [number, number]; readonly words: string } | undefined;
}

/** The distance between what was said and what came out, as a strip and a sentence. */
export function PredictionGap({ label, ask, predicted, measured, others }: PredictionGapProps): ReactElement {
  const at = (value: number): string =>
    `${(100 * Math.max(0, Math.min(1, (value - ask.min) / (ask.max - ask.min)))).toFixed(2)}%`;
  const [low, high] = [Math.min(predicted, measured), Math.max(predicted, measured)];
  return (
    <figure className={styles.gap} aria-label={`${label}: prediction and measurement`}>
      <div className={styles.strip} aria-hidden="true">
        {others && <i className={styles.others} style={span(at(others.range[0]), at(others.range[1]))} />}
        <i className={styles.distance} style={span(at(low), at(high))} />
        <i className={styles.predicted} style={{ left: at(predicted) }} />
        <i className={styles.measured} style={{ left: at(measured) }} />
      </div>
      <div className={styles.ends} aria-hidden="true">
        <span>{predictionText(ask, ask.min)}</span>
        <span className={styles.key}>
          <span>
            <i className={styles.predicted} /> predicted
          </span>
          <span>
            <i className={styles.measured} /> measured
          </span>
          {others && (
            <span>
              <i className={styles.others} /> {others.words}
            </span>
          )}
        </span>
        <span>{predictionText(ask, ask.max)}</span>
      </div>
      <figcaption>{gapText({ ask, predicted, measured, others })}</figcaption>
    </figure>
  );
}

function span(from: string, to: string): { readonly left: string; readonly right: string } {
  return { left: from, right: `calc(100% - ${to})` };
}

/** "You predicted 93 %, it came to 97.1 %: 4.1 points more." */
export function gapText({ ask, predicted, measured, others }: Omit<PredictionGapProps, 'label'>): string {
  const gap = measured - predicted;
  const size = Math.abs(gap).toFixed(1);
  const words = ask.unit === '%' ? 'points' : ask.unit;
  const verdict =
    size === '0.0' ? 'exactly that' : `${size} ${words} ${gap > 0 ? 'more' : 'less'}`.replaceAll(/ +/g, ' ');
  const told = `You predicted ${predictionText(ask, predicted)}, it came to ${oneDigit(ask, measured)}: ${verdict}.`;
  if (!others) return told;
  const [low, high] = others.range.map((end) => end.toFixed(1));
  const where = `${low === high ? '' : `${low} to `}${high} ${ask.unit}`.trim();
  return `${told} ${others.words.charAt(0).toUpperCase()}${others.words.slice(1)}: ${where}.`;
}

function oneDigit({ unit }: { readonly unit: string }, value: number): string {
  return `${value.toFixed(1)} ${unit}`.trim();
}
