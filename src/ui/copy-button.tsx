import { type ReactElement, useState } from 'react';
import { Button, type ButtonProps } from './button.tsx';

export interface CopyButtonProps extends Pick<ButtonProps, 'size' | 'variant'> {
  readonly label: string;
  /** Made when it is asked for. */
  readonly text: () => string;
  /** What to do where the browser does not allow copying, as a sentence. */
  readonly byHand: string;
}

/** Copies a text, and says whether the browser allowed it. */
export function CopyButton({
  label,
  text,
  byHand,
  size = 'medium',
  variant = 'outlined',
}: CopyButtonProps): ReactElement {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text());
      setState('copied');
    } catch {
      setState('refused');
    }
  };
  const isCopied = state === 'copied';
  return (
    <>
      <Button
        size={size}
        variant={variant}
        icon={isCopied ? 'check' : 'copy'}
        onClick={() => void copy()}
        onBlur={() => setState('idle')}
      >
        {label}
      </Button>
      <span role="status" className="visually-hidden">
        {isCopied ? 'Copied' : ''}
      </span>
      {state === 'refused' && <span>The browser did not allow copying. {byHand}</span>}
    </>
  );
}
