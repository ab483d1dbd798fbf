import { type PointerEvent, useEffect, useRef, useState } from 'react';
import type { PolicyLane } from '../../schedule/preflight-types.ts';
import { isSameTiming, type PolicyTiming } from '../../schedule/policy-timing.ts';
import { changePart, type LanePart } from './lane-keys.ts';
import type { Retimed, TimelineEdits } from './timeline-edits.ts';

/** A policy on its way. */
export interface LaneDrag {
  readonly policy: number;
  readonly from: PolicyTiming;
  /** The last epochs that the schedule allows. */
  readonly timing: PolicyTiming;
  /** Why it goes no further; null if it does. */
  readonly why: string | null;
  /** Epochs of the ruler when the drag began: it does not change under the hand. */
  readonly epochs: number;
}

interface Held extends LaneDrag {
  /** How far the hand is from where it began. */
  readonly by: number;
  readonly part: LanePart;
  readonly startX: number;
  readonly pxPerEpoch: number;
  readonly moved: boolean;
}

export interface LaneDragHandlers {
  readonly onPointerDown: (event: PointerEvent<HTMLElement>, lane: PolicyLane, part: LanePart | null) => void;
  readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerUp: () => void;
  readonly onCancel: () => void;
  /** Whether the press that just ended was a drag, so that its click means nothing. */
  readonly wasDrag: () => boolean;
}

export interface LaneDragOptions {
  readonly epochs: number;
  readonly trackWidth: () => number;
  readonly edits: TimelineEdits | null;
  readonly onDone: (policy: number, retimed: Retimed) => void;
}

/** A press may tremble by so many pixels. */
const tremblePx = 3;

/**
 * Moves and resizes lanes by pointer. Bar and promise follow at most once a frame; the text changes once, on release.
 * Only what differs by a whole epoch is work.
 */
export function useLaneDrag({
  epochs,
  trackWidth,
  edits,
  onDone,
}: LaneDragOptions): [LaneDrag | null, LaneDragHandlers] {
  const [drag, setDrag] = useState<LaneDrag | null>(null);
  const held = useRef<Held | null>(null);
  const frame = useRef(0);
  const wasDrag = useRef(false);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  const show = (): void => {
    frame.current = 0;
    const now = held.current;
    if (now === null) return;
    if (edits === null) return;
    const next = { ...now, ...farthest(now, edits) };
    held.current = next;
    setDrag(next);
  };
  const end = (): Held | null => {
    const last = held.current;
    held.current = null;
    cancelAnimationFrame(frame.current);
    frame.current = 0;
    setDrag(null);
    return last;
  };
  return [
    drag,
    {
      onPointerDown: (event, lane, part) => {
        wasDrag.current = false;
        if (edits === null || part === null || event.button !== 0) return;
        const { policy, timing } = lane;
        const pxPerEpoch = trackWidth() / Math.max(1, epochs);
        const base = { policy, from: timing, timing, by: 0, why: null, epochs };
        held.current = { ...base, part, startX: event.clientX, pxPerEpoch, moved: false };
      },
      onPointerMove: (event) => {
        const now = held.current;
        if (now === null || now.pxPerEpoch === 0) return;
        // Released where nobody saw it.
        if (event.buttons === 0) {
          end();
          return;
        }
        const px = event.clientX - now.startX;
        if (!now.moved && Math.abs(px) < tremblePx) return;
        if (!now.moved) event.currentTarget.setPointerCapture(event.pointerId);
        const by = Math.round(px / now.pxPerEpoch);
        held.current = { ...now, by, moved: true };
        wasDrag.current = true;
        if (frame.current === 0 && !(now.moved && by === now.by)) frame.current = requestAnimationFrame(show);
      },
      onPointerUp: () => {
        // What the last frame has not shown yet counts all the same.
        if (frame.current !== 0) show();
        const last = end();
        if (!last?.moved) return;
        // The click of this press comes next; the one after means what it says.
        setTimeout(() => (wasDrag.current = false));
        if (edits && !isSameTiming(last.timing, last.from))
          onDone(
            last.policy,
            edits.retime(last.policy, () => last.timing),
          );
        edits?.endPreview();
      },
      onCancel: () => {
        if (end()?.moved) edits?.endPreview();
      },
      wasDrag: () => wasDrag.current,
    },
  ];
}

/** Shows the epochs under the hand, or the nearest on the way there that the schedule allows. */
function farthest(held: Held, edits: TimelineEdits): Pick<LaneDrag, 'timing' | 'why'> {
  const { policy, part, from, epochs } = held;
  let why: string | null = null;
  let by = held.by;
  for (;;) {
    const allowed = edits.preview(policy, changePart(from, part, { by, runEpochs: epochs }));
    if (allowed.ok) return { timing: allowed.timing, why };
    why ??= allowed.why;
    if (by === 0) return { timing: from, why };
    by -= Math.sign(by);
  }
}
