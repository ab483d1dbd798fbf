import { type MouseEvent, type ReactElement, useEffect, useRef } from 'react';
import type { PanelImperativeHandle } from 'react-resizable-panels';
import { useStore } from 'zustand';
import { ResizeGroup, ResizeHandle, ResizePanel } from '../ui/resizer.tsx';
import { TabList, TabPanel, Tabs } from '../ui/tabs.tsx';
import { AnalysesPlace, CostPlace } from './details-place.tsx';
import { ChartsPart, DetailsPart, InspectPart, LayersPart, ProblemsPart, SchedulePart } from './parts.tsx';
import { useRoomForRuns } from './room-for-runs.ts';
import { RunsPlace } from './runs-place.tsx';
import { trainingClient } from './services.ts';
import { TimelinePart } from './timeline-part.tsx';
import { TryItPart } from './try-it-part.tsx';
import { type Detail, showDetail, showTab, type Tab, useWorkbench } from './workbench-store.ts';
import styles from './workbench.module.css';
import type { WorkbenchView } from './workbench-view.ts';

interface LayoutProps {
  readonly view: WorkbenchView;
}

/** From 1181 px on: everything in view, borders to drag. */
export function WideLayout({ view }: LayoutProps): ReactElement {
  const details = useRoomForDetails();
  const runsRef = useRoomForRuns();
  const hasRuns = useStore(trainingClient.store, (state) => Object.keys(state.runs).length > 0);
  return (
    <ResizeGroup id="page" orientation="vertical" panelIds={['main', 'runs']}>
      <ResizePanel id="main" minSize="40%">
        <ResizeGroup id="columns" orientation="horizontal" panelIds={['write', 'watch']}>
          <ResizePanel id="write" defaultSize="37%" minSize={300}>
            <WriteColumn view={view} />
          </ResizePanel>
          <ResizeHandle label="Width of the editor" before="write" />
          <ResizePanel id="watch" minSize={380}>
            <ResizeGroup id="watching" orientation="vertical" panelIds={['charts', 'lower']}>
              <ResizePanel id="charts" defaultSize="64%" minSize={240}>
                <ChartsPart view={view} />
              </ResizePanel>
              <ResizeHandle label="Height of the charts" before="charts" />
              <ResizePanel id="lower" minSize={120} panelRef={details.lowerRef}>
                <ResizeGroup id="details" orientation="horizontal" panelIds={['layers', 'inspect']}>
                  <ResizePanel id="layers" defaultSize="64%" minSize={240}>
                    <LayersPart view={view} />
                  </ResizePanel>
                  <ResizeHandle label="Width of the layers" before="layers" />
                  <ResizePanel id="inspect" minSize={200} panelRef={details.besideRef}>
                    <BesideLayers view={view} details={details} />
                  </ResizePanel>
                </ResizeGroup>
              </ResizePanel>
            </ResizeGroup>
          </ResizePanel>
        </ResizeGroup>
      </ResizePanel>
      <ResizeHandle label="Height of the runs" before="main" />
      <ResizePanel id="runs" defaultSize={hasRuns ? 150 : 116} minSize={34} fixed panelRef={runsRef}>
        <RunsPlace view={view} />
      </ResizePanel>
    </ResizeGroup>
  );
}

/** Inspect, Analyses and Cost, and below them Try it, which takes their room while it is open. */
function BesideLayers({ view, details }: LayoutProps & { readonly details: RoomForDetails }): ReactElement {
  const isTrying = useWorkbench((state) => state.isTrying);
  // A click on the tab that is chosen already chooses nothing, and yet asks for what it hides.
  const unfold = ({ target }: MouseEvent): void => {
    const isTab = target instanceof Element && target.closest('[aria-label="Details"] [role="tab"]') !== null;
    if (isTrying && isTab && !matchMedia(hasRoomForBoth).matches) details.tryIt(false);
  };
  return (
    <div className={styles.beside} data-trying={isTrying || undefined} onClick={unfold}>
      <DetailsPart view={view} onDetail={details.show} />
      <TryItPart view={view} onOpen={details.tryIt} />
    </div>
  );
}

type RoomForDetails = ReturnType<typeof useRoomForDetails>;

/**
 * Analyses and Try it hold tables and pictures: their place grows for them, whoever opens them (a tab, a link, a lesson),
 * and goes back to its size for Inspect.
 */
