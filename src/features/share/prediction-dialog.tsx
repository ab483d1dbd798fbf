import { type ReactElement, useId, useState } from 'react';
import type { Predicted } from '../../runs/share/prediction.ts';
import type { Predictable } from '../../runs/share/shared-experiment.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { PredictionField, predictionProblem, type PredictionValue } from '../../ui/prediction.tsx';
import { percentAsk } from './prediction-words.ts';
import styles from './share-dialog.module.css';

export interface PredictionDialogProps {
  readonly asked: readonly Predictable[];
  /** null: not now. Empty: trains without one. */
  readonly onAnswer: (answer: Predicted | null) => void;
}

const questions: Readonly<Record<Predictable, string>> = {
  accuracy: 'How many test samples will the trained network answer right?',
  sparsity: 'How large will the share of zeros be, over all kernels?',
};

/** Asks for the results before the training that gives them. */
export function PredictionDialog({ asked, onAnswer }: PredictionDialogProps): ReactElement {
  const form = useId();
  const [drafts, setDrafts] = useState<Readonly<Partial<Record<Predictable, PredictionValue | null>>>>({});
  const problem = asked.map((what) => predictionProblem(percentAsk, drafts[what] ?? null)).find(Boolean);
  return (
    <Dialog
      open
      onClose={() => onAnswer(null)}
      look="sheet"
      title="Predict first"
      description="The author of this link asks what you expect at the end of the run. The gap is shown when it is over."
      actions={
        <>
          <Button onClick={() => onAnswer(null)}>Cancel</Button>
          <Button onClick={() => onAnswer({})}>Train without predicting</Button>
          <Button variant="primary" type="submit" form={form} disabledReason={problem}>
            Predict and train
          </Button>
        </>
      }
    >
      <form
        id={form}
        className={styles.questions}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (problem === undefined) onAnswer(fractions(drafts));
        }}
      >
        {asked.map((what) => (
          <PredictionField
            key={what}
            question={questions[what]}
            ask={percentAsk}
            draft={drafts[what] ?? null}
            onDraft={(said) => setDrafts({ ...drafts, [what]: said })}
          />
        ))}
      </form>
    </Dialog>
  );
}

function fractions(percent: Readonly<Partial<Record<Predictable, PredictionValue | null>>>): Predicted {
  return Object.fromEntries(Object.entries(percent).map(([what, said]) => [what, Number(said) / 100]));
}
