import { type ReactElement, useMemo } from 'react';
import { ProblemsList } from '../features/editor/problems-list.tsx';
import { ScheduleEditor } from '../features/editor/schedule-editor.tsx';
import type { InspectedEpochs } from '../features/layers/inspect/inspect-views.tsx';
import { InspectedName, InspectedShape, InspectPanel } from '../features/layers/inspect-panel.tsx';
import { activationFacts, exitFacts } from '../features/layers/layer-rows.ts';
import { LayersPanel } from '../features/layers/layers-panel.tsx';
import { playheadOf } from '../features/metrics/chart-series.ts';
import { ChartsPanel } from '../features/metrics/charts-panel.tsx';
import { catalogue } from '../methods/catalogue.ts';
import { isOver } from '../runs/reduce-run.ts';
import type { Diagnostic, Fix } from '../schedule/diagnostics.ts';
import { Banner } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { codeSpans } from '../ui/code-spans.tsx';
import { Panel, PanelHead } from '../ui/panel.tsx';
import { TabList, TabPanel, Tabs } from '../ui/tabs.tsx';
import { useTheme } from '../ui/theme.ts';
import { findDataset } from '../zoo/datasets.ts';
import { zoo } from '../zoo/zoo.ts';
import { pointAtEvents, policyOfEvent } from './chart-events.ts';
import { AnalysesPlace, CostPlace } from './details-place.tsx';
import { applyFixInEditor, editorRef, revealInEditor } from './editor-access.ts';
import { openLearn } from './learn-store.ts';
import { LockPlace } from './link-place.tsx';
import { useHides, useLockReason } from './link-session.ts';
import { recipeOf } from './recipes.ts';
import { dismissLinkProblem, typeText, useScheduleText } from './schedule-text.ts';
import { useActions } from './use-actions.ts';
import { useSweepActions } from './use-sweep-actions.ts';
import { TimeMachinePart } from './time-machine-part.tsx';
import styles from './workbench.module.css';
import {
  type Detail,
  openDialog,
  pointAtPolicy,
  selectParameter,
  setCursor,
  setPinned,
  useWorkbench,
} from './workbench-store.ts';
import type { WorkbenchView } from './workbench-view.ts';

interface PartProps {
  readonly view: WorkbenchView;
}

/** The schedule: what a recipe asks the reader to look for, and the text. */
export function SchedulePart({ view }: PartProps): ReactElement {
  const text = useScheduleText((state) => state.text);
  const linkProblem = useScheduleText((state) => state.linkProblem);
  const pointedPolicy = useWorkbench((state) => state.pointedPolicy);
  const { theme } = useTheme();
  const actions = useSweepActions();
  const hidesNotes = useHides('notes');
  const hidesProblems = useHides('problems');
  const recipe = hidesNotes ? undefined : recipeOf(text);
  return (
    <Panel label="Schedule">
      <PanelHead
        title="Schedule"
        tools={
          <>
            <Button size="small" variant="quiet" icon="book" onClick={() => openLearn(null)}>
              Learn
            </Button>
            <Button size="small" variant="quiet" icon="list" onClick={() => openDialog('recipes')}>
              Recipes
            </Button>
          </>
        }
      >
        {view.isEdited && view.run && <Chip tone="info">edited since run {view.run.number}</Chip>}
      </PanelHead>
      {linkProblem !== null && (
        <Banner severity="warning" fact="The link could not be opened." onDismiss={dismissLinkProblem}>
          {linkProblem}
        </Banner>
      )}
      {recipe && (
        <p className={styles.note}>
          <b>{recipe.title}.</b> {codeSpans(recipe.lookFor)}
        </p>
      )}
      <LockPlace text={text} />
      <ScheduleEditor
        ref={editorRef}
        text={text}
        onChange={typeText}
        diagnostics={hidesProblems ? noDiagnostics : view.written.diagnostics}
        readOnly={useLockReason() !== undefined}
        preflight={view.written.promise}
        catalogue={catalogue}
        zoo={zoo}
        theme={theme}
        onSweep={actions.sweepNumber}
        playhead={playheadOf(view.run)}
        pointedPolicy={pointedPolicy}
        onPointPolicy={pointAtPolicy}
      />
    </Panel>
  );
}

const noDiagnostics: readonly Diagnostic[] = [];

