import type { ReactElement } from 'react';
import { Button } from '../../ui/button.tsx';
import { markedWords } from '../../ui/code-spans.tsx';
import { Prediction, PredictionGap, predictionText, type PredictionValue } from '../../ui/prediction.tsx';
import { Progress } from '../../ui/progress.tsx';
import { fillNumbers, type LessonNumbers, ownRange } from '../../zoo/lesson-numbers.ts';
import type { LessonStep } from '../../zoo/lesson.ts';
import type { Recipe } from '../../zoo/recipes.ts';
import styles from './learn.module.css';
import { missingRuns, type RecipeRuns } from './lesson-state.ts';

/** What a step is told about the page, and what it can do there. */
export interface LessonTools {
  readonly recipes: readonly Recipe[];
  readonly runs: RecipeRuns;
  readonly numbers: LessonNumbers;
  /** Where the run under way stands, as a sentence; null if none is. */
  readonly status: string | null;
  /** Recipes that are trained after the one under way. */
  readonly waiting: readonly string[];
  /** How far the rounding is; null if none is under way. */
  readonly rounding: { readonly done: number; readonly total: number } | null;
  /** Why the network cannot be rounded, as a sentence. */
  readonly roundingProblem: string | null;
  /** Why nothing can be trained now, as a sentence. */
  readonly blocked: string | undefined;
  /** @param rounds The recipe whose network is rounded once it is trained. */
  readonly onTrain: (recipes: readonly string[], rounds: string | undefined) => void;
  readonly onRound: (recipe: string) => void;
  readonly onLook: (look: LessonStep['look'][number]) => void;
}

interface LessonStepProps extends LessonTools {
  readonly step: LessonStep;
  readonly prediction: PredictionValue | null;
  readonly isLast: boolean;
  /** The lesson is finished: nothing is left to press here. */
  readonly isDone: boolean;
  /** Null takes the answer back. */
  readonly onPredict: (value: PredictionValue | null) => void;
  readonly onContinue: () => void;
}

/** A step: what is about to happen, the question, the run, the gap, and why. */
export function LessonStepView(props: LessonStepProps): ReactElement {
  const { step, prediction, numbers, runs, isLast, onPredict, onContinue } = props;
  const { ask } = step;
  const outcome = ask.kind === 'number' ? ask.measure(numbers) : ask.answer(numbers);
  const isTold = prediction !== null && outcome !== null;
  const hasBegun = runs.running !== null && step.runs.includes(runs.running.recipe);
  return (
    <article className={styles.step} aria-label={step.title}>
      <h3>{step.title}</h3>
      <Paragraphs texts={step.before} />
      <Prediction
        question={step.question}
        ask={ask}
        value={prediction}
        onPredict={onPredict}
        onRevise={isTold || hasBegun ? undefined : () => onPredict(null)}
      />
      {prediction !== null && <TrainStep {...props} />}
      {isTold && (
        <div className={styles.told}>
          <Outcome step={step} prediction={prediction} outcome={outcome} />
          <Paragraphs texts={step.why} />
          <h4>Where to look</h4>
          <ul className={styles.look}>
            {step.look.map((look) => (
              <li key={look.place + look.words}>
                <Button size="small" onClick={() => props.onLook(look)} aria-label={`Show ${look.place}`}>
                  {look.place}
                </Button>
                <span>{markedWords(look.words)}</span>
              </li>
            ))}
          </ul>
          {!props.isDone && <Button onClick={onContinue}>{isLast ? 'Finish the lesson' : 'Next step'}</Button>}
        </div>
      )}
    </article>
  );
}

function Paragraphs({ texts }: { readonly texts: readonly string[] }): ReactElement {
  return (
    <>
      {texts
        .map((text) => fillNumbers(text))
        .filter((text) => text !== '')
        .map((text) => (
          <p key={text}>{markedWords(unbroken(text))}</p>
        ))}
    </>
  );
}

/** A number stays on one line with its unit. */
function unbroken(text: string): string {
  return text.replaceAll(/(?<=\d) (?=%)/g, '\u00a0');
}

/** The button that trains, then where the training stands. Nothing is left of it once everything is measured. */
function TrainStep(props: LessonStepProps): ReactElement | null {
  const { step, runs, recipes, status, waiting, rounding, blocked, onTrain, onRound } = props;
  const missing = missingRuns(step, runs);
  const title = (id: string): string => recipes.find((recipe) => recipe.id === id)?.title ?? id;
  const { running } = runs;
  if (running !== null && step.runs.includes(running.recipe)) {
    const later = waiting.map(title);
    return (
      <div className={styles.training} role="status" aria-label="Training of this step">
        <p>
          <b>{title(running.recipe)}.</b> {status}
        </p>
        <Progress
          label="Progress of this step"
          value={running.run.epochs.length}
          max={Math.max(1, running.run.epochCount)}
          segmented
        />
        {later.length > 0 && <p>Then: {later.join(', ')}.</p>}
      </div>
    );
  }
  if (missing.length > 0) {
    const broken = missing.map((id) => runs.failed.get(id)).find(Boolean);
    return (
      <div className={styles.training}>
        {broken && <p>Run {broken.number} did not reach its end. Train again to go on.</p>}
        <p>{trainingWords(missing.map(title))}</p>
        <Button variant="outlined" icon="play" disabledReason={blocked} onClick={() => onTrain(missing, step.rounds)}>
          {missing.length > 1 ? 'Train both' : 'Train it'}
        </Button>
      </div>
    );
  }
  return step.rounds === undefined || props.numbers.rounded(step.rounds) !== null ? null : (
    <RoundStep recipe={step.rounds} rounding={rounding} problem={props.roundingProblem} onRound={onRound} />
  );
}

function trainingWords(titles: readonly string[]): string {
  const names = titles.map((title) => `“${title}”`).join(' and ');
  return `This puts the schedule ${names} into the editor; Undo brings yours back.`;
}

function RoundStep({
  recipe,
  rounding,
  problem,
  onRound,
}: {
  readonly recipe: string;
  readonly rounding: LessonTools['rounding'];
  readonly problem: string | null;
  readonly onRound: (recipe: string) => void;
}): ReactElement {
  if (rounding !== null) {
    return (
      <div className={styles.training}>
        <Progress
          label="Rounding"
          text="Rounding and measuring"
          value={rounding.done}
          max={Math.max(1, rounding.total)}
        />
      </div>
    );
  }
  return (
    <div className={styles.training}>
      {problem !== null && <p>{problem}</p>}
      <Button onClick={() => onRound(recipe)}>Round it</Button>
    </div>
  );
}

function Outcome({
  step,
  prediction,
  outcome,
}: {
  readonly step: LessonStep;
  readonly prediction: PredictionValue;
  readonly outcome: number | string;
}): ReactElement {
  const { ask } = step;
  if (ask.kind === 'choice') {
    const isRight = prediction === outcome;
    return (
      <p className={styles.verdict}>
        {isRight ? 'Your runs say so too: ' : 'Your runs say otherwise: '}
        <b>{predictionText(ask, outcome)}</b>.
      </p>
    );
  }
  const own = ownRange(ask.measure);
  const others = own && {
    range: own.range,
    words: own.runs === 1 ? 'the playground’s own run' : `the playground’s own ${own.runs} runs`,
  };
  return (
    <PredictionGap
      label={ask.label}
      ask={ask}
      predicted={Number(prediction)}
      measured={Number(outcome)}
      others={others ?? undefined}
    />
  );
}
