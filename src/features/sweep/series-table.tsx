import type { ReactElement } from 'react';
import { bytesText, percentText } from '../../runs/measure-text.ts';
import { Button } from '../../ui/button.tsx';
import { Chip, type ChipTone } from '../../ui/chip.tsx';
import { Table } from '../../ui/table.tsx';
import type { SeriesResult } from './series-results.ts';
import { shortPath } from './series-results.ts';
import { numberText } from './sweep-draft.ts';

export interface SeriesTableProps {
  readonly results: readonly SeriesResult[];
  readonly path: string;
  /** The run that charts and layers show. */
  readonly shown: string | null;
  readonly onShow: (id: string) => void;
  readonly onOpenText: (id: string) => void;
}

const tones: Readonly<Record<SeriesResult['item']['state'], ChipTone>> = {
  waiting: 'neutral',
  running: 'live',
  finished: 'neutral',
  stopped: 'warning',
  failed: 'error',
  skipped: 'warning',
};

/** Every value with what it came to; each run can be shown, and its schedule opened. */
export function SeriesTable({ results, path, shown, onShow, onOpenText }: SeriesTableProps): ReactElement {
  return (
    <Table label="Runs of the series">
      <thead>
        <tr>
          <th scope="col" data-num>
            {shortPath(path)}
          </th>
          <th scope="col">state</th>
          <th scope="col" data-num>
            run
          </th>
          <th scope="col" data-num>
            accuracy
          </th>
          <th scope="col" data-num>
            sparsity
          </th>
          <th scope="col" data-num>
            size
          </th>
          <th scope="col">
            <span className="visually-hidden">actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {results.map((result) => (
          <ResultRow
            key={result.item.value}
            result={result}
            isShown={result.run !== null && result.run.id === shown}
            onShow={onShow}
            onOpenText={onOpenText}
          />
        ))}
      </tbody>
    </Table>
  );
}

interface ResultRowProps extends Pick<SeriesTableProps, 'onShow' | 'onOpenText'> {
  readonly result: SeriesResult;
  readonly isShown: boolean;
}

function ResultRow({ result, isShown, onShow, onOpenText }: ResultRowProps): ReactElement {
  const { item, run, measures } = result;
  const value = numberText(item.value);
  const look = { variant: 'quiet', size: 'small' } as const;
  return (
    <tr aria-selected={isShown}>
      <th scope="row" data-num>
        {value}
      </th>
      <td>
        <Chip tone={tones[item.state]}>{item.state}</Chip>
        {item.problem !== null && <span> {item.problem.replaceAll('`', '')}</span>}
        {item.runId !== null && run === null && <span> deleted</span>}
      </td>
      <td data-num>{run?.number ?? '–'}</td>
      <td data-num>
        <b>{percentText(measures?.accuracy ?? null)}</b>
      </td>
      <td data-num>{percentText(measures?.sparsity ?? null)}</td>
      <td data-num>{bytesText(measures?.sizeBytes ?? null)}</td>
      <td data-num>
        {run && (
          <>
            <Button {...look} aria-label={`Show the run with ${value}`} onClick={() => onShow(run.id)}>
              Show
            </Button>
            <Button {...look} aria-label={`Open the schedule with ${value}`} onClick={() => onOpenText(run.id)}>
              Open as schedule
            </Button>
          </>
        )}
      </td>
    </tr>
  );
}
