import { type ReactElement, type ReactNode, useState } from 'react';
import { IconButton } from '../../../ui/button.tsx';
import { Table } from '../../../ui/table.tsx';
import { CanvasPicture, type CanvasPictureProps } from '../canvas-picture.tsx';
import styles from './inspect.module.css';

export interface FigureTable {
  readonly columns: readonly string[];
  /** Numbers are shown as they are; the first cell heads its row. */
  readonly rows: readonly (readonly (string | number)[])[];
}

interface InspectFigureProps {
  /** Accessible name, and of the table. */
  readonly label: string;
  /** What the picture says, in a sentence. */
  readonly summary?: ReactNode;
  readonly height: number;
  readonly draw: CanvasPictureProps['draw'];
  readonly table: FigureTable;
}

const mostRows = 400;

/** A picture with its numbers behind it. */
export function InspectFigure({ label, summary, height, draw, table }: InspectFigureProps): ReactElement {
  const [isTable, setTable] = useState(false);
  return (
    <figure className={styles.figure} aria-label={label}>
      <figcaption className={styles.caption}>
        <span>{summary ?? label}</span>
        <IconButton
          icon="table"
          size="small"
          variant="quiet"
          label="Show as table"
          aria-pressed={isTable}
          onClick={() => setTable(!isTable)}
        />
      </figcaption>
      {isTable ? <Numbers label={label} table={table} /> : <CanvasPicture label={label} height={height} draw={draw} />}
    </figure>
  );
}

function Numbers({
  label,
  table: { columns, rows },
}: {
  readonly label: string;
  readonly table: FigureTable;
}): ReactElement {
  return (
    <>
      <Table label={`${label}, table`} className={styles.numbers}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} data-num>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, mostRows).map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, at) => (
                <td key={columns[at]} data-num>
                  {typeof cell === 'number' ? numberText(cell) : cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
      {rows.length > mostRows && (
        <p className={styles.note}>
          The first {mostRows} of {rows.length} rows.
        </p>
      )}
    </>
  );
}

/** Four significant digits, a real minus sign. */
export function numberText(value: number): string {
  return String(Number(value.toPrecision(4))).replace('-', '−');
}
