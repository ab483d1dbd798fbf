import { type KeyboardEvent, type PointerEvent, type ReactElement, useRef } from 'react';
import type { Plot } from '../../ui/plot-scale.ts';
import { percent } from './analysis-text.ts';
import { fallAfterKey, fallText, limitFall } from './budget-steps.ts';
import styles from './scan-chart.module.css';
import { type ScanBudget, valueAt } from './scan-plot.ts';

export interface BudgetLineProps {
  readonly plot: Plot;
  readonly untouched: number;
  /** Lowest accuracy that the plot shows. */
  readonly lowest: number;
  readonly budget: ScanBudget;
}

/**
 * The accuracy that must be kept, as a line across the plot. Its value is that accuracy, so that up is up: dragged, or moved
 * by arrows and page keys.
 */
export function BudgetLine({ plot, untouched, lowest, budget }: BudgetLineProps): ReactElement {
  const { fall, onFall, says } = budget;
  const element = useRef<HTMLDivElement>(null);
  const floor = untouched - fall / 100;
  const shown = Math.max(lowest, floor);
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    const line = element.current;
    if (!line?.hasPointerCapture(event.pointerId) || line.parentElement === null) return;
    const px = event.clientY - line.parentElement.getBoundingClientRect().top;
    onFall(limitFall((untouched - valueAt(plot, px)) * 100, untouched));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = fallAfterKey(event.key, fall, untouched);
    if (next === undefined) return;
    event.preventDefault();
    onFall(next);
  };
  return (
    <div
      ref={element}
      className={styles.budget}
      style={{ top: plot.y(shown), left: plot.left, width: plot.right - plot.left }}
      role="slider"
      tabIndex={0}
      aria-label="Accuracy budget"
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={Number((untouched * 100).toFixed(1))}
      aria-valuenow={Number((floor * 100).toFixed(1))}
      aria-valuetext={`Accuracy may fall by ${fallText(fall)}, to ${percent(floor)}: ${says}`}
      onPointerDown={(event) => {
        event.preventDefault();
        element.current?.focus({ preventScroll: true });
        element.current?.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onKeyDown={onKeyDown}
    >
      <span className={styles.grip}>−{fallText(fall)}</span>
    </div>
  );
}
