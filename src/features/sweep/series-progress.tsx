import type { ReactElement } from 'react';
import { runningItem, type Series, seriesProgress } from '../../runs/series.ts';
import { Button } from '../../ui/button.tsx';
import { Progress } from '../../ui/progress.tsx';
import { seedOrValue } from './series-text.ts';

export interface SeriesControl {
  readonly onCancel: () => void;
  /** Goes on with what was cancelled, interrupted or failed. */
  readonly onResume: (id: string) => void;
  /** Forgets the series; its runs stay. */
  readonly onRemove: (id: string) => void;
  /** Why no series can go on now, as a sentence. */
  readonly blocked: string | undefined;
}

/** How far a series is, and what can be done about it. */
export function SeriesProgress({
  series,
  onCancel,
  onResume,
  onRemove,
  blocked,
}: SeriesControl & { readonly series: Series }): ReactElement {
  const { done, total } = seriesProgress(series);
  const isRunning = series.state === 'running';
  const isResumable = !isRunning && series.items.some(({ state }) => retried.includes(state));
  return (
    <Progress
      label="Progress of the series"
      value={done}
      max={Math.max(1, total)}
      segmented
      text={stateText(series)}
      aside={
        <>
          {isRunning && (
            <Button size="small" onClick={onCancel}>
              Cancel
            </Button>
          )}
          {isResumable && (
            <Button size="small" disabledReason={blocked} onClick={() => onResume(series.id)}>
              Go on
            </Button>
          )}
          {!isRunning && (
            <Button size="small" variant="quiet" onClick={() => onRemove(series.id)}>
              Forget
            </Button>
          )}
        </>
      }
    />
  );
}

const retried: readonly string[] = ['waiting', 'stopped', 'failed'];

function stateText(series: Series): string {
  const { done, total } = seriesProgress(series);
  const item = runningItem(series);
  switch (series.state) {
    case 'running':
      return item === undefined
        ? `${done} of ${total} runs; waits until nothing else trains`
        : `Run ${done + 1} of ${total}: ${seedOrValue(series, item.value)}`;
    case 'interrupted':
      return `${done} of ${total} runs; the page was closed meanwhile`;
    case 'cancelled':
      return `${done} of ${total} runs; cancelled`;
    case 'done':
      return `${done} of ${total} runs`;
    default:
      return series.state satisfies never;
  }
}
