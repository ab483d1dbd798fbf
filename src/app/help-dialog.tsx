import { type ReactElement, useRef, useState } from 'react';
import { MethodReference } from '../features/reference/method-reference.tsx';
import { catalogue, findMethod } from '../methods/catalogue.ts';
import type { MethodDefinition } from '../methods/define-method.ts';
import { insertMethod } from '../schedule/insert-method.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { zoo } from '../zoo/zoo.ts';
import { addressOfMethod, leaveMethodAddress, methodInAddress } from './method-address.ts';
import { useScheduleText } from './schedule-text.ts';
import { useActions } from './use-actions.ts';
import { showTab } from './workbench-store.ts';

/** Longer names in an address are not worth a line of the page. */
const longestName = 60;

/** Every method with its arguments and formula, from the definitions that the editor uses. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [asked] = useState(methodInAddress);
  const text = useScheduleText((state) => state.text);
  const actions = useActions();
  const close = (): void => {
    leaveMethodAddress();
    onClose();
  };
  const insertionOf = (method: MethodDefinition) => {
    const inserted = insertMethod(text, zoo, method);
    if (!inserted.ok) return { blocked: inserted.why };
    const insert = (): void => {
      close();
      showTab('write');
      actions.openText(inserted.text, `${method.name} is in the schedule, as ${inserted.name}.`);
    };
    return { insert };
  };
  const wanted = useRef<HTMLElement>(null);
  const showWanted = (): HTMLElement | null => {
    wanted.current?.scrollIntoView({ block: 'start' });
    return wanted.current;
  };
  const found = asked === null ? undefined : findMethod(asked);
  const unknown = asked !== null && found === undefined ? asked.slice(0, longestName) : null;
  return (
    <Dialog
      open
      onClose={close}
      look="wide"
      {...(found && { initialFocus: showWanted })}
      title="Method reference"
      description="Every class that a schedule may name, with its arguments as the editor checks them."
      actions={<Button onClick={close}>Close</Button>}
    >
      {unknown !== null && <p role="status">No method is called “{unknown}”. All that there are stand below.</p>}
      <MethodReference
        catalogue={catalogue}
        initial={found?.name ?? null}
        initialRef={wanted}
        insertionOf={insertionOf}
        addressOf={addressOfMethod}
      />
    </Dialog>
  );
}
