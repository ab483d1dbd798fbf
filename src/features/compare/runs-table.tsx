import { type KeyboardEvent, type ReactElement, useMemo } from 'react';
import { IconButton } from '../../ui/button.tsx';
import { Chip, type ChipTone } from '../../ui/chip.tsx';
import { Table } from '../../ui/table.tsx';
import { bytesText, macsText, percentText } from '../../runs/measure-text.ts';
import { type RowChanges, type RunRow, secondsText } from './run-rows.ts';
import { newestFirst, nextSorting, type RunColumn, sortedRows } from './run-sorting.ts';
import { RunSwatch } from './run-swatch.tsx';
import styles from './runs-panel.module.css';
import { SortHead } from './sort-head.tsx';
import { type RunsTeaching, TeachesCell } from './teaches-cell.tsx';
import { keptState } from '../../ui/kept-state.ts';

const useSorting = keptState(newestFirst);

/** What the reader does with a run. */
export interface RunActions {
  readonly onShow: (id: string) => void;
  /** Puts the text of the run back into the editor. */
  readonly onOpenText: (id: string) => void;
  readonly onDelete: (id: string) => void;
  /** Compares every other run with this one. */
  readonly onBaseline: (id: string) => void;
  /** Puts a run into the overlaid charts, or takes it out. */
  readonly onOverlay: (id: string) => void;
}

export interface RunsTableProps extends RunActions {
  readonly rows: readonly RunRow[];
  /** The run that charts and layers show. */
  readonly shown: string | null;
  /** The runs of the overlaid charts. */
  readonly overlaid: ReadonlySet<string>;
  /** Null if the schedule asks for no run as its teacher. */
  readonly teaching: RunsTeaching | null;
  readonly onEditLabel: (id: string) => void;
}

const tones: Readonly<Record<RunRow['status'], ChipTone>> = {
  preparing: 'live',
  training: 'live',
  testing: 'live',
  paused: 'info',
  finished: 'neutral',
  stopped: 'warning',
  failed: 'error',
};

interface ColumnHead {
  readonly column: RunColumn;
  readonly words: string;
  readonly hint: string;
  readonly className?: string | undefined;
}

const numberHeads: readonly ColumnHead[] = [
  { column: 'accuracy', words: 'accuracy', hint: 'On the whole test set once the run is finished.' },
  { column: 'best', words: 'best', hint: 'Best validation accuracy of all epochs.', className: styles.wide },
  { column: 'last', words: 'last', hint: 'Validation accuracy after the latest epoch.', className: styles.wide },
  { column: 'sparsity', words: 'sparsity', hint: 'Share of zeros over all kernels.' },
  {
    column: 'meanBits',
    words: 'mean bits',
    hint: 'Bits of a weight, averaged over all kernels.',
    className: styles.wide,
  },
  {
    column: 'sizeBytes',
    words: 'size',
    hint: 'Kernels packed to their bits, zeros left out where that is smaller.',
    className: styles.medium,
  },
  {
    column: 'macs',
    words: 'MACs',
    hint: 'Multiply-accumulates with a weight that is not zero. Ordinary hardware saves only whole structures: see Cost.',
    className: styles.wide,
  },
  { column: 'durationMs', words: 'time', hint: 'Of training and validation.', className: styles.wide },
];

/** A row a run, sorted by any column. */
export function RunsTable(props: RunsTableProps): ReactElement {
  const { rows, teaching } = props;
  const [sorting, setSorting] = useSorting();
  const sorted = useMemo(() => sortedRows(rows, sorting), [rows, sorting]);
  const head = (column: RunColumn) => ({
    direction: sorting.column === column ? sorting.direction : null,
    onSort: () => setSorting(nextSorting(sorting, column)),
  });
  return (
    <Table label="Runs">
      <thead>
        <tr>
          <SortHead {...head('number')} isNumber>
            run
          </SortHead>
          {teaching && <th>teaches</th>}
          <th className={styles.medium} title="Whether the run is drawn in Overlay.">
            overlay
          </th>
          <SortHead {...head('name')}>name</SortHead>
          <th className={styles.beside}>state</th>
          <th className={styles.beside}>changed against the baseline</th>
          {numberHeads.map(({ column, words, hint, className }) => (
            <SortHead key={column} {...head(column)} isNumber hint={hint} className={className}>
              {words}
            </SortHead>
          ))}
          <th>
            <span className="visually-hidden">actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {sorted.map((row) => (
          <Row key={row.id} {...props} row={row} />
        ))}
      </tbody>
    </Table>
  );
}

interface RowProps extends RunsTableProps {
  readonly row: RunRow;
}

