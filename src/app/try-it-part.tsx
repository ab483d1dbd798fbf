import { lazy, type ReactElement, Suspense } from 'react';
import { IconButton } from '../ui/button.tsx';
import { Panel, PanelHead } from '../ui/panel.tsx';
import { SkeletonLines } from '../ui/skeleton.tsx';
import { useWorkbench } from './workbench-store.ts';
import type { WorkbenchView } from './workbench-view.ts';

const TryItContent = lazy(async () => ({ default: (await import('./try-it-content.tsx')).TryItContent }));

/** Dense against compressed on a drawing or a test sample. Folded to its head until it is wanted. */
export function TryItPart({
  view,
  onOpen = (isTrying) => useWorkbench.setState({ isTrying }),
}: {
  readonly view: WorkbenchView;
  readonly onOpen?: (isOpen: boolean) => void;
}): ReactElement {
  const { isTrying, tryFact } = useWorkbench();
  return (
    <Panel label="Try it" folded={!isTrying}>
      <PanelHead
        title="Try it"
        fact={tryFact}
        tools={
          <IconButton
            icon={isTrying ? 'chevron-down' : 'chevron-up'}
            size="small"
            variant="quiet"
            label={isTrying ? 'Fold Try it' : 'Open Try it'}
            aria-expanded={isTrying}
            onClick={() => onOpen(!isTrying)}
          />
        }
      />
      {isTrying && (
        <Suspense fallback={<SkeletonLines label="Loading Try it" />}>
          <TryItContent view={view} />
        </Suspense>
      )}
    </Panel>
  );
}
