import { type ClipboardEvent, type ReactElement, type ReactNode, useCallback, useEffect, useId, useRef } from 'react';
import { IconButton } from './button.tsx';
import { useChartForm } from './chart-forms.ts';
import styles from './chart-frame.module.css';
import { ChartMenu } from './chart-menu.tsx';
import { classNames } from './class-names.ts';
import { Table } from './table.tsx';

export interface ChartColumn {
  readonly id: string;
  readonly label: string;
}

export interface ChartRow {
  readonly id: string;
  /** The epoch of the row, so that the row under the shared cursor can be shown. */
  readonly epoch?: number;
  /** One text for each column; the first heads the row. */
  readonly cells: readonly string[];
}

export interface ChartTable {
  readonly columns: readonly ChartColumn[];
  readonly rows: readonly ChartRow[];
}

export interface ChartFrameProps {
  /** Title and accessible name of the figure: "Accuracy". */
  readonly label: string;
  readonly unit?: string;
  /** The values at the cursor, or now; put numbers into `<b>`. */
  readonly reading?: ReactNode;
  /** One sentence for who does not see the plot. */
  readonly summary: string;
  /** The same numbers as a table; asked for only while it is shown. */
  readonly table: () => ChartTable;
  readonly cursorEpoch?: number | null;
  /** What saved files are called before the name of the chart: "run-3". */
  readonly fileName?: string | undefined;
  /** Whether it is shown as a table belongs to what the page looks like: links carry it, by the name of the chart. */
  readonly isLinked?: boolean;
  /** The plot; it fills the frame's body, whose height is the grid's, or at least `--chart-height`. */
  readonly children: ReactNode;
  readonly className?: string | undefined;
}

/** A figure: title, unit, values at the cursor, *Show as table*, and the plot or its table in the same room. */
export function ChartFrame(props: ChartFrameProps): ReactElement {
  const { label, unit, reading, summary, table, cursorEpoch = null, fileName, isLinked, children, className } = props;
  const summaryId = useId();
  const [isTable, setTable] = useChartForm(isLinked === true ? label : summaryId);
  const bodyRef = useRef<HTMLDivElement>(null);
  const latestTable = useRef(table);
  useEffect(() => {
    latestTable.current = table;
  }, [table]);
  const body = useCallback(() => bodyRef.current, []);
  const csv = useCallback(() => tableAsCsv(latestTable.current()), []);
  return (
    <figure aria-label={label} aria-describedby={summaryId} className={classNames(styles.frame, className)}>
      <figcaption className={styles.head}>
        <h3>{label}</h3>
        {unit !== undefined && <span className={styles.unit}>{unit}</span>}
        <span className={styles.reading}>{reading}</span>
        <IconButton
          icon={isTable ? 'chart' : 'table'}
          label="Show as table"
          hint={isTable ? 'Show as chart' : 'Show as table'}
          aria-pressed={isTable}
          variant="quiet"
          size="small"
          className={styles.toggle}
          onClick={() => setTable(!isTable)}
        />
        <ChartMenu
          label={label}
          unit={unit}
          fileName={[fileName, label.toLowerCase().replaceAll(' ', '-')].filter(Boolean).join('-')}
          body={body}
          csv={csv}
          isTable={isTable}
          className={styles.toggle}
        />
      </figcaption>
      <p id={summaryId} className="visually-hidden">
        {summary}
      </p>
      <div className={styles.body} ref={bodyRef}>
        {isTable ? <TableView label={label} table={table()} cursorEpoch={cursorEpoch} /> : children}
      </div>
    </figure>
  );
}

/** Columns and rows as tab-separated text, for spreadsheets. */
export function tableAsTsv({ columns, rows }: ChartTable): string {
  const lines = [columns.map((column) => column.label), ...rows.map((row) => row.cells)];
  return lines.map((cells) => cells.map((cell) => cell.replace(/[\t\n]/g, ' ')).join('\t')).join('\n');
}

/** The same as CSV (RFC 4180); a cell without a number is empty. */
export function tableAsCsv({ columns, rows }: ChartTable): string {
  const lines = [columns.map((column) => column.label), ...rows.map((row) => row.cells)];
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(cell: string): string {
  if (cell === '–') return '';
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function TableView({
  label,
  table,
  cursorEpoch,
}: {
  readonly label: string;
  readonly table: ChartTable;
  readonly cursorEpoch: number | null;
}): ReactElement {
  const onCopy = (event: ClipboardEvent): void => {
    const selection = getSelection();
    if (selection !== null && !selection.isCollapsed) return;
    event.clipboardData.setData('text/plain', tableAsTsv(table));
    event.preventDefault();
  };
  return (
    <div className={styles.table} onCopy={onCopy}>
      <Table label={`${label}, ${table.rows.length} rows`}>
        <thead>
          <tr>
            {table.columns.map((column, index) => (
              <th key={column.id} scope="col" data-num={index > 0 ? '' : undefined}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <TableLine key={row.id} row={row} isCurrent={cursorEpoch !== null && row.epoch === cursorEpoch} />
          ))}
        </tbody>
      </Table>
    </div>
  );
}

function TableLine({ row, isCurrent }: { readonly row: ChartRow; readonly isCurrent: boolean }): ReactElement {
  const [head, ...cells] = row.cells;
  return (
    <tr aria-selected={isCurrent || undefined}>
      <th scope="row">{head}</th>
      {cells.map((cell, index) => (
        // Cells have no identity but their column.
        <td key={index} data-num="">
          {cell}
        </td>
      ))}
    </tr>
  );
}
