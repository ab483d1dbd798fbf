import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactElement, ReactNode } from 'react';
import styles from './dialog.module.css';

export interface DialogProps {
  readonly open: boolean;
  /** Escape, a press outside, or a footer button that asks for it. */
  readonly onClose: () => void;
  readonly title: string;
  /** What is lost or shared, in a sentence. */
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** Buttons, the verb last. */
  readonly actions: ReactNode;
  /** What has the focus at first, instead of the first control. */
  readonly initialFocus?: () => HTMLElement | null;
  /** `sheet` rises from the bottom of a phone and is a dialog elsewhere; `wide` has room for two columns; `full` fills the screen. */
  readonly look?: 'dialog' | 'sheet' | 'wide' | 'full';
}

/** Only to confirm a loss or to share; Escape leaves and focus returns. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  children,
  actions,
  initialFocus,
  look = 'dialog',
}: DialogProps): ReactElement {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles.scrim} />
        <Base.Popup className={styles.dialog} data-look={look} {...(initialFocus && { initialFocus })}>
          <Base.Title className={styles.title}>{title}</Base.Title>
          <div className={styles.body}>
            {description !== undefined && <Base.Description>{description}</Base.Description>}
            {children}
          </div>
          <footer className={styles.actions}>{actions}</footer>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
