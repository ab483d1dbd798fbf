import { useEffect } from 'react';
import { tinykeys } from 'tinykeys';
import { useToast } from '../ui/toast.tsx';
import { followHash, replaceText, takeReplacedByLink } from './schedule-text.ts';
import { useActions } from './use-actions.ts';

/** Keys, links pasted into the address of the open page, and the offer to undo what a link replaced. */
export function usePageEvents(): void {
  const actions = useActions();
  const toasts = useToast();
  useEffect(() => tinykeys(window, { '$mod+Enter': () => actions.train() }), [actions]);
  useEffect(() => {
    const offerUndo = (before: string): void =>
      toasts.show({
        message: 'The link replaced your schedule.',
        action: { label: 'Undo', onAction: () => replaceText(before) },
      });
    const replaced = takeReplacedByLink();
    if (replaced !== null) offerUndo(replaced);
    const onHashChange = (): void => {
      const before = followHash(location.hash);
      if (before !== null) offerUndo(before);
    };
    addEventListener('hashchange', onHashChange);
    return () => removeEventListener('hashchange', onHashChange);
  }, [toasts]);
}
