import { lazy, type ReactElement, type ReactNode, Suspense } from 'react';
import { Panel } from '../ui/panel.tsx';
import { SkeletonLines } from '../ui/skeleton.tsx';
import type { WorkbenchView } from './workbench-view.ts';

const AnalysesPart = lazy(async () => ({ default: (await import('./analyses-part.tsx')).AnalysesPart }));
const CostPart = lazy(async () => ({ default: (await import('./cost-part.tsx')).CostPart }));

interface PlaceProps {
  readonly view: WorkbenchView;
  /** False where tabs above are the title. */
  readonly hasHead?: boolean;
}

/** Where trained weights are asked about; what asks comes after what one writes and trains with. */
export function AnalysesPlace(props: PlaceProps): ReactElement {
  return (
    <Coming label="Analyses" loading="Loading the analyses">
      <AnalysesPart {...props} />
    </Coming>
  );
}

export function CostPlace(props: PlaceProps): ReactElement {
  return (
    <Coming label="Cost" loading="Loading the cost">
      <CostPart {...props} />
    </Coming>
  );
}

interface ComingProps {
  readonly label: string;
  readonly loading: string;
  readonly children: ReactNode;
}

function Coming({ label, loading, children }: ComingProps): ReactElement {
  const waiting = (
    <Panel label={label}>
      <SkeletonLines label={loading} />
    </Panel>
  );
  return <Suspense fallback={waiting}>{children}</Suspense>;
}
