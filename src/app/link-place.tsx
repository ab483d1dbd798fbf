import { lazy, type ReactElement, Suspense } from 'react';
import type { Run } from '../runs/run.ts';
import { useLinkSession } from './link-session.ts';

const LinkPart = lazy(async () => ({ default: (await import('./link-part.tsx')).LinkPart }));
const LockPart = lazy(async () => ({ default: (await import('./link-part.tsx')).LockPart }));
const PredictionPart = lazy(async () => ({ default: (await import('./link-part.tsx')).PredictionPart }));

/** What a link asks for and what came of it, above all parts of the page; nothing without a link. */
export function LinkPlace({ run }: { readonly run: Run | null }): ReactElement {
  const isSaid = useLinkSession((state) => state.isSaid);
  const isAsking = useLinkSession((state) => state.asking !== null);
  return (
    <Suspense>
      {isSaid && <LinkPart run={run} />}
      {isAsking && <PredictionPart />}
    </Suspense>
  );
}

/** Above the text: that it is locked, and what may be changed. */
export function LockPlace({ text }: { readonly text: string }): ReactElement | null {
  const lock = useLinkSession(({ session }) => session?.teaching?.lock);
  if (lock === undefined) return null;
  return (
    <Suspense>
      <LockPart text={text} lock={lock} />
    </Suspense>
  );
}
