import { memo, type ReactElement, useState } from 'react';
import { DeviceBadge } from '../features/training/device-badge.tsx';
import { TrainingProgress } from '../features/training/training-progress.tsx';
import { TransportControls } from '../features/training/transport-controls.tsx';
import { ExperimentChoices } from '../features/gallery/experiment-choices.tsx';
import type { Environment } from '../protocol/training-event.ts';
import type { Run } from '../runs/run.ts';
import { precisionMark } from '../runs/run-precision.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon, Logo } from '../ui/icons.tsx';
import { Menu } from '../ui/menu.tsx';
import { useTheme } from '../ui/theme.ts';
import { zoo } from '../zoo/zoo.ts';
import type { Experiment } from './experiment.ts';
import { trainingBlock } from './experiment.ts';
import { exportActions } from './export-actions.ts';
import styles from './header.module.css';
import { useLockReason } from './link-session.ts';
import { progressOf } from './progress-of.ts';
import { availableRecipes, recipeOf } from './recipes.ts';
import { trainingClient } from './services.ts';
import { useActions } from './use-actions.ts';
import { openDialog } from './workbench-store.ts';

export interface HeaderProps {
  readonly experiment: Experiment;
  /** The experiment of the last text without errors: model and dataset are its. */
  readonly lastValid: Experiment | null;
  readonly run: Run | null;
  readonly environment: Environment | null;
}

/** Choices, transport, progress, device, and what can be done with the experiment. */
export function Header({ experiment, lastValid, run, environment }: HeaderProps): ReactElement {
  const actions = useActions();
  const [shown, setShown] = useState<Folded | null>(null);
  const toggle = (part: Folded): void => setShown(shown === part ? null : part);
  return (
    <header className={styles.header} data-shown={shown}>
      <h1 className={styles.brand}>
        <Logo />
        <span>
          Distiller <span>Playground</span>
        </span>
      </h1>
      <FoldedChoices
        experiment={experiment}
        lastValid={lastValid}
        isOpen={shown === 'choices'}
        onToggle={() => toggle('choices')}
      />
      <IconButton
        icon="more"
        label="More"
        hint="Share, export, theme, help, and what trains"
        variant="quiet"
        size="large"
        className={styles.more}
        aria-expanded={shown === 'actions'}
        onClick={() => toggle('actions')}
      />
      <div className={styles.choices}>
        <Choices experiment={experiment} lastValid={lastValid} />
      </div>
      <i className={styles.rule} />
      <div className={styles.second}>
        <TransportControls
          status={run?.status ?? null}
          blocked={trainingBlock(experiment)}
          onTrain={actions.train}
          {...transport}
          onStep={actions.step}
        />
        <TrainingProgress {...progressOf(run, experiment)} />
      </div>
      <i className={styles.rule} />
      <div className={styles.device}>
        <DeviceBadge
          environment={run?.environment ?? environment}
          precision={run && precisionMark(run)}
          msPerStep={run?.msPerStep ?? null}
        />
      </div>
      <HeaderActions text={experiment.text} isTrained={run !== null && run.epochs.length > 0} />
    </header>
  );
}

/** What a phone shows only when asked: its screen belongs to the work. */
type Folded = 'choices' | 'actions';

interface FoldedChoicesProps extends ChoicesProps {
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** Recipe, model and dataset in one button, which a phone has in the place of the three lists. */
function FoldedChoices({ experiment, lastValid, isOpen, onToggle }: FoldedChoicesProps): ReactElement {
  const training = lastValid?.schedule?.training;
  const recipe = recipeOf(experiment.text)?.title ?? 'Your own';
  const parts = training ? `${training.model}, ${training.dataset}` : 'model, dataset';
  return (
    <button
      type="button"
      className={styles.experiment}
      aria-label={`Recipe: ${recipe}, ${parts}`}
      aria-expanded={isOpen}
      onClick={onToggle}
    >
      <small>{parts}</small>
      <b>{recipe}</b>
      <Icon name="chevron-down" size={12} />
    </button>
  );
}

const transport = {
  onPause: () => trainingClient.pause(),
  onResume: () => trainingClient.resume(),
  onStop: () => trainingClient.stop(),
  onReset: () => trainingClient.reset(),
};

interface ChoicesProps {
  readonly experiment: Experiment;
  readonly lastValid: Experiment | null;
}

/** Lists are dear to draw and do not depend on the run. */
const Choices = memo(function Choices({ experiment, lastValid }: ChoicesProps): ReactElement {
  const actions = useActions();
  const training = lastValid?.schedule?.training;
  const locked = useLockReason();
  return (
    <ExperimentChoices
      recipes={availableRecipes}
      models={zoo.models}
      datasets={zoo.datasets}
      recipe={recipeOf(experiment.text)?.id ?? null}
      model={training?.model ?? null}
      dataset={training?.dataset ?? null}
      onRecipe={actions.openRecipe}
      onModel={actions.chooseModel}
      onDataset={actions.chooseDataset}
      blocked={locked ?? (experiment.schedule === null ? 'The schedule has errors: mend them first.' : undefined)}
    />
  );
});

interface HeaderActionsProps {
  readonly text: string;
  readonly isTrained: boolean;
}

const HeaderActions = memo(function HeaderActions({ text, isTrained }: HeaderActionsProps): ReactElement {
  const { theme, toggle } = useTheme();
  const actions = useActions();
  const exports = exportActions(text, isTrained, actions.report);
  return (
    <div className={styles.actions}>
      <Button icon="share" size="large" aria-label="Share" onClick={() => openDialog('share')}>
        <span className={styles.words}>Share</span>
      </Button>
      <Menu
        label="Export"
        items={exports}
        trigger={
          <Button icon="export" size="large" aria-label="Export">
            <span className={styles.words}>Export</span>
          </Button>
        }
      />
      <IconButton
        icon={theme === 'dark' ? 'moon' : 'sun'}
        label={theme === 'dark' ? 'Use the light theme' : 'Use the dark theme'}
        variant="quiet"
        size="large"
        onClick={toggle}
      />
      <IconButton
        icon="help"
        label="Help"
        hint="Every method, argument and formula"
        variant="quiet"
        size="large"
        onClick={() => openDialog('help')}
      />
    </div>
  );
});
