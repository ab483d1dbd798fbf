import { type KeyboardEvent, type ReactElement, useState } from 'react';
import type { RunLabel } from '../../runs/run.ts';
import { Banner } from '../../ui/banner.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Chip, type ChipTone } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Panel, PanelHead } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { RunLabelDialog } from './run-label-dialog.tsx';
import { type RunRow, secondsText } from './run-rows.ts';
import { RunSwatch } from './run-swatch.tsx';
import styles from './runs-panel.module.css';
import { type RunsTeaching, TeachesCell } from './teaches-cell.tsx';

export interface RunsPanelProps {
  readonly rows: readonly RunRow[];
  /** The run that charts and layers show. */
  readonly shown: string | null;
  readonly onShow: (id: string) => void;
  /** Puts the text of the run back into the editor. */
  readonly onOpenText: (id: string) => void;
  readonly onDelete: (id: string) => void;
  readonly onLabel: (id: string, label: RunLabel) => void;
  /** Null if the schedule asks for no run as its teacher. */
  readonly teaching: RunsTeaching | null;
  /** Why runs last only as long as the page, as a sentence; null if they are kept. */
  readonly keepingProblem: string | null;
  /** What became of kept weights, as a sentence; null if there is nothing to say. */
  readonly keepingNotice: string | null;
  readonly onDismissNotice: () => void;
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

/** Every run of this device, each with the text that made it. */
export function RunsPanel(props: RunsPanelProps): ReactElement {
  const { rows, teaching, keepingProblem, keepingNotice, onDismissNotice, onLabel } = props;
  const [labelledId, setLabelledId] = useState<string | null>(null);
  const labelled = rows.find(({ id }) => id === labelledId);
  const fact =
    keepingProblem === null ? `${rows.length} kept on this device` : `${rows.length}, until this page is closed`;
  return (
    <Panel label="Runs">
      <PanelHead title="Runs" fact={rows.length > 0 ? fact : undefined}>
        {teaching && <TeacherChip rows={rows} teacherId={teaching.teacherId} />}
      </PanelHead>
      {keepingProblem !== null && <Banner severity="warning" fact={keepingProblem} />}
      {keepingNotice !== null && <Banner severity="info" fact={keepingNotice} onDismiss={onDismissNotice} />}
      {rows.length === 0 ? (
        <EmptyState title="No runs yet">Press Train. Each run is kept on this device with its schedule.</EmptyState>
      ) : (
        <RunsTable {...props} onEditLabel={setLabelledId} />
      )}
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
    </Panel>
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
        no run can teach<span className={styles.wide}>: train one on this dataset</span>
      </Chip>
    );
  }
  return (
    <Chip tone="extension">
      run {teacher.number} teaches
      <span className={styles.wide}>
        where the schedule says <code>teacher: run</code>
      </span>
    </Chip>
  );
}

interface RunsTableProps extends RunsPanelProps {
  readonly onEditLabel: (id: string) => void;
}

function RunsTable({ rows, shown, teaching, onShow, onOpenText, onDelete, onEditLabel }: RunsTableProps): ReactElement {
  return (
    <Table label="Runs">
      <thead>
        <tr>
          <th data-num>run</th>
          {teaching && <th>teaches</th>}
          <th>name</th>
          <th>state</th>
          <th data-num>accuracy</th>
          <th data-num>sparsity</th>
          <th data-num className={styles.wide}>
            mean bits
          </th>
          <th data-num className={styles.medium}>
            size
          </th>
          <th data-num className={styles.wide}>
            time
          </th>
          <th>
            <span className="visually-hidden">actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row
            key={row.id}
            row={row}
            isShown={row.id === shown}
            teaching={teaching}
            onShow={() => onShow(row.id)}
            onOpenText={() => onOpenText(row.id)}
            onDelete={() => onDelete(row.id)}
            onEditLabel={() => onEditLabel(row.id)}
          />
        ))}
      </tbody>
    </Table>
  );
}

interface RowActions {
  readonly row: RunRow;
  readonly onOpenText: () => void;
  readonly onDelete: () => void;
  readonly onEditLabel: () => void;
}

interface RowProps extends RowActions {
  readonly isShown: boolean;
  readonly teaching: RunsTeaching | null;
  readonly onShow: () => void;
}

function Row({ row, isShown, teaching, onShow, ...actions }: RowProps): ReactElement {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.target !== event.currentTarget) return;
    event.preventDefault();
    onShow();
  };
  return (
    <tr aria-selected={isShown} tabIndex={0} onClick={onShow} onKeyDown={onKeyDown} className={styles.row}>
      <td data-num>{row.number}</td>
      {teaching && (
        <TeachesCell
          number={row.number}
          teaches={teaching.teacherId === row.id}
          problem={teaching.problemOf(row.id)}
          onChoose={() => teaching.onChoose(row.id)}
        />
      )}
      <th scope="row">
        <RunName row={row} />
      </th>
      <td>
        <Chip tone={tones[row.status]}>{row.state}</Chip>
      </td>
      <td data-num title={row.isTested ? 'On the whole test set' : 'On the validation set'}>
        <b>{percent(row.accuracy)}</b>
      </td>
      <td data-num>{percent(row.sparsity)}</td>
      <td data-num className={styles.wide}>
        {row.meanBits === null ? '–' : row.meanBits.toFixed(1)}
      </td>
      <td data-num className={styles.medium}>
        {row.sizeBytes === null ? '–' : `${(row.sizeBytes / 1000).toFixed(1)} kB`}
      </td>
      <td data-num className={styles.wide}>
        {row.durationMs === null ? '–' : secondsText(row.durationMs)}
      </td>
      <td className={styles.actions} onClick={(event) => event.stopPropagation()}>
        <RunActions row={row} {...actions} />
      </td>
    </tr>
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

function RunActions({ row, onOpenText, onDelete, onEditLabel }: RowActions): ReactElement {
  const isOver = row.status === 'finished' || row.status === 'stopped' || row.status === 'failed';
  return (
    <>
      <IconButton
        icon="more"
        label={`Name, colour, tags and note of run ${row.number}`}
        variant="quiet"
        size="small"
        onClick={onEditLabel}
      />
      <IconButton
        icon="pencil"
        label={`Open the schedule of run ${row.number}`}
        variant="quiet"
        size="small"
        onClick={onOpenText}
      />
      <IconButton
        icon="close"
        label={`Delete run ${row.number}`}
        variant="quiet"
        size="small"
        disabledReason={isOver ? undefined : 'Stop the run first.'}
        onClick={onDelete}
      />
    </>
  );
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(1)} %`;
}
