import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import styles from './tooltip.module.css';

export interface TooltipProps {
  /** A sentence at most. Empty or absent: no tooltip. */
  readonly text: ReactNode;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
  /** The control, which keeps its own name: a tooltip only explains. */
  readonly children: ReactElement<Record<string, unknown>>;
  /** Stays open when the control is pressed: for controls that do nothing but say why. */
  readonly stays?: boolean;
}

/** Explains a control on hover and focus. */
export function Tooltip({ text, side = 'bottom', children, stays = false }: TooltipProps): ReactElement {
  const empty = text === undefined || text === null || text === '';
  return (
    <Base.Root disabled={empty}>
      <Base.Trigger render={children} delay={400} closeOnClick={!stays} />
      <Base.Portal>
        <Base.Positioner className={styles.positioner} side={side} sideOffset={6} collisionPadding={8}>
          <Base.Popup className={styles.tip}>{text}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
