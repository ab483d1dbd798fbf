import { useEffect } from 'react';
import { tinykeys } from 'tinykeys';
import { methodInAddress } from './method-address.ts';
import { openAddress } from './open-address.ts';
import { useActions } from './use-actions.ts';
import { openDialog } from './workbench-store.ts';

/** Keys, a method that the address asks for, and links pasted into the address of the open page. */
export function usePageEvents(): void {
  const actions = useActions();
  useEffect(() => tinykeys(window, { '$mod+Enter': () => actions.train() }), [actions]);
  useEffect(() => {
    if (methodInAddress() !== null) openDialog('help');
  }, []);
  useEffect(() => {
    const onHashChange = (): void => {
      if (location.hash.length > 1) void openAddress();
    };
    addEventListener('hashchange', onHashChange);
    return () => removeEventListener('hashchange', onHashChange);
  }, []);
}
