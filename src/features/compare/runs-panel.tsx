import type { KeyboardEvent, ReactElement } from 'react';
import { Banner } from '../../ui/banner.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Chip, type ChipTone } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Panel, PanelHead } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { type RunRow, secondsText } from './run-rows.ts';
import styles from './runs-panel.module.css';

export interface RunsPanelProps {
  readonly rows: readonly RunRow[];
  /** The run that charts and layers show. */
  readonly shown: string | null;
  readonly onShow: (id: string) => void;
  /** Puts the text of the run back into the editor. */
  readonly onOpenText: (id: string) => void;
  readonly onDelete: (id: string) => void;
  /** Why runs last only as long as the page, as a sentence; null if they are kept. */
  readonly keepingProblem: string | null;
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
  const { rows, keepingProblem } = props;
  const fact =
    keepingProblem === null ? `${rows.length} kept on this device` : `${rows.length}, until this page is closed`;
  return (
    <Panel label="Runs">
      <PanelHead title="Runs" fact={rows.length > 0 ? fact : undefined} />
      {keepingProblem !== null && <Banner severity="warning" fact={keepingProblem} />}
      {rows.length === 0 ? (
        <EmptyState title="No runs yet">Press Train. Each run is kept on this device with its schedule.</EmptyState>
      ) : (
        <RunsTable {...props} />
      )}
    </Panel>
  );
}

function RunsTable({ rows, shown, onShow, onOpenText, onDelete }: RunsPanelProps): ReactElement {
  return (
    <Table label="Runs">
      <thead>
        <tr>
          <th data-num>run</th>
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
            onShow={() => onShow(row.id)}
            onOpenText={() => onOpenText(row.id)}
            onDelete={() => onDelete(row.id)}
          />
        ))}
      </tbody>
    </Table>
  );
}

interface RowProps {
  readonly row: RunRow;
  readonly isShown: boolean;
  readonly onShow: () => void;
  readonly onOpenText: () => void;
  readonly onDelete: () => void;
}

function Row({ row, isShown, onShow, onOpenText, onDelete }: RowProps): ReactElement {
  const isOver = row.status === 'finished' || row.status === 'stopped' || row.status === 'failed';
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.target !== event.currentTarget) return;
    event.preventDefault();
    onShow();
  };
  return (
    <tr aria-selected={isShown} tabIndex={0} onClick={onShow} onKeyDown={onKeyDown} className={styles.row}>
      <td data-num>{row.number}</td>
      <th scope="row">{row.name}</th>
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
      <td className={styles.actions}>
        <IconButton
          icon="pencil"
          label={`Open the schedule of run ${row.number}`}
          variant="quiet"
          size="small"
          onClick={(event) => {
            event.stopPropagation();
            onOpenText();
          }}
        />
        <IconButton
          icon="close"
          label={`Delete run ${row.number}`}
          variant="quiet"
          size="small"
          disabledReason={isOver ? undefined : 'Stop the run first.'}
          onClick={(event) => {
            event.stopPropagation();
            onDelete();
          }}
        />
      </td>
    </tr>
  );
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(1)} %`;
}
