import { type ReactElement, useState } from 'react';
import type { Predicted } from '../../runs/share/prediction.ts';
import type { Predictable } from '../../runs/share/shared-experiment.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Prediction } from '../../ui/prediction.tsx';
import { percentAsk } from './prediction-words.ts';

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
  const [said, setSaid] = useState<Predicted>({});
  const open = asked.filter((what) => said[what] === undefined);
  const predict = (what: Predictable, percent: number): void => {
    const answers = { ...said, [what]: percent / 100 };
    setSaid(answers);
    if (open.length === 1 && open[0] === what) onAnswer(answers);
  };
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
        </>
      }
    >
      {asked.map((what) => (
        <Prediction
          key={what}
          question={questions[what]}
          ask={percentAsk}
          value={said[what] === undefined ? null : 100 * said[what]}
          verb={open.length === 1 ? 'Predict and train' : 'Predict'}
          onPredict={(value) => typeof value === 'number' && predict(what, value)}
          onRevise={() => setSaid(Object.fromEntries(Object.entries(said).filter(([key]) => key !== what)))}
        />
      ))}
    </Dialog>
  );
}
