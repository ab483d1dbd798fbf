import { type ReactElement, useState } from 'react';
import { Button } from '../../ui/button.tsx';

/** Copies a text that is made when it is asked for, and says whether the browser allowed it. */
export function CopyButton({ label, text }: { readonly label: string; readonly text: () => string }): ReactElement {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text());
      setState('copied');
    } catch {
      // The browser may refuse; the table can be selected and copied by hand.
      setState('refused');
    }
  };
  const isCopied = state === 'copied';
  return (
    <>
      <Button
        size="small"
        icon={isCopied ? 'check' : 'copy'}
        onClick={() => void copy()}
        onBlur={() => setState('idle')}
      >
        {label}
      </Button>
      <span role="status" className="visually-hidden">
        {isCopied ? 'Copied' : ''}
      </span>
      {state === 'refused' && <span>The browser did not allow copying. Show the table and copy it by hand.</span>}
    </>
  );
}
