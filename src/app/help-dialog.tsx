import type { ReactElement } from 'react';
import { MethodReference } from '../features/reference/method-reference.tsx';
import { catalogue } from '../methods/catalogue.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';

/** Every method with its arguments and formula, from the definitions that the editor uses. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  return (
    <Dialog
      open
      onClose={onClose}
      title="Method reference"
      description="Every class that a schedule may name, with its arguments as the editor checks them."
      actions={<Button onClick={onClose}>Close</Button>}
    >
      <MethodReference catalogue={catalogue} />
    </Dialog>
  );
}
