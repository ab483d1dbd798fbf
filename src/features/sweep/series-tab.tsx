import { type ReactElement, useMemo, useState } from 'react';
import type { Run } from '../../runs/run.ts';
import { type Series, seriesProgress } from '../../runs/series.ts';
import { Button } from '../../ui/button.tsx';
import { Combobox, type ComboboxOption } from '../../ui/combobox.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useStableList } from '../../ui/use-stable-list.ts';
import { SeriesProgress, type SeriesControl } from './series-progress.tsx';
import { SeriesTable } from './series-table.tsx';
import { seriesResults, shortPath } from './series-results.ts';
import styles from './series-tab.module.css';
import { SeedFigure, SweepFigures } from './series-figures.tsx';
import { SweepForm, type SweepFormProps } from './sweep-form.tsx';

export interface SeriesTabProps extends SweepFormProps, SeriesControl {
  /** The newest first. */
  readonly series: readonly Series[];
  readonly runs: Readonly<Record<string, Run>>;
  /** The run that charts and layers show. */
  readonly shown: string | null;
  /** Trains the schedule with so many seeds. */
  readonly onSeeds: (count: number) => void;
  readonly onShow: (id: string) => void;
  /** Puts the text of a run back into the editor. */
  readonly onOpenText: (id: string) => void;
}

/** Runs in series: a sweep over one number, or the same schedule with several seeds. */
export function SeriesTab(props: SeriesTabProps): ReactElement {
  const { series, blocked, onSeeds } = props;
  const [chosenId, setChosenId] = useState<string | null>(null);
  const running = series.find(({ state }) => state === 'running');
  const shown = series.find(({ id }) => id === chosenId) ?? running ?? series[0];
  return (
    <div className={styles.tab}>
      <div className={styles.side}>
        <SweepForm {...props} />
        <div className={styles.form}>
          <h3>Repeat with other seeds</h3>
          <p>How much of a difference is luck: the same schedule with other random numbers, as mean and band.</p>
          <div className={styles.buttons}>
            {[3, 5].map((count) => (
              <Button key={count} disabledReason={blocked} onClick={() => onSeeds(count)}>
                {`×${count} seeds`}
              </Button>
            ))}
          </div>
        </div>
      </div>
      <div className={styles.results}>
        {shown === undefined ? (
          <EmptyState title="No sweep yet">
            Choose a number and its values, or repeat the schedule with other seeds. The results appear here.
          </EmptyState>
        ) : (
          <>
            <SeriesHead {...props} shownSeries={shown} onChoose={setChosenId} />
            <Results key={shown.id} {...props} shownSeries={shown} />
          </>
        )}
      </div>
    </div>
  );
}

interface ShownProps extends SeriesTabProps {
  readonly shownSeries: Series;
}

function SeriesHead(props: ShownProps & { readonly onChoose: (id: string) => void }): ReactElement {
  const { series, shownSeries, onChoose } = props;
  return (
    <div className={styles.head}>
      <Combobox
        label="Series"
        value={shownSeries.id}
        onChange={onChoose}
        options={series.map(
          (one): ComboboxOption => ({ value: one.id, label: seriesName(one), note: dateText(one.createdAt) }),
        )}
      />
      <SeriesProgress {...props} series={shownSeries} />
    </div>
  );
}

function Results({ shownSeries: series, runs, shown, onShow, onOpenText }: ShownProps): ReactElement {
  const ownRuns = useStableList(series.items.map(({ runId }) => (runId === null ? null : (runs[runId] ?? null))));
  const results = useMemo(() => seriesResults(series, ownRuns), [series, ownRuns]);
  const common = { results, path: series.path, shown, onShow };
  return (
    <>
      {series.kind === 'sweep' ? <SweepFigures {...common} /> : <SeedFigure results={results} />}
      <SeriesTable {...common} onOpenText={onOpenText} />
    </>
  );
}

/** "sweep of final_sparsity, 5 values"; "3 seeds" */
function seriesName(series: Series): string {
  const { total } = seriesProgress(series);
  return series.kind === 'seeds' ? `${total} seeds` : `sweep of ${shortPath(series.path)}, ${total} values`;
}

function dateText(createdAt: number): string {
  return new Date(createdAt).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}