export function ProblemsPart({ view }: PartProps): ReactElement | null {
  const actions = useActions();
  const isLocked = useLockReason() !== undefined;
  if (useHides('problems')) return null;
  // What a lock refuses is said, and offered in a copy of one's own.
  const mendCopy = ({ range, text, title }: Fix): void => {
    const written = view.experiment.text;
    actions.openText(written.slice(0, range.start.offset) + text + written.slice(range.end.offset), `${title}: done.`);
  };
  return (
    <ProblemsList
      diagnostics={view.experiment.diagnostics}
      onReveal={revealInEditor}
      onFix={isLocked ? mendCopy : applyFixInEditor}
    />
  );
}

export function ChartsPart({ view }: PartProps): ReactElement {
  const cursorEpoch = useWorkbench((state) => state.cursorEpoch);
  const isPinned = useWorkbench((state) => state.isPinned);
  const pointedPolicy = useWorkbench((state) => state.pointedPolicy);
  const events = useMemo(() => pointAtEvents(view.events, pointedPolicy), [view.events, pointedPolicy]);
  const hidesMeasured = useHides('measured');
  const hidesPromise = useHides('promise');
  return (
    <ChartsPanel
      run={hidesMeasured && view.run !== null && !isOver(view.run) ? null : view.run}
      preflight={view.shownPromise}
      epochs={hidesPromise && view.run === null ? view.promise?.epochs : undefined}
      parameters={view.parameters}
      cursorEpoch={cursorEpoch}
      onCursorChange={setCursor}
      pinned={isPinned}
      onPinnedChange={setPinned}
      events={events}
      onEventSelect={(event) => {
        const lane = view.promise?.lanes.find(({ policy }) => policy === policyOfEvent(event));
        if (!lane) return;
        revealInEditor(lane.range);
        pointAtPolicy(lane.policy);
      }}
    />
  );
}

export function LayersPart({ view }: PartProps): ReactElement {
  const pointedPolicy = useWorkbench((state) => state.pointedPolicy);
  const pointed = view.promise?.lanes.find(({ policy }) => policy === pointedPolicy);
  return (
    <div className={styles.layers}>
      <LayersPanel
        rows={view.layers}
        activations={activationFacts(view.layerMetrics)}
        exits={exitFacts(view.layerMetrics)}
        selected={view.selectedLayer?.parameter ?? null}
        onSelect={selectParameter}
        {...(pointed ? { lit: pointed.touches } : {})}
        when={whenText(view)}
      />
      <TimeMachinePart view={view} />
    </div>
  );
}

interface DetailProps extends PartProps {
  /** False where tabs above are the title. */
  readonly hasHead?: boolean;
}

export function InspectPart({ view, hasHead = true }: DetailProps): ReactElement {
  return <InspectPanel row={view.selectedLayer} inspected={inspectedEpochs(view)} hasHead={hasHead} />;
}

function inspectedEpochs({ run, memory, layerMetrics, comparedTick }: WorkbenchView): InspectedEpochs | null {
  if (run === null || layerMetrics === undefined) return null;
  const classNames = findDataset(run.dataset)?.classNames ?? [];
  return { epochs: run.epochs, memory, epoch: layerMetrics.epoch, comparedTick, classNames };
}

/** Inspect, Analyses and Cost in one place: tabs are the title of each. */
export function DetailsPart({
  view,
  onDetail,
}: PartProps & {
  readonly onDetail: (detail: Detail) => void;
}): ReactElement {
  const detail = useWorkbench((state) => state.detail);
  const row = detail === 'inspect' ? view.selectedLayer : null;
  return (
    <Tabs<Detail> value={detail} onChange={onDetail} className={styles.details}>
      <PanelHead tools={row ? <InspectedShape row={row} /> : undefined}>
        <TabList
          label="Details"
          tabs={[
            { value: 'inspect', label: 'Inspect' },
            { value: 'analyses', label: 'Analyses' },
            { value: 'cost', label: 'Cost' },
          ]}
        />
        {row && (
          <span className={styles.detailFact}>
            <InspectedName row={row} />
          </span>
        )}
      </PanelHead>
      <TabPanel value="inspect" className={styles.detail}>
        <InspectPart view={view} hasHead={false} />
      </TabPanel>
      <TabPanel value="analyses" className={styles.detail}>
        <AnalysesPlace view={view} hasHead={false} />
      </TabPanel>
      <TabPanel value="cost" className={styles.detail}>
        <CostPlace view={view} hasHead={false} />
      </TabPanel>
    </Tabs>
  );
}

/** Which epoch the layers show. */
function whenText({ run, layerMetrics }: WorkbenchView): string {
  return run && layerMetrics ? `run ${run.number}, after epoch ${layerMetrics.epoch + 1}` : 'before training';
}
