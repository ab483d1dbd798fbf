import type { ReactElement } from 'react';
import type { EpochSnapshot } from '../../../protocol/epoch-memory.ts';
import type { EpochMetrics } from '../../../protocol/training-event.ts';
import type { EpochMemory } from '../../../runs/epoch-memory.ts';
import { keptValues, snapshotAt } from '../../../runs/kept-values.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { classNames } from '../../../ui/class-names.ts';
import { TabList, TabPanel, Tabs } from '../../../ui/tabs.tsx';
import type { LayerRow } from '../layer-rows.ts';
import { AnswersView } from './answers-view.tsx';
import { ChurnView, RangesView, ZerosView } from './epochs-views.tsx';
import styles from './inspect.module.css';
import { StructuresView } from './structures-view.tsx';
import { ValuesView } from './values-view.tsx';
import { WeightsView } from './weights-view.tsx';
import { keptState } from '../../../ui/kept-state.ts';

const useView = keptState<View>('weights');

/** The run that is looked into, and where in it. */
export interface InspectedEpochs {
  readonly epochs: readonly EpochMetrics[];
  readonly memory: EpochMemory | null;
  /** The epoch whose end is shown. */
  readonly epoch: number;
  /** Tick of the epoch that it is compared with. */
  readonly comparedTick: number | null;
  readonly classNames: readonly string[];
}

const views = [
  { value: 'weights', label: 'Weights' },
  { value: 'values', label: 'Values' },
  { value: 'ranges', label: 'Ranges' },
  { value: 'structures', label: 'Structures' },
  { value: 'churn', label: 'Churn' },
  { value: 'zeros', label: 'Zeros' },
  { value: 'answers', label: 'Answers' },
] as const;

type View = (typeof views)[number]['value'];

interface InspectViewsProps {
  readonly row: LayerRow;
  readonly inspected: InspectedEpochs;
  /** What stands in for the weights where the epoch is not kept. */
  readonly otherwise: ReactElement;
}

/** One kernel from seven sides, each a picture with its numbers behind it. */
export function InspectViews({ row, inspected, otherwise }: InspectViewsProps): ReactElement {
  const [view, setView] = useView();
  return (
    <Tabs<View> value={view} onChange={setView}>
      <div className={classNames(styles.views, 'fades-sideways')}>
        <TabList label="Sides of the layer" tabs={views} />
      </div>
      {views.map(({ value }) => (
        <TabPanel key={value} value={value} className={styles.view}>
          {value === view && <OneView view={view} row={row} inspected={inspected} otherwise={otherwise} />}
        </TabPanel>
      ))}
    </Tabs>
  );
}

function OneView({ view, row, inspected, otherwise }: InspectViewsProps & { readonly view: View }): ReactElement {
  const { epochs, memory, epoch } = inspected;
  const snapshot = snapshotAt(memory, epoch);
  const overEpochs = { parameter: row.parameter, epochs, memory, tick: epoch + 1 };
  switch (view) {
    case 'weights':
    case 'values':
      return <ValuesOrWeights view={view} row={row} snapshot={snapshot} inspected={inspected} otherwise={otherwise} />;
    case 'ranges':
      return <RangesView {...overEpochs} />;
    case 'structures':
      return <StructuresView parameter={row.parameter} shape={row.shape} memory={memory} epoch={epoch} />;
    case 'churn':
      return <ChurnView {...overEpochs} />;
    case 'zeros':
      return <ZerosView {...overEpochs} />;
    case 'answers':
      return <AnswersView answers={snapshot?.answers ?? null} classNames={inspected.classNames} />;
    default:
      return view satisfies never;
  }
}

interface ValuesOrWeightsProps extends InspectViewsProps {
  readonly view: 'weights' | 'values';
  readonly snapshot: EpochSnapshot | null;
}

function ValuesOrWeights({ view, row, snapshot, inspected, otherwise }: ValuesOrWeightsProps): ReactElement {
  const now = keptValues(snapshot, row.parameter);
  if (now === null) {
    if (view === 'weights') return otherwise;
    return <EmptyState title="This epoch is not kept">Choose one with a mark below the layers.</EmptyState>;
  }
  if (view === 'values') return <ValuesView parameter={row.parameter} now={now} bits={row.bits} />;
  const { memory, comparedTick } = inspected;
  const then = comparedTick === null ? null : keptValues(snapshotAt(memory, comparedTick - 1), row.parameter);
  return <WeightsView parameter={row.parameter} now={now} then={then} comparedTick={comparedTick} />;
}
