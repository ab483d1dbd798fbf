import { useMemo } from 'react';
import type { NumberPlace } from '../schedule/number-place.ts';
import { proposeSweep } from './compare-store.ts';
import { useActions } from './use-actions.ts';

/** What *Sweep this number* does in the editor. */
export function useSweepActions(): { readonly sweepNumber: (place: NumberPlace | null) => void } {
  const actions = useActions();
  return useMemo(
    () => ({
      sweepNumber: (place) => {
        if (place === null) actions.report('There is no number at the caret. Put it into one, then sweep it.');
        else proposeSweep(place);
      },
    }),
    [actions],
  );
}
