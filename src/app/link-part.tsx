import type { ReactElement } from 'react';
import { LinkFacts } from '../features/share/link-facts.tsx';
import { LockPanel } from '../features/share/lock-panel.tsx';
import { PredictionDialog } from '../features/share/prediction-dialog.tsx';
import type { Run } from '../runs/run.ts';
import { readExperiment } from './experiment.ts';
import { bringBack, closeLinkWords, makeOwnCopy, showHidden, useLinkSession } from './link-session.ts';
import { recipeOf } from './recipes.ts';
import { typeText } from './schedule-text.ts';

export function LinkPart({ run }: { readonly run: Run | null }): ReactElement | null {
  const { session, keptTexts, predictions } = useLinkSession();
  if (session === null) return null;
  const { notes, claim, text, teaching } = session;
  return (
    <LinkFacts
      notes={notes}
      hidden={teaching?.hide ?? []}
      onShowHidden={showHidden}
      claim={claim}
      text={text}
      run={run}
      prediction={run === null ? undefined : predictions[run.id]}
      asksPrediction={(teaching?.predict ?? []).length > 0}
      keptTexts={keptTexts.map((kept) => ({ text: kept, ...nameOf(kept) }))}
      onBringBack={bringBack}
      onClose={closeLinkWords}
    />
  );
}

/** What a reader knows a text by: its recipe, or its model, data set and first words. */
function nameOf(text: string): { readonly label: string; readonly note: string } {
  const recipe = recipeOf(text);
  const training = readExperiment(text).schedule?.training;
  const note = training ? `${training.model} on ${training.dataset}, ${training.epochs} epochs` : 'has errors';
  const words = /^#\s*(.{1,60})/.exec(text)?.[1];
  return { label: recipe?.title ?? words ?? 'Your schedule', note };
}

export function LockPart({
  text,
  lock,
}: {
  readonly text: string;
  readonly lock: 'all' | readonly string[];
}): ReactElement {
  return <LockPanel text={text} lock={lock} onChange={typeText} onOwnCopy={makeOwnCopy} />;
}

export function PredictionPart(): ReactElement | null {
  const asking = useLinkSession((state) => state.asking);
  const asked = useLinkSession(({ session }) => session?.teaching?.predict);
  if (asking === null || asked === undefined) return null;
  return <PredictionDialog asked={asked} onAnswer={asking} />;
}