function Row(props: RowProps): ReactElement {
  const { row, shown, teaching, onShow } = props;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.target !== event.currentTarget) return;
    event.preventDefault();
    onShow(row.id);
  };
  return (
    <tr
      aria-selected={row.id === shown}
      tabIndex={0}
      onClick={() => onShow(row.id)}
      onKeyDown={onKeyDown}
      className={styles.row}
    >
      <td data-num>{row.number}</td>
      {teaching && (
        <TeachesCell
          number={row.number}
          teaches={teaching.teacherId === row.id}
          problem={teaching.problemOf(row.id)}
          onChoose={() => teaching.onChoose(row.id)}
        />
      )}
      <OverlayCell {...props} />
      <th scope="row">
        <RunName row={row} />
        <span className={styles.below}>
          {row.status !== 'finished' && `${row.state}. `}
          {row.changes.kind === 'baseline' ? 'baseline' : row.changes.texts.join(', ')}
        </span>
      </th>
      <td className={styles.beside}>
        <Chip tone={tones[row.status]}>{row.state}</Chip>
      </td>
      <td className={`${styles.beside} ${styles.changes}`}>
        <Changes changes={row.changes} />
      </td>
      <Measures row={row} />
      <td className={styles.actions} onClick={(event) => event.stopPropagation()}>
        <RowButtons {...props} />
      </td>
    </tr>
  );
}

function OverlayCell({ row, overlaid, onOverlay }: RowProps): ReactElement {
  return (
    <td className={`${styles.teaches} ${styles.medium}`} onClick={(event) => event.stopPropagation()}>
      <input
        type="checkbox"
        aria-label={`Overlay run ${row.number}`}
        checked={overlaid.has(row.id)}
        onChange={() => onOverlay(row.id)}
      />
    </td>
  );
}

function Changes({ changes: { kind, texts } }: { readonly changes: RowChanges }): ReactElement {
  if (kind === 'baseline') return <Chip>baseline</Chip>;
  const all = texts.join(', ');
  return (
    <span data-kind={kind} title={all}>
      {all === '' ? '–' : all}
    </span>
  );
}

function Measures({ row }: { readonly row: RunRow }): ReactElement {
  const { best } = row;
  return (
    <>
      <td data-num title={row.isTested ? 'On the whole test set' : 'On the validation set'}>
        <b>{percentText(row.accuracy)}</b>
      </td>
      <td data-num className={styles.wide} title={best ? `After epoch ${best.epoch + 1}` : undefined}>
        {percentText(best?.accuracy ?? null)}
      </td>
      <td data-num className={styles.wide}>
        {percentText(row.last)}
      </td>
      <td data-num>{percentText(row.sparsity)}</td>
      <td data-num className={styles.wide}>
        {row.meanBits === null ? '–' : row.meanBits.toFixed(1)}
      </td>
      <td data-num className={styles.medium}>
        {bytesText(row.sizeBytes)}
      </td>
      <td data-num className={styles.wide} title={row.macs ? `Of ${macsText(row.macs.dense)} when dense` : undefined}>
        {macsText(row.macs?.nonZero ?? null)}
      </td>
      <td data-num className={styles.wide}>
        {row.durationMs === null ? '–' : secondsText(row.durationMs)}
      </td>
    </>
  );
}

/** Colour, name, tags, who taught it, and the beginning of the note. */
function RunName({ row: { name, label, taughtBy } }: { readonly row: RunRow }): ReactElement {
  return (
    <span className={styles.name}>
      {label.color !== null && <RunSwatch color={label.color} />}
      {name}
      {taughtBy !== null && <small>taught by run {taughtBy}</small>}
      {label.tags.map((tag) => (
        <Chip key={tag}>{tag}</Chip>
      ))}
      {label.note !== '' && (
        <small className={styles.note} title={label.note}>
          {label.note}
        </small>
      )}
    </span>
  );
}

function RowButtons({ row, onOpenText, onDelete, onEditLabel, onBaseline }: RowProps): ReactElement {
  const isOver = row.status === 'finished' || row.status === 'stopped' || row.status === 'failed';
  const look = { variant: 'quiet', size: 'small' } as const;
  return (
    <>
      <IconButton
        {...look}
        icon="check"
        label={`Compare the others with run ${row.number}`}
        aria-pressed={row.changes.kind === 'baseline'}
        onClick={() => onBaseline(row.id)}
      />
      <IconButton
        {...look}
        icon="more"
        label={`Name, colour, tags and note of run ${row.number}`}
        onClick={() => onEditLabel(row.id)}
      />
      <IconButton
        {...look}
        icon="pencil"
        label={`Open the schedule of run ${row.number}`}
        onClick={() => onOpenText(row.id)}
      />
      <IconButton
        {...look}
        icon="close"
        label={`Delete run ${row.number}`}
        disabledReason={isOver ? undefined : 'Stop the run first.'}
        onClick={() => onDelete(row.id)}
      />
    </>
  );
}
