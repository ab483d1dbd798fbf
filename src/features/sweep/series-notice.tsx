import type { ReactElement } from 'react';
import { runningItem, type Series, seriesProgress } from '../../runs/series.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { seedOrValue } from './series-text.ts';

export interface SeriesNoticeProps {
  readonly series: Series;
  readonly onCancel: () => void;
}

/** Says wherever one looks that a series goes on, how far it is, and how it ends. */
export function SeriesNotice({ series, onCancel }: SeriesNoticeProps): ReactElement {
  const { done, total } = seriesProgress(series);
  const item = runningItem(series);
  const words = item === undefined ? 'waits until nothing else trains' : seedOrValue(series, item.value);
  return (
    <Banner
      severity="info"
      fact={`Run ${Math.min(done + 1, total)} of ${total} of a series: ${words}.`}
      action={
        <Button size="small" onClick={onCancel}>
          Cancel the series
        </Button>
      }
    >
      Stop ends only the run under way.
    </Banner>
  );
}
