import { type CSSProperties, type ReactElement, useEffect, useState } from 'react';
import styles from './skeleton.module.css';

const PATIENCE_MS = 300;

/** True once a wait has lasted long enough to be worth showing. */
export function useSlowWait(): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return isSlow;
}

export interface SkeletonProps {
  readonly width?: number | string;
  readonly height?: number | string;
}

/** A bar in the place of what is coming; holds its room at once and becomes visible after 300 ms. */
export function Skeleton({ width = '100%', height = 12 }: SkeletonProps): ReactElement {
  const isSlow = useSlowWait();
  const style: CSSProperties = { width, height, visibility: isSlow ? 'visible' : 'hidden' };
  return <span className={styles.skeleton} style={style} aria-hidden="true" />;
}

/** A panel's worth of skeleton bars that says to screen readers what is loading. */
export function SkeletonLines({ label, lines = 3 }: { readonly label: string; readonly lines?: number }): ReactElement {
  return (
    <div className={styles.lines} role="status" aria-label={label} aria-busy="true">
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} width={`${92 - ((index * 23) % 45)}%`} />
      ))}
    </div>
  );
}