function useRoomForDetails() {
  const besideRef = useRef<PanelImperativeHandle>(null);
  const lowerRef = useRef<PanelImperativeHandle>(null);
  const detail = useWorkbench((state) => state.detail);
  const isTrying = useWorkbench((state) => state.isTrying);
  const restore = useRef<(() => void) | null>(null);
  // Not undone by the effect itself: when the layout goes, its panels are gone before.
  useEffect(() => {
    const [width, height] = roomFor(detail, isTrying);
    restore.current?.();
    const shrinkWidth = growPanel(besideRef.current, width);
    const shrinkHeight = growPanel(lowerRef.current, height);
    restore.current = () => {
      shrinkWidth();
      shrinkHeight();
    };
  }, [detail, isTrying]);
  const show = (next: Detail): void => {
    showDetail(next);
    if (!matchMedia(hasRoomForBoth).matches) tryIt(false);
  };
  return { besideRef, lowerRef, show, tryIt };
}

function tryIt(isTrying: boolean): void {
  useWorkbench.setState({ isTrying });
}

/** Try it may stay open beside Inspect. */
const hasRoomForBoth = '(min-width: 1600px)';

function roomFor(detail: Detail, isTrying: boolean): readonly [width: number, height: number] {
  if (isTrying) return [72, 59];
  return detail === 'inspect' ? [0, 0] : [58, 46];
}

/** Makes a panel at least so large. Returns what undoes it. */
function growPanel(panel: PanelImperativeHandle | null, percent: number): () => void {
  const before = panel?.getSize().asPercentage ?? percent;
  if (panel === null || before >= percent) return () => undefined;
  panel.resize(`${percent}%`);
  return () => panel.resize(`${before}%`);
}

/** From 861 to 1180 px: the watching column scrolls, charts two a row, Inspect under Layers. */
export function MediumLayout({ view }: LayoutProps): ReactElement {
  return (
    <ResizeGroup id="medium" orientation="horizontal" panelIds={['write', 'watch']}>
      <ResizePanel id="write" defaultSize={400} minSize={300} fixed>
        <WriteColumn view={view} />
      </ResizePanel>
      <ResizeHandle label="Width of the editor" before="write" />
      <ResizePanel id="watch" minSize={380}>
        <div className={styles.scrolling} tabIndex={0} role="group" aria-label="Watch">
          <ChartsPart view={view} />
          <LayersPart view={view} />
          <InspectPart view={view} />
          <TryItPart view={view} />
          <AnalysesPlace view={view} />
          <CostPlace view={view} />
          <RunsPlace view={view} />
        </div>
      </ResizePanel>
    </ResizeGroup>
  );
}

function WriteColumn({ view }: LayoutProps): ReactElement {
  return (
    <div className={styles.write}>
      <SchedulePart view={view} />
      <ProblemsPart view={view} />
      <TimelinePart view={view} />
    </div>
  );
}

/** Below 861 px: one part at a time, chosen by tabs at the bottom. */
export function NarrowLayout({ view }: LayoutProps): ReactElement {
  const tab = useWorkbench((state) => state.tab);
  return (
    <Tabs<Tab> value={tab} onChange={showTab} className={styles.narrow}>
      <TabPanel value="write" className={styles.tabPanel}>
        <SchedulePart view={view} />
        <ProblemsPart view={view} />
        <TimelinePart view={view} />
      </TabPanel>
      <TabPanel value="watch" className={styles.tabPanel}>
        <ChartsPart view={view} />
      </TabPanel>
      <TabPanel value="layers" className={styles.tabPanel}>
        <LayersPart view={view} />
        <InspectPart view={view} />
        <TryItPart view={view} />
        <AnalysesPlace view={view} />
        <CostPlace view={view} />
      </TabPanel>
      <TabPanel value="runs" className={styles.tabPanel}>
        <RunsPlace view={view} />
      </TabPanel>
      <TabList
        label="Parts of the page"
        look="bar"
        className={styles.tabBar}
        tabs={[
          { value: 'write', label: 'Write', icon: 'pencil' },
          { value: 'watch', label: 'Watch', icon: 'chart' },
          { value: 'layers', label: 'Layers', icon: 'layers' },
          { value: 'runs', label: 'Runs', icon: 'list' },
        ]}
      />
    </Tabs>
  );
}
