import { type ReactElement, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';

export interface ShareDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** The whole address, ready to be opened elsewhere. */
  readonly link: string;
}

/** The link that opens this experiment elsewhere, to look at and to copy. */
export function ShareDialog({ open, onClose, link }: ShareDialogProps): ReactElement {
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link);
      setCopied('yes');
    } catch {
      // The browser may refuse: the field above is selected by a click and can be copied by hand.
      setCopied('failed');
    }
  };
  const close = (): void => {
    setCopied('no');
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title="Share this experiment"
      description="The link holds the schedule with model, dataset and seed. It holds no results and never trains by itself: whoever opens it presses Train."
      actions={
        <>
          <Button onClick={close}>Close</Button>
          <Button variant="primary" icon={copied === 'yes' ? 'check' : 'copy'} onClick={() => void copy()}>
            {copied === 'yes' ? 'Copied' : 'Copy link'}
          </Button>
        </>
      }
    >
      <TextField
        label={`Link, ${link.length} characters`}
        value={link}
        readOnly
        onFocus={(event) => event.currentTarget.select()}
        hint={
          copied === 'failed' ? 'The browser did not allow copying. Select the link and copy it by hand.' : undefined
        }
      />
    </Dialog>
  );
}
