import {
  createContext,
  type ReactElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Button, IconButton } from './button.tsx';
import { type Severity, SeverityIcon } from './severity.tsx';
import styles from './toast.module.css';

export interface ToastContent {
  readonly message: ReactNode;
  readonly tone?: Severity;
  /** Undo, Compare …: closes the toast after it has run. */
  readonly action?: { readonly label: string; readonly onAction: () => void };
}

export interface Toasts {
  /** Shows it in place of the one before. */
  readonly show: (toast: ToastContent) => void;
  readonly dismiss: () => void;
}

interface ShownToast extends ToastContent {
  readonly serial: number;
}

/** How long a toast stays while nobody hovers or focuses it. */
export const TOAST_MS = 8000;

const ToastContext = createContext<Toasts | null>(null);

/** @throws Error outside of a `ToastProvider`. */
export function useToast(): Toasts {
  const toasts = useContext(ToastContext);
  if (toasts === null) throw new Error('useToast needs a ToastProvider above it');
  return toasts;
}

/** Holds the one toast of the page, bottom right. */
export function ToastProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [toast, setToast] = useState<ShownToast | null>(null);
  const serial = useRef(0);
  const dismiss = useCallback(() => setToast(null), []);
  const show = useCallback((content: ToastContent) => {
    serial.current += 1;
    setToast({ ...content, serial: serial.current });
  }, []);
  const toasts = useMemo(() => ({ show, dismiss }), [show, dismiss]);
  return (
    <ToastContext value={toasts}>
      {children}
      <div className={styles.corner} role="status" aria-live="polite" aria-label="Notification">
        {toast && <ToastView key={toast.serial} toast={toast} onDismiss={dismiss} />}
      </div>
    </ToastContext>
  );
}

function ToastView({
  toast,
  onDismiss,
}: {
  readonly toast: ToastContent;
  readonly onDismiss: () => void;
}): ReactElement {
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const held = hovered || focused;
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(onDismiss, TOAST_MS);
    return () => clearTimeout(timer);
  }, [held, onDismiss]);
  const { action, tone = 'info' } = toast;
  return (
    <div
      className={styles.toast}
      onPointerEnter={() => setHovered(true)}
      onPointerLeave={() => setHovered(false)}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      onKeyDown={(event) => event.key === 'Escape' && onDismiss()}
    >
      <SeverityIcon severity={tone} />
      <div>{toast.message}</div>
      {action && (
        <Button
          size="small"
          onClick={() => {
            action.onAction();
            onDismiss();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton icon="close" label="Close" variant="quiet" size="small" onClick={onDismiss} />
    </div>
  );
}
