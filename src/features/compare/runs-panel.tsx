import { lazy, type ReactElement, type ReactNode, Suspense, useState } from 'react';
import type { RunLabel } from '../../runs/run.ts';
import { Banner } from '../../ui/banner.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Menu, type MenuAction } from '../../ui/menu.tsx';
import { Panel, PanelHead } from '../../ui/panel.tsx';
import { SkeletonLines } from '../../ui/skeleton.tsx';
import { TabList, TabPanel, Tabs } from '../../ui/tabs.tsx';
import type { DiffTabProps } from './diff-tab.tsx';
import type { OverlayTabProps } from './overlay-tab.tsx';
import { RunLabelDialog } from './run-label-dialog.tsx';
import type { RunRow } from './run-rows.ts';
import styles from './runs-panel.module.css';
import { type RunActions, RunsTable } from './runs-table.tsx';
import type { RunsTeaching } from './teaches-cell.tsx';

const DiffTab = lazy(async () => ({ default: (await import('./diff-tab.tsx')).DiffTab }));
const OverlayTab = lazy(async () => ({ default: (await import('./overlay-tab.tsx')).OverlayTab }));
const ParetoTab = lazy(async () => ({ default: (await import('./pareto-tab.tsx')).ParetoTab }));

/** How the runs are looked at. */
export type RunsTab = 'table' | 'overlay' | 'pareto' | 'diff' | 'series';

export interface RunsPanelProps extends RunActions {
  readonly rows: readonly RunRow[];
  readonly tab: RunsTab;
  readonly onTab: (tab: RunsTab) => void;
  /** The run that charts and layers show. */
  readonly shown: string | null;
  /** The runs of the overlaid charts. */
  readonly overlaid: ReadonlySet<string>;
  readonly overlay: OverlayTabProps;
  readonly diff: DiffTabProps;
  /** Seeds and sweeps; null where only the other tabs are wanted. */
  readonly series: ReactNode;
  /** What is under way or was found in a file, above every tab. */
  readonly notices?: ReactNode;
  readonly menu: readonly (MenuAction | 'separator')[];
  readonly onLabel: (id: string, label: RunLabel) => void;
  /** Null if the schedule asks for no run as its teacher. */
  readonly teaching: RunsTeaching | null;
  /** Why runs last only as long as the page, as a sentence; null if they are kept. */
  readonly keepingProblem: string | null;
  /** What became of kept weights, as a sentence; null if there is nothing to say. */
  readonly keepingNotice: string | null;
  readonly onDismissNotice: () => void;
}

const tabs: readonly { readonly value: RunsTab; readonly label: string }[] = [
  { value: 'table', label: 'Table' },
  { value: 'overlay', label: 'Overlay' },
  { value: 'pareto', label: 'Pareto' },
  { value: 'diff', label: 'Diff' },
  { value: 'series', label: 'Sweep' },
];

/** Every run of this device: as a table, overlaid, against each other, and in series. */
export function RunsPanel(props: RunsPanelProps): ReactElement {
  const { rows, tab, onTab, teaching, menu, notices, keepingProblem, keepingNotice, onDismissNotice } = props;
  const fact =
    keepingProblem === null ? `${rows.length} kept on this device` : `${rows.length}, until this page is closed`;
  return (
    <Panel label="Runs">
      <Tabs<RunsTab> value={tab} onChange={onTab}>
        <PanelHead
          title="Runs"
          fact={rows.length > 0 ? <span className={styles.fact}>{fact}</span> : undefined}
          tools={
            <Menu
              label="What can be done with all runs"
              items={menu}
              trigger={<IconButton icon="more" label="Repeat, export, import" variant="quiet" size="small" />}
            />
          }
        >
          <TabList label="Ways to look at runs" tabs={tabs} className={styles.tabs} />
          {teaching && <TeacherChip rows={rows} teacherId={teaching.teacherId} />}
        </PanelHead>
        {keepingProblem !== null && <Banner severity="warning" fact={keepingProblem} />}
        {keepingNotice !== null && <Banner severity="info" fact={keepingNotice} onDismiss={onDismissNotice} />}
        {notices}
        {tabs.map(({ value }) => (
          <TabPanel key={value} value={value} className={styles.tab}>
            {value === tab && (
              <Suspense fallback={<SkeletonLines label="Loading this view of the runs" />}>
                <TabContent {...props} />
              </Suspense>
            )}
          </TabPanel>
        ))}
      </Tabs>
    </Panel>
  );
}

/** Only what is looked at is there: charts of other tabs cost nothing. */
function TabContent(props: RunsPanelProps): ReactNode {
  const { tab, rows, shown, overlay, diff, series, onShow } = props;
  switch (tab) {
    case 'table':
      return <TableTab {...props} />;
    case 'overlay':
      return <OverlayTab {...overlay} />;
    case 'pareto':
      return <ParetoTab rows={rows} shown={shown} onShow={onShow} />;
    case 'diff':
      return <DiffTab {...diff} />;
    case 'series':
      return series;
    default:
      return tab satisfies never;
  }
}

function TableTab(props: RunsPanelProps): ReactElement {
  const { rows, onLabel } = props;
  const [labelledId, setLabelledId] = useState<string | null>(null);
  const labelled = rows.find(({ id }) => id === labelledId);
  if (rows.length === 0) {
    return <EmptyState title="No runs yet">Press Train. Each run is kept on this device with its schedule.</EmptyState>;
  }
  return (
    <>
      <RunsTable {...props} onEditLabel={setLabelledId} />
      {labelled && (
        <RunLabelDialog
          key={labelled.id}
          row={labelled}
          onClose={() => setLabelledId(null)}
          onSave={(label) => {
            onLabel(labelled.id, label);
            setLabelledId(null);
          }}
        />
      )}
    </>
  );
}

/** Who teaches when the schedule says `teacher: run`. */
function TeacherChip({
  rows,
  teacherId,
}: {
  readonly rows: readonly RunRow[];
  readonly teacherId: string | null;
}): ReactElement {
  const teacher = rows.find(({ id }) => id === teacherId);
  if (teacher === undefined) {
    return (
      <Chip tone="warning">
        no run can teach<span className={styles.fact}>: train one on this dataset</span>
      </Chip>
    );
  }
  return (
    <Chip tone="extension">
      run {teacher.number} teaches
      <span className={styles.fact}>
        where the schedule says <code>teacher: run</code>
      </span>
    </Chip>
  );
}
