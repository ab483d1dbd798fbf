import { type RefObject, useEffect, useRef } from 'react';
import type { PanelImperativeHandle } from 'react-resizable-panels';
import { useCompare } from './compare-store.ts';

/** Charts and forms need more room than the newest rows of a table: the panel grows for them, and goes back for the table. */
const roomPx = 420;

export function useRoomForRuns(): RefObject<PanelImperativeHandle | null> {
  const panel = useRef<PanelImperativeHandle>(null);
  const before = useRef<number | null>(null);
  const isTable = useCompare(({ tab }) => tab === 'table');
  useEffect(() => {
    const size = panel.current?.getSize().inPixels;
    if (size === undefined) return;
    if (!isTable && size < roomPx) {
      before.current = size;
      panel.current?.resize(roomPx);
    } else if (isTable && before.current !== null) {
      panel.current?.resize(before.current);
      before.current = null;
    }
  }, [isTable]);
  return panel;
}
