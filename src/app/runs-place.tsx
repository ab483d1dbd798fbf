import { lazy, type ReactElement, Suspense } from 'react';
import { Panel } from '../ui/panel.tsx';
import { SkeletonLines } from '../ui/skeleton.tsx';
import type { WorkbenchView } from './workbench-view.ts';

const RunsPart = lazy(async () => ({ default: (await import('./runs-part.tsx')).RunsPart }));

/** Where the runs are; what shows them comes after what one writes and trains with. */
export function RunsPlace({ view }: { readonly view: WorkbenchView }): ReactElement {
  return (
    <Suspense
      fallback={
        <Panel label="Runs">
          <SkeletonLines label="Loading the runs" />
        </Panel>
      }
    >
      <RunsPart view={view} />
    </Suspense>
  );
}
