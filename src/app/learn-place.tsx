import { lazy, type ReactElement, Suspense } from 'react';
import { useLearn } from './learn-store.ts';
import type { WorkbenchView } from './workbench-view.ts';

const LearnPart = lazy(async () => ({ default: (await import('./learn-part.tsx')).LearnPart }));

/** Where lessons lie; nothing is loaded before one is opened. */
export function LearnPlace({ view }: { readonly view: WorkbenchView }): ReactElement | null {
  const isOpen = useLearn((state) => state.isOpen);
  return isOpen ? (
    <Suspense>
      <LearnPart view={view} />
    </Suspense>
  ) : null;
}
