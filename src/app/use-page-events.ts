import { useEffect } from 'react';
import { tinykeys } from 'tinykeys';
import { openAddress } from './open-address.ts';
import { useActions } from './use-actions.ts';

/** Keys, and links pasted into the address of the open page. */
export function usePageEvents(): void {
  const actions = useActions();
  useEffect(() => tinykeys(window, { '$mod+Enter': () => actions.train() }), [actions]);
  useEffect(() => {
    const onHashChange = (): void => {
      if (location.hash.length > 1) void openAddress();
    };
    addEventListener('hashchange', onHashChange);
    return () => removeEventListener('hashchange', onHashChange);
  }, []);
}
